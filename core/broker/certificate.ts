import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import { type Fault, type RefusalCode, fault } from './refusal.ts';
import type { Revocations } from './revocations.ts';

/** A client's certificate, as far as the broker cares. */
export type ClientCertificate = {
  /** Its common name; null where it has none or several. */
  readonly cn: string | null;
  /** SHA-256 of the DER, 64 lower-case hex characters. */
  readonly fingerprint: string;
  /** Lower-case hex without leading zeros. */
  readonly serial: string;
  /** Itself first, then the issuers that came along or are known. */
  readonly chain: readonly X509Certificate[];
};

export type CertificateVerdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'good'; readonly certificate: ClientCertificate }
  | { readonly kind: 'bad'; readonly certificate: ClientCertificate; readonly fault: Fault };

/** RFC 5280 allows no longer path in practice; a loop of issuers must end. */
const CHAIN_LIMIT = 8;

/**
 * OpenSSL has verified chain, dates and purpose in the handshake (RFC 5280 section 6). It keeps
 * the last fault it met, which is the one told here.
 */
export function judgeCertificate(
  socket: TLSSocket,
  revocations: Revocations,
  now: number,
): CertificateVerdict {
  const leaf = socket.getPeerX509Certificate();
  if (!leaf) return { kind: 'none' };
  const certificate = describe(socket, leaf);
  // Node names the code of OpenSSL here, whatever its types say.
  const code: unknown = socket.authorizationError;
  if (!socket.authorized) {
    return { kind: 'bad', certificate, fault: chainFault(String(code), leaf, certificate, now) };
  }
  return isRevoked(certificate, revocations)
    ? { kind: 'bad', certificate, fault: revokedFault(certificate) }
    : { kind: 'good', certificate };
}

export function isRevoked(
  { chain }: ClientCertificate,
  revocations: Pick<Revocations, 'has'>,
): boolean {
  return chain.some((link) => revocations.has(link));
}

export function revokedFault(certificate: ClientCertificate): Fault {
  const { serial } = certificate;
  return fault(
    'CERT_REVOKED',
    `the client certificate of ${nameOf(certificate)}, serial ${serial}, is revoked`,
  );
}

export function normalSerial(hex: string): string {
  return hex
    .toLowerCase()
    .replace(/[^0-9a-f]/g, '')
    .replace(/^0+(?=.)/, '');
}

function describe(socket: TLSSocket, leaf: X509Certificate): ClientCertificate {
  const peer = socket.getPeerCertificate(true);
  // An attribute that comes twice comes as a list.
  const cn: unknown = peer.subject.CN;
  return {
    cn: typeof cn === 'string' && cn !== '' ? cn : null,
    fingerprint: normalFingerprint(leaf.fingerprint256),
    serial: normalSerial(leaf.serialNumber),
    chain: chainOf(peer),
  };
}

function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  // `issuerCertificate` is absent where the issuer is unknown, and a root's is itself.
  const collect = (link: DetailedPeerCertificate | undefined): void => {
    if (!link || seen.has(link.fingerprint256) || chain.length === CHAIN_LIMIT) return;
    seen.add(link.fingerprint256);
    chain.push(new X509Certificate(link.raw));
    collect(link.issuerCertificate);
  };
  collect(leaf);
  return chain;
}

export function normalFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

function nameOf({ cn }: ClientCertificate): string {
  return cn === null ? 'nobody' : JSON.stringify(cn).slice(1, -1);
}

/** X509_V_ERR_… as Node names them, in sentences; anything else is told by its name. */
function chainFault(
  code: string,
  leaf: X509Certificate,
  certificate: ClientCertificate,
  now: number,
): Fault {
  const subject = `the client certificate of ${nameOf(certificate)}`;
  const above = certificate.chain.slice(1);
  const dated = (link: X509Certificate): string =>
    link === leaf ? subject : `${oneLine(link.subject)}, in the chain of ${subject},`;
  const late =
    leaf.validToDate.getTime() < now
      ? leaf
      : (above.find((link) => link.validToDate.getTime() < now) ?? leaf);
  const early =
    leaf.validFromDate.getTime() > now
      ? leaf
      : (above.find((link) => link.validFromDate.getTime() > now) ?? leaf);
  const issuer = oneLine(leaf.issuer);
  const known: Record<string, [RefusalCode, string]> = {
    CERT_HAS_EXPIRED: ['CERT_EXPIRED', `${dated(late)} expired on ${iso(late.validToDate)}`],
    CERT_NOT_YET_VALID: [
      'CERT_NOT_YET_VALID',
      `${dated(early)} is not valid before ${iso(early.validFromDate)}`,
    ],
    DEPTH_ZERO_SELF_SIGNED_CERT: [
      'CERT_SELF_SIGNED',
      `${subject} is signed by itself, by no CA that is trusted here`,
    ],
    INVALID_PURPOSE: [
      'CERT_WRONG_USAGE',
      `${subject} may not be used by a client: its extended key usage lacks clientAuth`,
    ],
    INVALID_CA: ['CERT_UNKNOWN_CA', `${subject} was issued by ${issuer}, which is no CA`],
    CERT_REVOKED: ['CERT_REVOKED', `${subject} is revoked`],
    EE_KEY_TOO_SMALL: ['CERT_INVALID', `the key in ${subject} is too small`],
    CA_MD_TOO_WEAK: ['CERT_INVALID', `${subject} is signed with a broken hash`],
  };
  const found = known[code];
  if (found) return fault(...found);
  if (UNKNOWN_CA.has(code)) {
    return fault(
      'CERT_UNKNOWN_CA',
      `${subject} was issued by ${issuer}, which is not trusted here`,
    );
  }
  return fault('CERT_INVALID', `${subject} is refused: ${code}`);
}

const UNKNOWN_CA: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
]);

/** A name of X.509, whose parts Node puts on lines of their own. */
function oneLine(name: string): string {
  return name.replaceAll('\n', ', ');
}

function iso(date: Date): string {
  return date.toISOString().replace('.000', '');
}
