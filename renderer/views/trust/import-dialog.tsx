import { PasswordInput, Radio, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { readChosen } from '../../state/files.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { listed } from '../../ui/format.ts';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';
import { issuedByBench } from './issued.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';

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
  notifications.show({
    message: t('trust:import.done', { names: listed(imported.map(({ cn }) => cn)) }),
  });
};

export function ImportDialog(props: {
  certificates: readonly CertificateView[];
  onClose: () => void;
}): ReactNode {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [as, setAs] = useState<Way>('identity');
  const [passphrase, setPassphrase] = useState('');
  const { state, run, dismiss } = useCommand(load);
  const workspace = useWorkspace();
  const lost = issuedByBench(props.certificates).length;
  return (
    <CommandDialog
      testId="import"
      title={t('trust:import.title')}
      confirm={t(as === 'ca' ? 'trust:import.asCa' : 'trust:import.confirm')}
      danger={as === 'ca'}
      command={
        files.length === 0
          ? null
          : cli.importFiles(
              workspace,
              files.map((file) => file.name),
              { as, withPassphrase: passphrase !== '', replaces: as === 'ca' && lost > 0 },
            )
      }
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
        label={t('trust:import.files')}
        hint={t('trust:import.hint')}
        accept=".pem,.crt,.cer,.der,.key,.p12,.pfx"
        multiple
        files={files}
        onFiles={setFiles}
        testId="import-files"
      />
      <PasswordInput
        size="xs"
        label={t('trust:import.passphrase')}
        description={t('trust:import.passphraseSays')}
        autoComplete="off"
        data-testid="import-passphrase"
        value={passphrase}
        onChange={(event) => {
          setPassphrase(event.currentTarget.value);
        }}
      />
      <Radio.Group
        label={t('trust:import.use')}
        value={as}
        onChange={(value) => {
          setAs(value === 'ca' ? 'ca' : 'identity');
        }}
      >
        <Stack gap={8} mt={6}>
          <Radio
            value="identity"
            label={t('trust:import.identity')}
            description={t('trust:import.identitySays')}
          />
          <Radio value="ca" label={t('trust:import.ca')} description={t('trust:import.caSays')} />
        </Stack>
      </Radio.Group>
      {as === 'ca' && lost > 0 ? (
        <Warning>{t('trust:import.lost', { count: lost })}</Warning>
      ) : null}
    </CommandDialog>
  );
}
