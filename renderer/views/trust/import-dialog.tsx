import { PasswordInput, Radio, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { readChosen } from '../../state/files.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';
import { issuedByBench } from './issued.ts';

type Way = 'ca' | 'identity';

const load = async (
  client: Client,
  files: readonly File[],
  passphrase: string,
  as: Way,
): Promise<void> => {
  const chosen = await Promise.all(files.map(readChosen));
  const imported = await client.trust.importFiles({
    files: chosen,
    as,
    ...(passphrase === '' ? {} : { passphrase }),
  });
  const [first] = imported;
  if (first) selectCertificate(first.fingerprint);
  notifications.show({ message: `Imported: ${imported.map(({ cn }) => cn).join(', ')}.` });
};

export function ImportDialog(props: {
  certificates: readonly CertificateView[];
  onClose: () => void;
}): ReactNode {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [as, setAs] = useState<Way>('identity');
  const [passphrase, setPassphrase] = useState('');
  const { state, run, dismiss } = useCommand(load);
  const lost = issuedByBench(props.certificates).length;
  return (
    <CommandDialog
      testId="import"
      title="Import a certificate"
      confirm={as === 'ca' ? 'Import as CA' : 'Import'}
      danger={as === 'ca'}
      state={state}
      disabled={files.length === 0}
      onDismiss={dismiss}
      onClose={props.onClose}
      onConfirm={() => {
        void run(files, passphrase, as).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <FileField
        label="Certificate and key"
        hint="PEM, DER or PKCS#12; certificate and key may be separate files."
        accept=".pem,.crt,.cer,.der,.key,.p12,.pfx"
        multiple
        files={files}
        onFiles={setFiles}
        testId="import-files"
      />
      <PasswordInput
        size="xs"
        label="Passphrase"
        description="Of the PKCS#12 file or of an encrypted key; leave empty where there is none."
        autoComplete="off"
        data-testid="import-passphrase"
        value={passphrase}
        onChange={(event) => {
          setPassphrase(event.currentTarget.value);
        }}
      />
      <Radio.Group
        label="Use it as"
        value={as}
        onChange={(value) => {
          setAs(value === 'ca' ? 'ca' : 'identity');
        }}
      >
        <Stack gap={8} mt={6}>
          <Radio
            value="identity"
            label="An identity"
            description="A broker, a backend or a vehicle, told by the name in it."
          />
          <Radio
            value="ca"
            label="The bench CA"
            description="It issues from now on, and what it vouches for is trusted."
          />
        </Stack>
      </Radio.Group>
      {as === 'ca' && lost > 0 ? (
        <Warning>
          {`It takes the place of the present CA: ${certificatesWord(lost)} issued by that one ${lost === 1 ? 'stops' : 'stop'} being trusted.`}
        </Warning>
      ) : null}
    </CommandDialog>
  );
}

export function certificatesWord(count: number): string {
  return count === 1 ? '1 certificate' : `${count.toString()} certificates`;
}
