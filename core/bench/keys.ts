import { type Random } from '#core/ports';
import {
  type Algorithm,
  generateKey,
  importSecret,
  type KeyRing,
  type KeyUse,
  type SigningKey,
} from '#core/signing';

/** The one secret of HS256 and hmac vouches for everybody: whoever holds it can forge [S3]. */
const EVERYBODY: readonly KeyUse[] = ['release', 'backend', 'gatekeeper', 'dcu:*'];
const SECRET_BYTES = 32;

/** Signing keys of this process. Private halves are made anew each time and never leave memory. */
export type SessionKeys = {
  /** The key that signs for `use`; made, and trusted by our own verifiers, when first asked for. */
  key(use: KeyUse, alg: Algorithm): Promise<SigningKey>;
  /** Keys made so far that have a public half, with what they are for. */
  made(): { key: SigningKey; use: KeyUse }[];
};

export function createSessionKeys(ring: KeyRing, random: Random): SessionKeys {
  const secret = random.bytes(SECRET_BYTES);
  const made = new Map<string, Promise<SigningKey>>();
  const pairs: { key: SigningKey; use: KeyUse }[] = [];

  const make = async (use: KeyUse, alg: Algorithm): Promise<SigningKey> => {
    if (alg === 'HS256' || alg === 'hmac') {
      const shared = importSecret(alg, 'bench secret', secret);
      ring.add(shared.publicKey, EVERYBODY);
      return shared;
    }
    const key = await generateKey(alg, `bench ${use}`, random);
    ring.add(key.publicKey, [use]);
    pairs.push({ key, use });
    return key;
  };
  return {
    key(use, alg) {
      const name = `${use} ${alg}`;
      const known = made.get(name) ?? make(use, alg);
      made.set(name, known);
      return known;
    },
    made: () => [...pairs],
  };
}
