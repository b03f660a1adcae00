import { Autocomplete } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { saveFile } from '../../state/files.ts';
import { useTrustDialog } from '../../state/trust-dialog.store.ts';
import { useVehicles } from '../../state/vehicles.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';
import { passphraseFault, PassphraseFields, type Passphrase } from './passphrase.tsx';

const save = async (client: Client, vin: string, passphrase: string): Promise<void> => {
  saveFile(await client.trust.exportDcu({ vin, ...(passphrase === '' ? {} : { passphrase }) }));
};

export function DcuDialog(props: { onClose: () => void }): ReactNode {
  const workspace = useWorkspace();
  const vehicles = useVehicles((store) => store.vehicles);
  const asked = useTrustDialog((store) => (store.dialog?.kind === 'dcu' ? store.dialog.vin : null));
  const [vin, setVin] = useState(asked ?? vehicles?.[0]?.vin ?? '');
  const [passphrase, setPassphrase] = useState<Passphrase>({ text: '', again: '' });
  const { state, run, dismiss } = useCommand(save);
  return (
    <CommandDialog
      testId="dcu"
      title={t('trust:dcu.title')}
      confirm={t('trust:dcu.confirm')}
      state={state}
      disabled={vin.trim() === '' || passphraseFault(passphrase, true) !== null}
      onDismiss={dismiss}
      onClose={props.onClose}
      command={vin.trim() === '' ? null : cli.dcu(workspace, vin.trim())}
      onConfirm={() => {
        void run(vin.trim(), passphrase.text).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p className="soft">{t('trust:dcu.says')}</p>
      <Autocomplete
        size="xs"
        label={t('trust:dcu.vin')}
        description={t('trust:dcu.vinSays')}
        data={(vehicles ?? []).map((vehicle) => vehicle.vin)}
        classNames={{ input: 'mono' }}
        data-testid="dcu-vin"
        value={vin}
        onChange={setVin}
      />
      <PassphraseFields value={passphrase} onChange={setPassphrase} optional />
      {passphrase.text === '' ? <Warning>{t('trust:dcu.plain')}</Warning> : null}
    </CommandDialog>
  );
}
