import { createHmac, scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '#core/ports';

/** Users and their passwords, in memory only. */
export type Credentials = {
  /** Adds the user or changes the password. */
  set(user: string, password: string): Promise<void>;
  remove(user: string): void;
  verify(user: string, password: Uint8Array | string): Promise<boolean>;
  /** Was this password right before? Costs nearly nothing. false: not known yet, `verify` tells. */
  recognises(user: string, password: Uint8Array | string): boolean;
};

const KEY_BYTES = 32;
/** About 40 ms of one core, off the main thread. */
const COST = { N: 16_384, r: 8, p: 1 };

type Entry = { salt: Uint8Array; hash: Promise<Uint8Array>; seen: Uint8Array | null };

/**
 * Passwords behind scrypt. A password that was right once is recognised by an HMAC under a
 * key that lives and dies with the process, so that a fleet reconnecting does not pay again.
 */
export function createCredentials(random: Random): Credentials {
  const entries = new Map<string, Entry>();
  const sessionKey = random.bytes(KEY_BYTES);
  // Unknown users cost the same time as known ones.
  const nobody = makeEntry(random, random.bytes(KEY_BYTES));
  const mark = (password: Uint8Array | string): Uint8Array =>
    createHmac('sha256', sessionKey).update(password).digest();
  const recognises = (entry: Entry | undefined, password: Uint8Array | string): boolean =>
    entry?.seen ? timingSafeEqual(entry.seen, mark(password)) : false;
  return {
    set: async (user, password) => {
      const entry = makeEntry(random, Buffer.from(password));
      entries.set(user, entry);
      await entry.hash;
    },
    remove: (user) => {
      entries.delete(user);
    },
    verify: async (user, password) => {
      const given = Buffer.from(password);
      const entry = entries.get(user);
      if (recognises(entry, given)) return true;
      const { salt, hash } = entry ?? nobody;
      const same = timingSafeEqual(await hash, await derive(given, salt));
      if (!entry || !same) return false;
      entry.seen = mark(given);
      // The password may have been changed while this one was being checked.
      return entries.get(user) === entry;
    },
    recognises: (user, password) => recognises(entries.get(user), password),
  };
}

function makeEntry(random: Random, password: Uint8Array): Entry {
  const salt = random.bytes(16);
  return { salt, hash: derive(password, salt), seen: null };
}

function derive(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, COST, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
