import { createHmac } from 'node:crypto';
import { FlattenedSign } from 'jose';
import { canonicalBytes, withoutSignature } from './canonical.ts';
import type { SigningKey } from './key.ts';
import type { Typ } from './typ.ts';

/** What signing adds: `signature`, or in compatibility mode `hmac`. */
export type Signed<T> = T & { signature?: string; hmac?: string };

/**
 * The object with its signature as the last member; one that it had before is replaced.
 *
 * @throws ProtocolError [P1] for content without one canonical form
 */
export async function signObject<T extends Readonly<Record<string, unknown>>>(
  object: T,
  { key, typ }: { key: SigningKey; typ: Typ },
): Promise<Signed<T>> {
  const content = withoutSignature(object) as T;
  const bytes = canonicalBytes(object);
  if (key.alg === 'hmac') return { ...content, hmac: hmacHex(key, bytes) };
  const jws = await new FlattenedSign(bytes)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ })
    .sign(key.material);
  // RFC 7515 appendix F: the payload between the dots is left out; the receiver has it.
  return { ...content, signature: `${jws.protected ?? ''}..${jws.signature}` };
}

/** [S3] `hmac.new(key, text, sha256).hexdigest()` of a short script. */
export function hmacHex(key: Pick<SigningKey, 'material'>, bytes: Uint8Array): string {
  return createHmac('sha256', key.material).update(bytes).digest('hex');
}
