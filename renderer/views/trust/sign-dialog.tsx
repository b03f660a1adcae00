import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { readChosen, saveFile } from '../../state/files.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Days } from './issue-dialog.tsx';

const sign = async (client: Client, file: File, days: number): Promise<void> => {
  const { certificate, file: signed } = await client.trust.sign({
    request: await readChosen(file),
    days,
  });
  selectCertificate(certificate.fingerprint);
  saveFile(signed);
  notifications.show({ message: `Signed for ${certificate.cn}; ${signed.name} is downloaded.` });
};

/** For a real DCU: its key never leaves it. */
export function SignDialog(props: { onClose: () => void }): ReactNode {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [days, setDays] = useState<number | null>(365);
  const { state, run, dismiss } = useCommand(sign);
  const file = files[0];
  return (
    <CommandDialog
      testId="sign"
      title="Sign a certificate request"
      confirm="Sign and download"
      state={state}
      disabled={file === undefined || days === null}
      onDismiss={dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        if (file === undefined || days === null) return;
        void run(file, days).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p className="soft">
        A device with a key of its own sends a request (CSR); the bench CA signs it. The name in the
        request becomes the MQTT identity.
      </p>
      <FileField
        label="Certificate request"
        hint="PEM or DER, as openssl req -new writes it."
        accept=".csr,.pem,.der,.req"
        files={files}
        onFiles={setFiles}
        testId="sign-file"
      />
      <Days days={days} onDays={setDays} />
    </CommandDialog>
  );
}
