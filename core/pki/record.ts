import type { Clock } from '#core/ports';
import type { CertificateDetails } from './inspect.ts';
import type { LedgerEntry } from './ledger.ts';
import { DAY_MS } from './profile.ts';

export type CertificateState = 'valid' | 'expiring' | 'expired' | 'not_yet_valid' | 'revoked';

/** A certificate this bench knows, as it stands now. */
export type CertificateRecord = CertificateDetails & {
  readonly kind: 'ca' | 'server' | 'client';
  /** `signed`: from a request, the key is elsewhere. `imported`: from files. */
  readonly origin: 'issued' | 'signed' | 'imported';
  readonly state: CertificateState;
  /** Intermediates that came with an import, PEM; empty for our own. */
  readonly chainPem: string;
  /** Milliseconds since 1970; null unless revoked. */
  readonly revokedAt: number | null;
  /** True for the bench CA and what it issued: only these are on its CRL. */
  readonly own: boolean;
  /** True when the vault holds the private key. */
  readonly hasKey: boolean;
};

/** A month is time enough to visit a bench. */
const EXPIRING_MS = 30 * DAY_MS;

export function recordOf(
  entry: LedgerEntry,
  ca: string,
  hasKey: boolean,
  clock: Clock,
): CertificateRecord {
  const { issuedBy, ...shown } = entry;
  return {
    ...shown,
    state: stateOf(entry, clock.now()),
    own: issuedBy === ca || entry.fingerprint === ca,
    hasKey,
  };
}

export function stateOf(
  { revokedAt, notBefore, notAfter }: Pick<LedgerEntry, 'revokedAt' | 'notBefore' | 'notAfter'>,
  now: number,
): CertificateState {
  if (revokedAt !== null) return 'revoked';
  if (now < notBefore) return 'not_yet_valid';
  if (now > notAfter) return 'expired';
  return notAfter - now <= EXPIRING_MS ? 'expiring' : 'valid';
}
