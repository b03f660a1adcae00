import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { SigningError } from './errors.ts';
import type { PublicAlgorithm, PublicJwk, SigningKey, VerifyKey } from './key.ts';

/** 32 bytes in base64url: a coordinate of either curve. */
const Coordinate = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);
const Jwk = z.union([
  z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: Coordinate }),
  z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: Coordinate, y: Coordinate }),
]);

/** A public key to hand out: JWK with `kid`, `alg` and `use` (RFC 7517). */
export type PublishedJwk = PublicJwk & { kid: string; alg: PublicAlgorithm; use: 'sig' };

/**
 * The public half, to save or to show.
 * @throws SigningError KEY_TYPE for HS256 and hmac, which have none
 */
export function exportPublicJwk(key: SigningKey | VerifyKey): PublishedJwk {
  const half = 'publicKey' in key ? key.publicKey : key;
  if (!('jwk' in half)) {
    throw new SigningError('KEY_TYPE', `${half.name} is a shared secret and has no public half`);
  }
  return { ...half.jwk, kid: half.kid, alg: half.alg, use: 'sig' };
}

/**
 * A verifying key from a public JWK. Its id is computed here; a `kid` given with it is ignored.
 * @throws SigningError KEY_PRIVATE, KEY_TYPE for a symmetric key, KEY_MALFORMED
 */
export function importPublicJwk(jwk: unknown, name: string): VerifyKey {
  if (typeof jwk === 'object' && jwk !== null) {
    if ('kty' in jwk && jwk.kty === 'oct') {
      throw new SigningError('KEY_TYPE', 'a symmetric key was given where a public key belongs');
    }
    if ('d' in jwk) throw new SigningError('KEY_PRIVATE', 'the JWK carries its private part');
  }
  const parsed = Jwk.safeParse(jwk);
  if (!parsed.success) {
    throw new SigningError('KEY_MALFORMED', 'not an Ed25519 or P-256 public JWK', parsed.error);
  }
  const alg = parsed.data.kty === 'OKP' ? 'EdDSA' : 'ES256';
  const material = publicMaterial(parsed.data);
  return { alg, kid: thumbprint(parsed.data), name, jwk: parsed.data, material };
}

function publicMaterial(jwk: PublicJwk): KeyObject {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch (cause) {
    throw new SigningError('KEY_MALFORMED', 'the JWK is not a point of its curve', cause);
  }
}

/** RFC 7638: SHA-256 over the required members in lexicographic order, without white space. */
function thumbprint(jwk: PublicJwk): string {
  const required =
    jwk.kty === 'OKP'
      ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x }
      : { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}
