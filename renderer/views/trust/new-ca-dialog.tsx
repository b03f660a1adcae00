import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';
import { certificatesWord } from './import-dialog.tsx';
import { issuedByBench } from './issued.ts';

const create = async (client: Client, name: string): Promise<void> => {
  const ca = await client.trust.createCa({ name });
  selectCertificate(ca.fingerprint);
  notifications.show({ message: `${ca.cn} is the bench CA now.` });
};

export function NewCaDialog(props: {
  certificates: readonly CertificateView[];
  onClose: () => void;
}): ReactNode {
  const [name, setName] = useState('OTA Bench CA');
  const { state, run, dismiss } = useCommand(create);
  const touched = issuedByBench(props.certificates);
  return (
    <CommandDialog
      testId="new-ca"
      title="Make a new bench CA?"
      confirm={touched.length === 0 ? 'Make the CA' : 'Replace the CA'}
      danger={touched.length > 0}
      cancel={touched.length === 0 ? 'Cancel' : 'Keep the present CA'}
      state={state}
      disabled={name.trim() === ''}
      onDismiss={dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void run(name.trim()).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      {touched.length === 0 ? null : (
        <>
          <Warning>
            {`${certificatesWord(touched.length)} of the present CA ${touched.length === 1 ? 'stops' : 'stop'} being trusted at once. The bench makes its own identities anew; every outside program needs new files.`}
          </Warning>
          <p className="soft">
            Touched: <span className="mono">{touched.map(({ cn }) => cn).join(', ')}</span>
          </p>
        </>
      )}
      <TextInput
        label="Name of the new CA"
        data-testid="new-ca-name"
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
    </CommandDialog>
  );
}
