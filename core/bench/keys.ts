import { type Random } from '#core/ports';
import {
  type Algorithm,
  exportPrivateJwk,
  generateKey,
  importPrivateJwk,
  importSecret,
  type KeyRing,
  type KeyUse,
  type SigningKey,
} from '#core/signing';
import { type Vault } from '#core/vault';
import { type Notices, readSecret } from './trust/notices.ts';

/** The one secret of HS256 and hmac vouches for everybody: whoever holds it can forge [S3]. */
const EVERYBODY: readonly KeyUse[] = ['release', 'backend', 'gatekeeper', 'dcu:*'];
const SECRET_BYTES = 32;
const SECRET = 'secret:hmac';

/** Signing keys, in the vault: they last as long as it does. Nothing of them is ever in a file. */
export type BenchKeys = {
  /** The key that signs for `use`; made, and trusted by our own verifiers, when first asked for. */
  key(use: KeyUse, alg: Algorithm): Promise<SigningKey>;
  /** Keys in use so far that have a public half, with what they are for. */
  made(): { key: SigningKey; use: KeyUse }[];
  /** Ids of all keys that this bench can sign with, secrets among them. */
  own(): ReadonlySet<string>;
  /** The shared secret of HS256 and hmac. */
  secret(): Promise<Uint8Array>;
  /** Null: a new random one. What was signed with the one before is not believed any more. */
  setSecret(secret: Uint8Array | null): Promise<void>;
};

/** With the pairs that the vault holds already: what this bench can sign with is known from the start. */
export async function openKeys(options: KeyPorts): Promise<BenchKeys> {
  const keys = createKeys(options);
  for (const entry of await options.vault.list()) {
    const [, use, alg] = ENTRY.exec(entry) ?? [];
    if (use !== undefined) await keys.key(use as KeyUse, alg as Algorithm);
  }
  return keys;
}

type KeyPorts = {
  ring: KeyRing;
  vault: Vault;
  notices: Notices;
  random: Random;
  changed: () => void;
};

/** `signing:dcu:VIN1234567890:EdDSA` */
const ENTRY = /^signing:(.+):(EdDSA|ES256)$/;

function createKeys(options: KeyPorts): BenchKeys {
  const { ring, vault, notices, random, changed } = options;
  const made = new Map<string, Promise<SigningKey>>();
  const pairs: { key: SigningKey; use: KeyUse }[] = [];
  const shared = new Map<Algorithm, SigningKey>();
  let secret: Promise<Uint8Array> | null = null;

  const theSecret = (): Promise<Uint8Array> => {
    secret ??= keptSecret().catch(forget(() => (secret = null)));
    return secret;
  };
  const keptSecret = async (): Promise<Uint8Array> => {
    const known = await readSecret(vault, SECRET, notices);
    if (known !== null) return known;
    const fresh = random.bytes(SECRET_BYTES);
    await vault.put(SECRET, fresh);
    return fresh;
  };

  const pair = async (use: KeyUse, alg: Algorithm): Promise<SigningKey> => {
    const entry = `signing:${use}:${alg}`;
    const name = `bench ${use}`;
    const known = await readSecret(vault, entry, notices);
    const key = known && readPair(known, entry, name, notices);
    if (key?.alg === alg) return key;
    const fresh = await generateKey(alg, name, random);
    const bytes = Buffer.from(JSON.stringify(exportPrivateJwk(fresh)));
    await vault.put(entry, bytes);
    bytes.fill(0);
    return fresh;
  };
  const make = async (use: KeyUse, alg: Algorithm): Promise<SigningKey> => {
    if (alg === 'HS256' || alg === 'hmac') {
      const key = importSecret(alg, 'bench secret', await theSecret());
      ring.add(key.publicKey, EVERYBODY);
      shared.set(alg, key);
      return key;
    }
    const key = await pair(use, alg);
    ring.add(key.publicKey, [use]);
    pairs.push({ key, use });
    return key;
  };

  return {
    key(use, alg) {
      const name = `${use} ${alg}`;
      const known = made.get(name);
      if (known) return known;
      const making = make(use, alg).catch(forget(() => made.delete(name)));
      made.set(name, making);
      void making.then(changed, () => undefined);
      return making;
    },
    made: () => [...pairs],
    own: () => new Set([...pairs.map(({ key }) => key.kid), ...sharedIds(shared)]),
    secret: async () => Uint8Array.from(await theSecret()),
    async setSecret(given) {
      const next = given === null ? random.bytes(SECRET_BYTES) : Uint8Array.from(given);
      await vault.put(SECRET, next);
      secret = Promise.resolve(next);
      for (const [alg, { kid }] of shared) {
        ring.remove(kid);
        for (const name of made.keys()) if (name.endsWith(` ${alg}`)) made.delete(name);
      }
      shared.clear();
      changed();
    },
  };
}

function readPair(
  bytes: Uint8Array,
  entry: string,
  name: string,
  notices: Notices,
): SigningKey | null {
  try {
    return importPrivateJwk(JSON.parse(Buffer.from(bytes).toString('utf8')), name);
  } catch {
    notices.add({
      code: 'SECRET_DAMAGED',
      reason: `the secret "${entry}" in the keychain is no signing key`,
      next: 'A new key was made; give its public half to whoever verifies.',
    });
    return null;
  } finally {
    bytes.fill(0);
  }
}

function sharedIds(shared: ReadonlyMap<Algorithm, SigningKey>): string[] {
  return [...shared.values()].map(({ kid }) => kid);
}

/** A vault that was locked may be open the next time. */
function forget(how: () => unknown): (error: unknown) => never {
  return (error) => {
    how();
    throw error;
  };
}
