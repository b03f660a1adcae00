import { TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';
import { issuedByBench } from './issued.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';

const create = async (client: Client, name: string): Promise<void> => {
  const ca = await client.trust.createCa({ name });
  selectCertificate(ca.fingerprint);
  notifications.show({ message: t('trust:newCa.done', { cn: ca.cn }) });
};

export function NewCaDialog(props: {
  certificates: readonly CertificateView[];
  onClose: () => void;
}): ReactNode {
  const [name, setName] = useState('OTA Bench CA');
  const { state, run, dismiss } = useCommand(create);
  const workspace = useWorkspace();
  const touched = issuedByBench(props.certificates);
  return (
    <CommandDialog
      testId="new-ca"
      title={t('trust:newCa.title')}
      confirm={t(touched.length === 0 ? 'trust:newCa.make' : 'trust:newCa.replace')}
      danger={touched.length > 0}
      cancel={t(touched.length === 0 ? 'ui:cancel' : 'trust:newCa.keep')}
      command={name.trim() === '' ? null : cli.newCa(workspace, name.trim(), touched.length > 0)}
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
          <Warning>{t('trust:newCa.lost', { count: touched.length })}</Warning>
          <p className="soft">
            {t('trust:newCa.touched')}{' '}
            <span className="mono">{touched.map(({ cn }) => cn).join(', ')}</span>
          </p>
        </>
      )}
      <TextInput
        label={t('trust:newCa.name')}
        data-testid="new-ca-name"
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
    </CommandDialog>
  );
}
