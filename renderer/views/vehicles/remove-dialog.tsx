import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import type { VehicleView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { useBench } from '../../state/bench.store.ts';
import { showScreen } from '../../state/screen.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';

const remove = async (client: Client, vin: string): Promise<void> => {
  await client.vehicles.remove({ vin });
  notifications.show({ message: `${vin} is removed.` });
  showScreen('vehicles');
};

/** Names all that goes with the vehicle. */
export function RemoveDialog(props: { vehicle: VehicleView; onClose: () => void }): ReactNode {
  const { vin, ecus, job } = props.vehicle;
  const workspace = useBench((store) => store.bench?.workspace);
  const { state, run, dismiss } = useCommand(remove);
  return (
    <CommandDialog
      testId="vehicle-remove"
      title={`Remove ${vin}?`}
      confirm="Remove"
      cancel="Keep it"
      danger
      state={state}
      onDismiss={dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void run(vin).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p>
        It is switched off and forgotten, and its folder is deleted. What happened to it stays in
        the history of updates and in the recorded traffic.
      </p>
      <dl className="facts touched">
        <dt>Folder</dt>
        <dd className="mono">
          {workspace ?? '…'}/vehicles/{vin}
        </dd>
        <dt>ECUs</dt>
        <dd>
          {ecus.length === 0
            ? 'its ECUs, with their banks, backups and journal'
            : `${ecus.map(({ name }) => name).join(', ')}: banks, backups and journal`}
        </dd>
      </dl>
      {job === null ? null : (
        <Warning>
          {`It is busy with ${job.ecuId}: the bench refuses to remove it until that has ended.`}
        </Warning>
      )}
    </CommandDialog>
  );
}
