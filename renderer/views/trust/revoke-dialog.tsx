import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { useBench } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { useCommand } from '../../ui/use-command.ts';
import { Warning } from '../../ui/warning.tsx';

const revoke = async (client: Client, fingerprint: string): Promise<void> => {
  const { cn } = await client.trust.revoke({ fingerprint });
  notifications.show({ message: `The certificate of ${cn} is revoked.` });
};

export function RevokeDialog(props: {
  certificate: CertificateView;
  onClose: () => void;
}): ReactNode {
  const { certificate } = props;
  const workspace = useBench((store) => store.bench?.workspace) ?? '';
  const links = useBench((store) => store.bench?.links);
  const { state, run, dismiss } = useCommand(revoke);
  const live = (links ?? []).filter(
    ({ who, state: link }) => who === certificate.cn && link === 'up',
  );
  return (
    <CommandDialog
      testId="revoke"
      title={`Revoke the certificate of ${certificate.cn}?`}
      confirm="Revoke for good"
      cancel="Keep it"
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
      <p>
        It goes on the revocation list at once and can never be taken off it. The broker refuses it
        from the next handshake on.
      </p>
      <dl className="facts touched">
        <dt>Used by</dt>
        <dd>
          {certificate.usedBy.length === 0
            ? 'nothing on this bench'
            : certificate.usedBy.join(', ')}
        </dd>
        <dt>Live session</dt>
        <dd>
          {live.length === 0
            ? 'none of this bench; one of an outside program is cut'
            : `${certificate.cn} is connected and is cut`}
        </dd>
        <dt>Serial</dt>
        <dd className="mono">{certificate.serial}</dd>
      </dl>
      {certificate.usedBy.length === 0 ? null : (
        <Warning>
          {`Renew it first if ${certificate.usedBy.join(', ')} shall go on without a break.`}
        </Warning>
      )}
    </CommandDialog>
  );
}
