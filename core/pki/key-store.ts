import { type KeyObject, createPrivateKey } from 'node:crypto';
import type { Vault } from '#core/vault';

/** Private keys by the fingerprint of their certificate, in the vault and nowhere else. */
export type KeyStore = {
  /** Without asking the vault. */
  has(fingerprint: string): boolean;
  /** Null when the vault has none. @throws VaultError SECRET_DAMAGED */
  get(fingerprint: string): Promise<KeyObject | null>;
  put(fingerprint: string, key: KeyObject): Promise<void>;
  /** Deletes every key whose certificate is not one of these. */
  keepOnly(fingerprints: ReadonlySet<string>): Promise<void>;
};

const PREFIX = 'pki/key/';

export async function openKeyStore(vault: Vault): Promise<KeyStore> {
  const names = (await vault.list()).filter((name) => name.startsWith(PREFIX));
  const held = new Set(names.map((name) => name.slice(PREFIX.length)));
  return {
    has: (fingerprint) => held.has(fingerprint),
    get: async (fingerprint) => {
      const der = await vault.get(PREFIX + fingerprint);
      if (der === null) return null;
      const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
      der.fill(0);
      return key;
    },
    put: async (fingerprint, key) => {
      const der = key.export({ type: 'pkcs8', format: 'der' });
      await vault.put(PREFIX + fingerprint, der);
      der.fill(0);
      held.add(fingerprint);
    },
    keepOnly: async (fingerprints) => {
      for (const fingerprint of [...held].filter((one) => !fingerprints.has(one))) {
        await vault.delete(PREFIX + fingerprint);
        held.delete(fingerprint);
      }
    },
  };
}
