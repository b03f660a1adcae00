import type { Clock } from '#core/ports';
import type { Credentials } from './credentials.ts';
import { type LoginLimits, createLoginFailures } from './failures.ts';
import { type Fault, fault } from './refusal.ts';
import { TooManyWaiting, createTurns } from './turns.ts';
import { addressKey } from './visitor.ts';

/** null: the password is right. */
export type LoginVerdict = Fault | null;

export type Logins = {
  try(address: string, user: string, password: Uint8Array): Promise<LoginVerdict>;
};

/** scrypt runs on libuv's four threads; two are left to the disk. */
const VERIFIED_AT_ONCE = 2;
/** A whole fleet may connect at a stroke from one machine. */
const WAITING_PER_ADDRESS = 10_000;

/** Checks passwords so that guessing is slow and nobody else notices it. */
export function createLogins(
  credentials: Pick<Credentials, 'verify'> & Partial<Pick<Credentials, 'recognises'>>,
  limits: LoginLimits,
  clock: Pick<Clock, 'monotonic'>,
): Logins {
  const failures = createLoginFailures(limits, clock);
  const turns = createTurns({ atOnce: VERIFIED_AT_ONCE, waitingPerParty: WAITING_PER_ADDRESS });

  const locked = (address: string, user: string): Fault | null => {
    const wait = failures.wait(address, user);
    if (wait === 0) return null;
    const seconds = String(Math.ceil(wait / 1_000));
    return fault(
      'TOO_MANY_LOGINS',
      `too many wrong passwords from ${address}: ${user} may try again in ${seconds} s`,
    );
  };

  return {
    try: async (address, user, password) => {
      const early = locked(address, user);
      if (early) return early;
      let right = credentials.recognises?.(user, password) === true;
      try {
        right ||= await turns.take(addressKey(address), async () => {
          // Locked while it waited: what is left of the crowd costs nothing.
          if (locked(address, user)) return false;
          const same = await credentials.verify(user, password);
          if (!same) failures.failed(address, user);
          return same;
        });
      } catch (error) {
        if (!(error instanceof TooManyWaiting)) throw error;
        return fault('TOO_MANY_LOGINS', `too many logins at once from ${address}`);
      }
      if (right) {
        failures.succeeded(address, user);
        return null;
      }
      return locked(address, user) ?? fault('BAD_LOGIN', `wrong user name or password for ${user}`);
    },
  };
}
