import type { ReactNode } from 'react';
import type { RefusalView, TrustView } from '#core/contract';
import { Refusal } from '../../ui/refusal.tsx';

/** What a person should know before relying on any of it. */
export function Notices(props: { trust: TrustView }): ReactNode {
  const { vault, notices } = props.trust;
  const told: RefusalView[] = vault.refusal ? [vault.refusal] : [];
  // The bench may tell of its vault in both places.
  told.push(...notices.filter(({ code }) => code !== vault.refusal?.code));
  if (told.length === 0) return null;
  return (
    <div className="notices" data-testid="trust-notices">
      {told.map((notice) => (
        <Refusal key={`${notice.code} ${notice.reason}`} refusal={notice} />
      ))}
    </div>
  );
}
