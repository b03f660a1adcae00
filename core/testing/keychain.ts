import type { Keychain } from '#core/vault';

/** A keychain that outlives the bench that wrote into it, as the system's does. */
export type MemoryKeychain = Keychain & { readonly entries: Map<string, string> };

export function memoryKeychain(): MemoryKeychain {
  const entries = new Map<string, string>();
  return {
    entries,
    get: async (account) => entries.get(account) ?? null,
    set: async (account, text) => void entries.set(account, text),
    delete: async (account) => void entries.delete(account),
    all: async () => [...entries].map(([account, text]) => ({ account, text })),
  };
}
