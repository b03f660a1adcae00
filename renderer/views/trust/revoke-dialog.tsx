import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useBench, useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { listed } from '../../ui/format.ts';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';

const revoke = async (client: Client, fingerprint: string): Promise<void> => {
  const { cn } = await client.trust.revoke({ fingerprint });
  notifications.show({ message: t('trust:revoke.done', { cn }) });
};

export function RevokeDialog(props: {
  certificate: CertificateView;
  onClose: () => void;
}): ReactNode {
  const { certificate } = props;
  const workspace = useWorkspace();
  const links = useBench((store) => store.bench?.links);
  const { state, run, dismiss } = useCommand(revoke);
  const live = (links ?? []).filter(
    ({ who, state: link }) => who === certificate.cn && link === 'up',
  );
  return (
    <CommandDialog
      testId="revoke"
      title={t('trust:revoke.title', { cn: certificate.cn })}
      confirm={t('trust:revoke.confirm')}
      cancel={t('trust:revoke.keep')}
      danger
      state={state}
      onDismiss={dismiss}
      onClose={props.onClose}
      command={cli.revoke(workspace, certificate)}
      onConfirm={() => {
        void run(certificate.fingerprint).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p>{t('trust:revoke.says')}</p>
      <dl className="facts touched">
        <dt>{t('trust:revoke.usedBy')}</dt>
        <dd>
          {certificate.usedBy.length === 0
            ? t('trust:revoke.unused')
            : certificate.usedBy.join(', ')}
        </dd>
        <dt>{t('trust:revoke.live')}</dt>
        <dd>
          {live.length === 0
            ? t('trust:revoke.noLive')
            : t('trust:revoke.cut', { cn: certificate.cn })}
        </dd>
        <dt>{t('trust:revoke.serial')}</dt>
        <dd className="mono">{certificate.serial}</dd>
      </dl>
      {certificate.usedBy.length === 0 ? null : (
        <Warning>{t('trust:revoke.renewFirst', { users: listed(certificate.usedBy) })}</Warning>
      )}
    </CommandDialog>
  );
}
