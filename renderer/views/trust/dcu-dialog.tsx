import { Autocomplete } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { useBench } from '../../state/bench.store.ts';
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
  const workspace = useBench((store) => store.bench?.workspace) ?? '';
  const vehicles = useVehicles((store) => store.vehicles);
  const asked = useTrustDialog((store) => (store.dialog?.kind === 'dcu' ? store.dialog.vin : null));
  const [vin, setVin] = useState(asked ?? vehicles?.[0]?.vin ?? '');
  const [passphrase, setPassphrase] = useState<Passphrase>({ text: '', again: '' });
  const { state, run, dismiss } = useCommand(save);
  return (
    <CommandDialog
      testId="dcu"
      title="Everything a DCU needs"
      confirm="Download the zip"
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
      <p className="soft">
        One zip for a real control unit: its certificate and private key, the bench CA, the
        addresses of broker and backend, its topics, and a README that starts with a command to try.
      </p>
      <Autocomplete
        size="xs"
        label="VIN"
        description="A vehicle without a certificate gets one."
        data={(vehicles ?? []).map((vehicle) => vehicle.vin)}
        classNames={{ input: 'mono' }}
        data-testid="dcu-vin"
        value={vin}
        onChange={setVin}
      />
      <PassphraseFields value={passphrase} onChange={setPassphrase} optional />
      {passphrase.text === '' ? (
        <Warning>
          The private key goes in as it is. With a passphrase it is encrypted, which most DCU
          software can read as well.
        </Warning>
      ) : null}
    </CommandDialog>
  );
}
