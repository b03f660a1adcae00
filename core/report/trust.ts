import { X509Certificate } from 'node:crypto';
import { isCodedError } from '#core/ports';
import { importPublicJwk } from '#core/signing';
import { z } from 'zod';
import { fingerprintOf } from './chain.ts';
import { ReportError } from './errors.ts';

/** Whom a reader trusts to sign reports. */
export type Trusted = {
  /** RFC 7638 thumbprints of keys, base64url. */
  readonly kids: ReadonlySet<string>;
  /** SHA-256 of CA certificates, lower-case hex. */
  readonly cas: ReadonlySet<string>;
};

const Keys = z.object({ keys: z.array(z.unknown()).max(10_000) });
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Keys or CAs from the text of a file: a JWK, a JWK Set, or certificates in PEM.
 *
 * @throws ReportError REPORT_TRUST_UNREADABLE
 */
export function readTrusted(text: string): Trusted {
  const pems = text.match(PEM);
  if (pems !== null) {
    const cas = pems.map((pem) => fingerprintOf(readPem(pem)));
    return { kids: new Set(), cas: new Set(cas) };
  }
  const value = parse(text);
  const set = Keys.safeParse(value);
  const jwks = set.success ? set.data.keys : [value];
  return { kids: new Set(jwks.map(kidOf)), cas: new Set() };
}

/**
 * A fingerprint as people write it down: 64 hex characters with or without colons, of a CA's
 * certificate or of a key; or a key's thumbprint in base64url.
 *
 * @throws ReportError REPORT_TRUST_UNREADABLE
 */
export function readFingerprint(text: string): Trusted {
  const bare = text.replace(/[\s:]/g, '');
  if (/^[0-9a-f]{64}$/i.test(bare)) {
    const hex = bare.toLowerCase();
    return { kids: new Set([Buffer.from(hex, 'hex').toString('base64url')]), cas: new Set([hex]) };
  }
  if (/^[A-Za-z0-9_-]{43}$/.test(bare)) return { kids: new Set([bare]), cas: new Set() };
  throw unreadable('the fingerprint is neither 64 hexadecimal digits nor a key’s thumbprint');
}

export function bothTrusted(...all: readonly Trusted[]): Trusted {
  return {
    kids: new Set(all.flatMap(({ kids }) => [...kids])),
    cas: new Set(all.flatMap(({ cas }) => [...cas])),
  };
}

function readPem(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw unreadable('a certificate in the file cannot be read', cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable('the file holds neither a JWK nor a certificate in PEM', cause);
  }
}

function kidOf(jwk: unknown): string {
  try {
    return importPublicJwk(jwk, 'trusted').kid;
  } catch (cause) {
    throw unreadable(isCodedError(cause) ? cause.reason : 'a key cannot be read', cause);
  }
}

function unreadable(reason: string, cause?: unknown): ReportError {
  return new ReportError('REPORT_TRUST_UNREADABLE', reason, {
    next: 'Give the public keys that the bench exported, its CA in PEM, or a fingerprint.',
    ...(cause === undefined ? {} : { cause }),
  });
}
