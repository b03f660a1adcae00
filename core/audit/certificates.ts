import type { Finding } from '#core/contract';
import { unreachable } from '#core/ports';
import type { AuditCertificate, AuditSnapshot } from './snapshot.ts';

const DAY_MS = 86_400_000;
/** NIST SP 800-131A revision 2: 112 bits of strength. */
const RSA_LEAST_BITS = 2_048;
const STRONG: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521', 'Ed25519', 'Ed448']);

export function* certificateFindings({
  certificates,
  now,
}: AuditSnapshot): Generator<Finding, void> {
  for (const certificate of certificates) {
    yield* timeFindings(certificate, certificates, now);
    // What is revoked and at rest is out of the way.
    if (certificate.state === 'revoked' && certificate.usedBy.length === 0) continue;
    yield* makeFindings(certificate);
  }
}

function* timeFindings(
  certificate: AuditCertificate,
  all: readonly AuditCertificate[],
  now: number,
): Generator<Finding, void> {
  const { state, notBefore, notAfter, usedBy } = certificate;
  const name = nameOf(certificate);
  switch (state) {
    case 'valid':
      return;
    case 'expired':
      if (replaced(certificate, all)) return;
      yield {
        code: 'CERTIFICATE_EXPIRED',
        severity: 'high',
        title: 'A certificate has ended',
        evidence: `${name} ended ${dayOf(notAfter)}${usedText(usedBy)}`,
        repair: repairOf(certificate),
      };
      return;
    case 'expiring':
      if (replaced(certificate, all)) return;
      yield {
        code: 'CERTIFICATE_EXPIRING',
        severity: 'medium',
        title: 'A certificate ends within 30 days',
        evidence: `${name} ends ${dayOf(notAfter)}, in ${String(Math.ceil((notAfter - now) / DAY_MS))} days${usedText(usedBy)}`,
        repair: repairOf(certificate),
      };
      return;
    case 'not_yet_valid':
      yield {
        code: 'CERTIFICATE_NOT_YET_VALID',
        severity: 'medium',
        title: 'A certificate is not valid yet',
        evidence: `${name} begins ${dayOf(notBefore)}${usedText(usedBy)}`,
        repair: 'Check the clock of this machine, or wait for that day.',
      };
      return;
    case 'revoked':
      if (usedBy.length === 0) return;
      yield {
        code: 'REVOKED_IN_USE',
        severity: 'high',
        title: 'A revoked certificate is still in use',
        evidence: `${name}${usedText(usedBy)}`,
        repair: 'Renew it, so that a good one takes its place.',
      };
      return;
    default:
      return unreachable(state);
  }
}

function* makeFindings(certificate: AuditCertificate): Generator<Finding, void> {
  const { kind, keyType, signatureAlgorithm, altNames, subject, issuer } = certificate;
  const name = nameOf(certificate);
  const weakness = weaknessOf(certificate);
  if (weakness !== null) {
    yield {
      code: 'WEAK_KEY',
      severity: 'high',
      title: 'A certificate has a weak or unknown key',
      evidence: `${name}: ${keyType}; ${weakness}`,
      repair: 'Issue it anew with P-256, P-384, Ed25519, or RSA of at least 2048 bits.',
    };
  }
  if (/sha-?1(?!\d)|md[245]/i.test(signatureAlgorithm)) {
    // Nobody checks the signature that a root puts on itself.
    const root = kind === 'ca' && subject === issuer;
    yield {
      code: 'WEAK_SIGNATURE',
      severity: root ? 'low' : 'high',
      title: 'A certificate is signed over a broken hash',
      evidence: `${name}: ${signatureAlgorithm}`,
      repair: 'Issue it anew; the bench CA signs over SHA-256.',
    };
  }
  if (kind === 'server' && altNames.length === 0) {
    yield {
      code: 'SERVER_WITHOUT_ALT_NAME',
      severity: 'medium',
      title: 'A server certificate names no host',
      evidence: `${name} has no subject alternative name; clients do not look at the common name (RFC 9525)`,
      repair: 'Issue it anew with the names and addresses that clients use.',
    };
  }
}

function weaknessOf({ keyType, keyWeakness }: AuditCertificate): string | null {
  if (keyWeakness !== undefined && keyWeakness !== null) return keyWeakness;
  const bits = /^RSA (\d+)$/.exec(keyType)?.[1];
  if (bits !== undefined) {
    return Number(bits) < RSA_LEAST_BITS ? `fewer than ${String(RSA_LEAST_BITS)} bits` : null;
  }
  return STRONG.has(keyType) ? null : 'not a kind of key that is known to be strong';
}

/** A renewed one has a valid successor of the same name and kind, and nothing here shows it. */
function replaced(old: AuditCertificate, all: readonly AuditCertificate[]): boolean {
  if (old.usedBy.length > 0) return false;
  return all.some(
    (each) =>
      each.state === 'valid' &&
      each.fingerprint !== old.fingerprint &&
      each.kind === old.kind &&
      each.cn === old.cn,
  );
}

function repairOf({ kind, origin, cn }: AuditCertificate): string {
  if (kind === 'ca') return 'Create or import a CA, and issue the certificates anew.';
  return origin === 'issued'
    ? `Renew ${cn}.`
    : `Take a new request of ${cn} and sign it, or import its successor.`;
}

/** Enough of a fingerprint to find it among a bench's few. */
const nameOf = ({ kind, cn, fingerprint }: AuditCertificate): string =>
  `${kind} ${cn || 'without a name'} (${fingerprint.slice(0, 12)})`;
const usedText = (usedBy: readonly string[]): string =>
  usedBy.length > 0 ? `; used by ${usedBy.join(', ')}` : '';
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
