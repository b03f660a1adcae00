import {
  createKeyRing,
  generateKey,
  importSecret,
  type Algorithm,
  type KeyRing,
  type KeyUse,
  type SigningKey,
} from '#core/signing';
import { seededRandom } from './random.ts';

/** A signing key that is the same in every run; another `name` is another key. */
export function aKey(alg: Algorithm = 'EdDSA', name = 'test key'): Promise<SigningKey> {
  return generateKey(alg, name, seededRandom(`${alg}/${name}`));
}

/** A secret as a short script would write it. */
export function aSecret(
  alg: 'HS256' | 'hmac' = 'HS256',
  text = 'a secret of 32 bytes, for a test',
): SigningKey {
  return importSecret(alg, 'shared secret', new Uint8Array(Buffer.from(text, 'utf8')));
}

/** A ring in memory that trusts each key for the uses given with it. */
export function aKeyRing(...entries: readonly [SigningKey, ...KeyUse[]][]): KeyRing {
  const ring = createKeyRing();
  for (const [key, ...uses] of entries) ring.add(key.publicKey, uses);
  return ring;
}
