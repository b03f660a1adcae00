import type { ReactNode } from 'react';
import type { TrustView } from '#core/contract';
import { closeDialog, useTrustDialog } from '../../state/trust-dialog.store.ts';
import { DcuDialog } from './dcu-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';
import { IssueDialog } from './issue-dialog.tsx';
import { NewCaDialog } from './new-ca-dialog.tsx';
import { RenewDialog } from './renew-dialog.tsx';
import { RevokeDialog } from './revoke-dialog.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { SignDialog } from './sign-dialog.tsx';

/** The question that is open, if any. Mounted while it is, so that each begins empty. */
export function Dialogs(props: { trust: TrustView }): ReactNode {
  const dialog = useTrustDialog((store) => store.dialog);
  const { certificates } = props.trust;
  if (dialog === null) return null;
  const common = { onClose: closeDialog };
  switch (dialog.kind) {
    case 'issue':
      return <IssueDialog {...common} />;
    case 'sign':
      return <SignDialog {...common} />;
    case 'import':
      return <ImportDialog {...common} certificates={certificates} />;
    case 'new-ca':
      return <NewCaDialog {...common} certificates={certificates} />;
    case 'dcu':
      return <DcuDialog {...common} />;
    case 'secret':
      return <SecretDialog {...common} />;
    case 'export':
    case 'renew':
    case 'revoke': {
      const certificate = certificates.find((each) => each.fingerprint === dialog.fingerprint);
      if (!certificate) return null;
      if (dialog.kind === 'export') return <ExportDialog {...common} certificate={certificate} />;
      if (dialog.kind === 'renew') return <RenewDialog {...common} certificate={certificate} />;
      return <RevokeDialog {...common} certificate={certificate} />;
    }
  }
}
