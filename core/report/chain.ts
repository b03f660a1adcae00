import { createPublicKey, X509Certificate, type JsonWebKey } from 'node:crypto';

export type Chain =
  | { readonly kind: 'none' }
  | { readonly kind: 'holds'; readonly ca: X509Certificate }
  | { readonly kind: 'broken'; readonly why: string };

/** RFC 9336: signs documents. A vehicle's or an operator's certificate by the same CA does not. */
const DOCUMENT_SIGNING_OID = '1.3.6.1.5.5.7.3.36';
/** Longest chain that is looked at: ours has two. */
const CHAIN_LIMIT = 4;

/**
 * Whether the certificates that a report carries vouch for its key: the first is of that key, for
 * signing documents, and was valid when it was signed, and each is issued by the next.
 */
export function checkChain(chain: readonly string[], jwk: JsonWebKey, signedAt: number): Chain {
  if (chain.length === 0) return { kind: 'none' };
  if (chain.length > CHAIN_LIMIT)
    return broken(`${String(chain.length)} certificates are too many`);
  const read = chain.map(readDer);
  const certificates = read.filter((each) => each !== null);
  const [leaf] = certificates;
  const ca = certificates.at(-1);
  if (leaf === undefined || ca === undefined || certificates.length !== read.length) {
    return broken('a certificate cannot be read');
  }
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  if (!leaf.publicKey.equals(key)) return broken('the certificate is of another key');
  // Node calls the extended key usage (RFC 5280 section 4.2.1.12) `keyUsage`; without one it has none.
  const uses = leaf.keyUsage as readonly string[] | undefined;
  if (uses?.includes(DOCUMENT_SIGNING_OID) !== true) {
    return broken('the certificate is not for signing documents');
  }
  const ends = Date.parse(leaf.validTo);
  if (signedAt < Date.parse(leaf.validFrom) || signedAt > ends) {
    return broken('the certificate was not valid when the report was signed');
  }
  if (leaf === ca) return broken('the certificate of the CA is not with it');
  for (const [index, issuer] of certificates.slice(1).entries()) {
    if (!issuer.ca || certificates[index]?.verify(issuer.publicKey) !== true) {
      return broken(`a certificate is not issued by "${issuer.subject}"`);
    }
  }
  return { kind: 'holds', ca };
}

/** SHA-256 of the DER, 64 hex characters. */
export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}

function readDer(base64: string): X509Certificate | null {
  try {
    const der = Buffer.from(base64, 'base64');
    const certificate = new X509Certificate(der);
    // Neither PEM, nor something behind it, nor another way to write the same: others hash the DER.
    const isWhole = certificate.raw.equals(der) && der.toString('base64') === base64;
    return isWhole ? certificate : null;
  } catch {
    return null;
  }
}

function broken(why: string): Chain {
  return { kind: 'broken', why };
}
