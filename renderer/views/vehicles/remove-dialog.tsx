import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import type { VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';
import { cli } from '../../state/cli-commands.ts';

const remove = async (client: Client, vin: string): Promise<void> => {
  await client.vehicles.remove({ vin });
  notifications.show({ message: t('vehicles:remove.done', { vin }) });
  showScreen('vehicles');
};

/** Names all that goes with the vehicle. */
export function RemoveDialog(props: { vehicle: VehicleView; onClose: () => void }): ReactNode {
  const { vin, ecus, job } = props.vehicle;
  const workspace = useWorkspace();
  const folder = `${workspace === '' ? '…' : workspace}/vehicles/${vin}`;
  const { state, run, dismiss } = useCommand(remove);
  return (
    <CommandDialog
      testId="vehicle-remove"
      title={t('vehicles:remove.title', { vin })}
      confirm={t('vehicles:remove.confirm')}
      cancel={t('vehicles:remove.cancel')}
      danger
      command={cli.removeVehicle(workspace, vin)}
      state={state}
      onDismiss={dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void run(vin).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p>{t('vehicles:remove.text')}</p>
      <dl className="facts touched">
        <dt>{t('vehicles:remove.folder')}</dt>
        <dd className="mono">{folder}</dd>
        <dt>{t('vehicles:remove.ecus')}</dt>
        <dd>
          {ecus.length === 0
            ? t('vehicles:remove.ecusUnknown')
            : t('vehicles:remove.ecusKnown', { ecus: ecus.map(({ name }) => name).join(', ') })}
        </dd>
      </dl>
      {job === null ? null : <Warning>{t('vehicles:remove.busy', { ecu: job.ecuId })}</Warning>}
    </CommandDialog>
  );
}
