import { type KeyObject, X509Certificate } from 'node:crypto';
import type { Clock } from '#core/ports';
import { PkiError } from './errors.ts';
import { type CertificateDetails, isIssuedBy } from './inspect.ts';
import { assertStrong, describeKey } from './key-type.ts';
import { assertIdentityName } from './names.ts';
import type { CertificateFiles } from './read-files.ts';

/** @throws PkiError CA_UNFIT, KEY_MISSING, KEY_MISMATCH, KEY_WEAK */
export function pickAuthority(
  { certificates, keys }: CertificateFiles,
  clock: Clock,
): { pem: string; key: KeyObject } {
  const pairs = pair(certificates, keys).filter(({ details }) => details.isCa);
  const [found] = pairs;
  if (found === undefined || pairs.length > 1) {
    throw caUnfit(
      found === undefined
        ? 'the files hold no CA certificate with its key'
        : 'the files hold several CAs with keys',
    );
  }
  const { details, key } = found;
  assertStrong(describeKey(key), `"${details.cn}"`);
  const parsed = new X509Certificate(details.pem);
  if (!details.selfIssued || !isIssuedBy(parsed, parsed)) {
    throw caUnfit(
      `"${details.cn}" is an intermediate of "${details.issuer}", whose revocation list nobody would keep`,
    );
  }
  if (isForgeable(details)) {
    throw caUnfit(
      `"${details.cn}" is signed with ${details.signatureAlgorithm}, which can be forged`,
    );
  }
  const limited = details.usages.length > 0;
  if (limited && !(details.usages.includes('keyCertSign') && details.usages.includes('cRLSign'))) {
    throw caUnfit(`"${details.cn}" may not sign certificates and revocation lists`);
  }
  if (clock.now() < details.notBefore || clock.now() > details.notAfter) {
    throw caUnfit(
      `"${details.cn}" is valid from ${day(details.notBefore)} to ${day(details.notAfter)} only`,
    );
  }
  return { pem: details.pem, key };
}

export type PickedIdentity = {
  readonly details: CertificateDetails;
  readonly key: KeyObject;
  readonly kind: 'server' | 'client';
  /** The intermediates that came with it, PEM, its issuer first. */
  readonly chainPem: string;
};

/** @throws PkiError CERTIFICATE_UNFIT, NAME_INVALID, KEY_MISSING, KEY_MISMATCH, KEY_WEAK */
export function pickIdentities({ certificates, keys }: CertificateFiles): PickedIdentity[] {
  return pair(certificates, keys).map(({ details, key }) => {
    assertStrong(describeKey(key), `"${details.cn}"`);
    if (details.isCa || details.cn === '') {
      const why = details.isCa ? `"${details.cn}" is a CA` : 'the certificate has no common name';
      throw new PkiError('CERTIFICATE_UNFIT', `${why}, and not an identity`, {
        next: details.isCa
          ? 'Import it as the CA.'
          : 'Have a certificate issued with a common name.',
      });
    }
    if (isForgeable(details)) {
      const how = details.signatureAlgorithm;
      throw new PkiError('CERTIFICATE_UNFIT', `"${details.cn}" is signed with ${how}`, {
        next: 'It can be forged, and TLS refuses it: have it issued again with SHA-256.',
      });
    }
    const kind = kindOf(details);
    if (kind === 'client') assertIdentityName(details.cn);
    return { details, key, kind, chainPem: chainOf(details, certificates) };
  });
}

/** RFC 9155: MD5 and SHA-1 in signatures. */
function isForgeable({ signatureAlgorithm }: CertificateDetails): boolean {
  return /MD5|SHA-1\b/.test(signatureAlgorithm);
}

type Pair = { readonly details: CertificateDetails; readonly key: KeyObject };

/** Each key with its certificate; a key without one is a mistake of whoever chose the files. */
function pair(certificates: readonly CertificateDetails[], keys: readonly KeyObject[]): Pair[] {
  if (keys.length === 0) {
    throw new PkiError('KEY_MISSING', 'the files hold no private key', {
      next: 'Add the key file, or a PKCS #12 file that holds both.',
    });
  }
  const parsed = certificates.map((details) => ({
    details,
    x509: new X509Certificate(details.pem),
  }));
  return keys.map((key) => {
    const match = parsed.find(({ x509 }) => isPair(x509, key));
    if (match !== undefined) return { details: match.details, key };
    throw new PkiError(
      'KEY_MISMATCH',
      `a ${describeKey(key).type} key belongs to none of the certificates`,
      {
        next: 'Choose the certificate that was issued for this key.',
      },
    );
  });
}

function isPair(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false;
  }
}

/** By its extended usage; a certificate for both, or that does not say, by whether it names hosts. */
function kindOf({ usages, altNames }: CertificateDetails): 'server' | 'client' {
  const server = usages.includes('serverAuth');
  const client = usages.includes('clientAuth');
  if (server !== client) return server ? 'server' : 'client';
  return altNames.some((name) => /^(DNS|IP):/.test(name)) ? 'server' : 'client';
}

function chainOf(leaf: CertificateDetails, certificates: readonly CertificateDetails[]): string {
  const rest = new Set(certificates.filter(({ isCa, selfIssued }) => isCa && !selfIssued));
  let chain = '';
  let below = new X509Certificate(leaf.pem);
  // Each round takes one out of `rest`, so that two that signed each other do not turn forever.
  for (;;) {
    const issuer = [...rest].find(({ pem }) => {
      const above = new X509Certificate(pem);
      return isIssuedBy(below, above);
    });
    if (issuer === undefined) return chain;
    rest.delete(issuer);
    chain += issuer.pem;
    below = new X509Certificate(issuer.pem);
  }
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function caUnfit(why: string): PkiError {
  return new PkiError('CA_UNFIT', why, {
    next: 'Import a root CA (self-signed, allowed to sign certificates and revocation lists) with its key, or create a bench CA.',
  });
}
