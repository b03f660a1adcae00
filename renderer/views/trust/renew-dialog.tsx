import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import type { CertificateView } from '#core/contract';
import type { Client } from '../../connect.ts';
import { useBench } from '../../state/bench.store.ts';
import { cli } from '../../state/cli-commands.ts';
import { selectCertificate } from '../../state/trust-dialog.store.ts';
import { CommandDialog } from '../../ui/command-dialog.tsx';
import { dateTime } from '../../ui/format.ts';
import { useCommand } from '../../ui/use-command.ts';

const renew = async (client: Client, fingerprint: string): Promise<void> => {
  const certificate = await client.trust.renew({ fingerprint });
  selectCertificate(certificate.fingerprint);
  notifications.show({ message: `${certificate.cn} has a new certificate.` });
};

export function RenewDialog(props: {
  certificate: CertificateView;
  onClose: () => void;
}): ReactNode {
  const { certificate } = props;
  const workspace = useBench((store) => store.bench?.workspace) ?? '';
  const { state, run, dismiss } = useCommand(renew);
  return (
    <CommandDialog
      testId="renew"
      title={`Renew the certificate of ${certificate.cn}`}
      confirm="Renew"
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
        <span className="mono">{certificate.cn}</span> gets a new key and a new certificate with the
        same names and usages.
      </p>
      <p className="soft">
        The present one stays valid until {dateTime(certificate.notAfter)}, or until you revoke it,
        so that nothing stops while programs change over.
      </p>
    </CommandDialog>
  );
}
