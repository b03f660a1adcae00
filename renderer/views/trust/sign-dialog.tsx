import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { readChosen, saveFile } from '../../state/files.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Days } from './issue-dialog.tsx';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';

const sign = async (client: Client, file: File, days: number): Promise<void> => {
  const { certificate, file: signed } = await client.trust.sign({
    request: await readChosen(file),
    days,
  });
  selectCertificate(certificate.fingerprint);
  saveFile(signed);
  notifications.show({ message: t('trust:sign.done', { cn: certificate.cn, file: signed.name }) });
};

/** For a real DCU: its key never leaves it. */
export function SignDialog(props: { onClose: () => void }): ReactNode {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [days, setDays] = useState<number | null>(365);
  const { state, run, dismiss } = useCommand(sign);
  const file = files[0];
  const workspace = useWorkspace();
  return (
    <CommandDialog
      testId="sign"
      title={t('trust:sign.title')}
      confirm={t('trust:sign.confirm')}
      command={file === undefined || days === null ? null : cli.sign(workspace, file.name, days)}
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
      <p className="soft">{t('trust:sign.says')}</p>
      <FileField
        label={t('trust:sign.file')}
        hint={t('trust:sign.hint')}
        accept=".csr,.pem,.der,.req"
        files={files}
        onFiles={setFiles}
        testId="sign-file"
      />
      <Days days={days} onDays={setDays} />
    </CommandDialog>
  );
}
