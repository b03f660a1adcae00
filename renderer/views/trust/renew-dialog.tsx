import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { useWorkspace } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { dateTime } from '../../ui/format.ts';
import { Rich } from '../../ui/rich.tsx';
import { useCommand } from '../../ui/use-command.ts';

const renew = async (client: Client, fingerprint: string): Promise<void> => {
  const certificate = await client.trust.renew({ fingerprint });
  selectCertificate(certificate.fingerprint);
  notifications.show({ message: t('trust:renew.done', { cn: certificate.cn }) });
};

export function RenewDialog(props: {
  certificate: CertificateView;
  onClose: () => void;
}): ReactNode {
  const { certificate } = props;
  const workspace = useWorkspace();
  const { state, run, dismiss } = useCommand(renew);
  return (
    <CommandDialog
      testId="renew"
      title={t('trust:renew.title', { cn: certificate.cn })}
      confirm={t('trust:renew.confirm')}
      state={state}
      onDismiss={dismiss}
      onClose={props.onClose}
      command={cli.renew(workspace, certificate)}
      onConfirm={() => {
        void run(certificate.fingerprint).then((done) => {
          if (done) props.onClose();
        });
      }}
    >
      <p>
        <Rich
          text={t('trust:renew.says')}
          parts={{ cn: <span className="mono">{certificate.cn}</span> }}
        />
      </p>
      <p className="soft">{t('trust:renew.stays', { end: dateTime(certificate.notAfter) })}</p>
    </CommandDialog>
  );
}
