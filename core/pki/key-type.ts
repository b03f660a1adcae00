import { type KeyObject, createPublicKey } from 'node:crypto';
import { PkiError } from './errors.ts';

/** A public key as a person names it, and what speaks against it. */
export type KeyDescription = {
  /** `P-256`, `RSA 2048`, `Ed25519` … */
  readonly type: string;
  /** Null for a key that may be used. */
  readonly weakness: string | null;
};

/** NIST SP 800-131A revision 2: 112 bits of strength. */
const RSA_LEAST_BITS = 2_048;
/** OpenSSL's own OPENSSL_RSA_MAX_MODULUS_BITS; a larger one costs seconds for each handshake. */
const RSA_MOST_BITS = 16_384;
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

export function describeKey(key: KeyObject): KeyDescription {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  switch (type) {
    case 'rsa':
      return rsa(details?.modulusLength ?? 0, details?.publicExponent ?? 0n);
    case 'ec': {
      const curve = details?.namedCurve ?? 'unnamed curve';
      const name = CURVES[curve];
      return name === undefined
        ? { type: curve, weakness: `the curve ${curve} is not one of P-256, P-384 and P-521` }
        : { type: name, weakness: null };
    }
    case 'ed25519':
      return { type: 'Ed25519', weakness: null };
    default: {
      const name = type ?? 'unknown';
      return { type: name, weakness: `keys of type ${name} are not used here` };
    }
  }
}

function rsa(bits: number, exponent: bigint): KeyDescription {
  const type = `RSA ${bits}`;
  if (bits < RSA_LEAST_BITS) {
    return { type, weakness: `${bits} bits are fewer than ${RSA_LEAST_BITS}` };
  }
  if (bits > RSA_MOST_BITS) {
    return { type, weakness: `${bits} bits are more than ${RSA_MOST_BITS}` };
  }
  // Below 65537 signatures of sloppy verifiers can be forged (CVE-2006-4339).
  if (exponent < 65_537n) return { type, weakness: `its exponent is ${exponent.toString()}` };
  return { type, weakness: null };
}

/** @param spki SubjectPublicKeyInfo, DER */
export function describePublicKey(spki: Uint8Array): KeyDescription {
  try {
    return describeKey(createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }));
  } catch {
    return { type: 'unknown', weakness: 'its key cannot be read' };
  }
}

/** @throws PkiError KEY_WEAK */
export function assertStrong(key: KeyDescription, whose: string): void {
  if (key.weakness === null) return;
  throw new PkiError('KEY_WEAK', `the key of ${whose} is refused: ${key.weakness}`, {
    next: 'Make a new key: P-256, P-384, Ed25519, or RSA of at least 2048 bits.',
  });
}
