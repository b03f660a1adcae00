import type { DatabaseSync } from 'node:sqlite';
import type { KeyUse, SecretAlgorithm, VerifyKey } from './key.ts';
import { createStoredKeys, type RingEntry } from './stored-keys.ts';

/** The keys a verifier trusts, and for what. */
export type KeyRing = {
  /** Trusts a key; uses given before are kept. Public keys are on disk before this returns. */
  add(key: VerifyKey, uses: readonly KeyUse[]): void;
  /** @throws SigningError KEY_STORE_DAMAGED when the stored key is not the one of that id */
  find(kid: string): RingEntry | null;
  /** Shared secrets; never from disk. */
  secrets(alg: SecretAlgorithm): RingEntry[];
  list(): RingEntry[];
  /** Trusts a key no longer. */
  remove(kid: string): void;
};

/**
 * A ring in memory, or with `db` one whose public keys survive a restart. Secrets never do:
 * they are not on disk.
 */
export function createKeyRing(db?: DatabaseSync): KeyRing {
  const held = new Map<string, RingEntry>();
  const stored = db === undefined ? null : createStoredKeys(db);
  return {
    add: (key, uses) => {
      const before = held.get(key.kid) ?? stored?.find(key.kid);
      const entry = { key, uses: [...new Set([...(before?.uses ?? []), ...uses])] };
      if (stored !== null && 'jwk' in key) stored.put(key, entry.uses);
      else held.set(key.kid, entry);
    },
    find: (kid) => held.get(kid) ?? stored?.find(kid) ?? null,
    secrets: (alg) => [...held.values()].filter(({ key }) => key.alg === alg),
    list: () => [...held.values(), ...(stored?.list() ?? [])],
    remove: (kid) => {
      held.delete(kid);
      stored?.remove(kid);
    },
  };
}
