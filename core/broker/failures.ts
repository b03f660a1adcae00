import type { Clock } from '#core/ports';
import { addressKey } from './visitor.ts';

export type LoginLimits = {
  /** Wrong passwords from one address for one user, before it must wait. */
  readonly failuresPerUser: number;
  /** Wrong passwords from one address for anybody. Whoever got in from there before is spared. */
  readonly failuresPerAddress: number;
  /** How long it must wait, and how long a wrong password counts. */
  readonly lockoutMs: number;
};

export type LoginFailures = {
  /** Milliseconds until this user may try again from there; 0: now. */
  readonly wait: (address: string, user: string) => number;
  readonly failed: (address: string, user: string) => void;
  readonly succeeded: (address: string, user: string) => void;
};

/** Addresses, and pairs of address and user, remembered at once; the oldest is forgotten first. */
const MEMORY_LIMIT = 10_000;

type Count = { failures: number; since: number; lockedUntil: number };

/**
 * Counts wrong passwords. The bench's own roles, a fleet of simulated vehicles and a wrong
 * script often share 127.0.0.1: a user who has logged in from an address is not shut out by
 * what others do there, only by wrong passwords for itself.
 */
export function createLoginFailures(
  limits: LoginLimits,
  clock: Pick<Clock, 'monotonic'>,
): LoginFailures {
  const byAddress = new Map<string, Count>();
  const byPair = new Map<string, Count>();
  const welcome = new Map<string, true>();

  const wait = (count: Count | undefined): number =>
    count ? Math.max(0, count.lockedUntil - clock.monotonic()) : 0;

  const add = (counts: Map<string, Count>, key: string, limit: number): void => {
    const now = clock.monotonic();
    const last = counts.get(key);
    const fresh = !last || now - last.since >= limits.lockoutMs;
    const count = fresh ? { failures: 0, since: now, lockedUntil: 0 } : last;
    count.failures += 1;
    if (count.failures >= limit) count.lockedUntil = now + limits.lockoutMs;
    remember(counts, key, count);
  };

  return {
    wait: (address, user) => {
      const pair = pairKey(address, user);
      const own = wait(byPair.get(pair));
      if (own > 0 || welcome.has(pair)) return own;
      return wait(byAddress.get(addressKey(address)));
    },
    failed: (address, user) => {
      add(byAddress, addressKey(address), limits.failuresPerAddress);
      add(byPair, pairKey(address, user), limits.failuresPerUser);
    },
    succeeded: (address, user) => {
      const pair = pairKey(address, user);
      byPair.delete(pair);
      remember(welcome, pair, true);
    },
  };
}

function pairKey(address: string, user: string): string {
  return `${addressKey(address)} ${user}`;
}

/** Deleted first, so that the map stays ordered by last use. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MEMORY_LIMIT) return;
  const oldest = map.keys().next().value;
  if (oldest !== undefined) map.delete(oldest);
}
