import { Radio, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { useBench } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { saveFile } from '../../state/files.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';
import { passphraseFault, PassphraseFields, type Passphrase } from './passphrase.tsx';

type Form = 'pem' | 'pem-with-key' | 'pkcs12' | 'der';

const forms: readonly { form: Form; label: string; says: string; withKey: boolean }[] = [
  { form: 'pem', label: 'PEM', says: 'The certificate as text. Public.', withKey: false },
  { form: 'der', label: 'DER', says: 'The certificate as bytes. Public.', withKey: false },
  {
    form: 'pem-with-key',
    label: 'PEM with key',
    says: 'Certificate and private key as text; encrypted when you give a passphrase.',
    withKey: true,
  },
  {
    form: 'pkcs12',
    label: 'PKCS#12',
    says: 'Certificate, key and chain in one encrypted file (.p12).',
    withKey: true,
  },
];

const save = async (
  client: Client,
  fingerprint: string,
  form: Form,
  passphrase: string,
): Promise<void> => {
  saveFile(
    await client.trust.exportCertificate({
      fingerprint,
      form,
      ...(passphrase === '' ? {} : { passphrase }),
    }),
  );
};

export function ExportDialog(props: {
  certificate: CertificateView;
  onClose: () => void;
}): ReactNode {
  const { certificate } = props;
  const workspace = useBench((store) => store.bench?.workspace) ?? '';
  const [form, setForm] = useState<Form>('pem');
  const [passphrase, setPassphrase] = useState<Passphrase>({ text: '', again: '' });
  const { state, run, dismiss } = useCommand(save);
  const withKey = form === 'pem-with-key' || form === 'pkcs12';
  const optional = form === 'pem-with-key';
  const fault = withKey ? passphraseFault(passphrase, optional) : null;
  return (
    <CommandDialog
      testId="export"
      title={`Export the certificate of ${certificate.cn}`}
      confirm="Download"
      state={state}
      disabled={fault !== null}
      onDismiss={dismiss}
      onClose={props.onClose}
      command={cli.exportCertificate(workspace, certificate, form)}
      onConfirm={() => {
        void run(certificate.fingerprint, form, withKey ? passphrase.text : '').then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <Radio.Group
        aria-label="Form"
        value={form}
        onChange={(value) => {
          const chosen = forms.find((each) => each.form === value);
          if (chosen) setForm(chosen.form);
        }}
      >
        <Stack gap={8}>
          {forms.map((each) => (
            <Radio
              key={each.form}
              value={each.form}
              label={each.label}
              description={
                each.withKey && !certificate.hasKey
                  ? 'Not possible: the private key is not here.'
                  : each.says
              }
              disabled={each.withKey && !certificate.hasKey}
            />
          ))}
        </Stack>
      </Radio.Group>
      {withKey ? (
        <PassphraseFields value={passphrase} onChange={setPassphrase} optional={optional} />
      ) : null}
      {form === 'pem-with-key' && passphrase.text === '' ? (
        <Warning>
          {`Without a passphrase, whoever reads the file is ${certificate.cn} to the broker.`}
        </Warning>
      ) : null}
    </CommandDialog>
  );
}
