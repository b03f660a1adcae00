import { Radio, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { saveFile } from '../../state/files.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';
import { passphraseFault, PassphraseFields, type Passphrase } from './passphrase.tsx';

type Form = 'pem' | 'pem-with-key' | 'pkcs12' | 'der';

const forms: readonly { form: Form; withKey: boolean }[] = [
  { form: 'pem', withKey: false },
  { form: 'der', withKey: false },
  { form: 'pem-with-key', withKey: true },
  { form: 'pkcs12', withKey: true },
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
  const workspace = useWorkspace();
  const [form, setForm] = useState<Form>('pem');
  const [passphrase, setPassphrase] = useState<Passphrase>({ text: '', again: '' });
  const { state, run, dismiss } = useCommand(save);
  const withKey = form === 'pem-with-key' || form === 'pkcs12';
  const optional = form === 'pem-with-key';
  const fault = withKey ? passphraseFault(passphrase, optional) : null;
  return (
    <CommandDialog
      testId="export"
      title={t('trust:export.title', { cn: certificate.cn })}
      confirm={t('trust:export.confirm')}
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
        aria-label={t('trust:export.form')}
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
              label={t(`trust:form.${each.form}.label`)}
              description={
                each.withKey && !certificate.hasKey
                  ? t('trust:export.noKey')
                  : t(`trust:form.${each.form}.says`)
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
        <Warning>{t('trust:export.plain', { cn: certificate.cn })}</Warning>
      ) : null}
    </CommandDialog>
  );
}
