import { assertFit } from './fit.ts';
import type { Vault } from './vault.ts';

/** A vault that forgets everything with the process. */
export function createMemoryVault(): Vault {
  const secrets = new Map<string, Uint8Array>();
  const wipe = (name: string): void => {
    secrets.get(name)?.fill(0);
    secrets.delete(name);
  };
  return {
    mode: 'session',
    get: async (name) => secrets.get(name)?.slice() ?? null,
    put: async (name, bytes) => {
      assertFit(name, bytes);
      // Copied before the old value is wiped: both may be the same array.
      const copy = Uint8Array.from(bytes);
      wipe(name);
      secrets.set(name, copy);
    },
    delete: async (name) => {
      wipe(name);
    },
    list: async () => [...secrets.keys()].sort(),
    close: async () => {
      for (const name of [...secrets.keys()]) wipe(name);
    },
  };
}
