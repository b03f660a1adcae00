import { createCredentials, type Credentials } from '#core/broker';
import { type Random } from '#core/ports';
import { type Vault } from '#core/vault';
import { type FleetAccess, withFleet } from './fleet/passwords.ts';
import { type Notices, readSecret } from './trust/notices.ts';

/** 128 bits, as nobody has to type them. */
const PASSWORD_BYTES = 16;
const PREFIX = { own: 'password:own:', outside: 'password:outside:' } as const;
type Whose = keyof typeof PREFIX;

/** Who connects to which broker with which password. Passwords are in the vault. */
export type Users = {
  /** For our own links; undefined where none is known. */
  passwordOf(user: string, outside: boolean): string | undefined;
  /** Users of the embedded broker. */
  all(): { user: string; password: string }[];
  /** Users whose password at the outside broker is known. */
  outside(): string[];
  /** Takes effect at the next CONNECT, also at a broker that runs; null forgets. */
  set(whose: Whose, user: string, password: string | null): Promise<void>;
  /** A password for another user of the embedded broker, where none is kept. */
  make(user: string): Promise<void>;
  /** What the embedded broker asks, now and when a password changes. */
  credentials(): Promise<Credentials>;
};

/**
 * @param given passwords from outside, for both brokers; they are never stored
 * @param names users of the embedded broker that need a password: one is made where none is kept
 */
export async function openUsers(options: {
  given: Readonly<Record<string, string>>;
  names: readonly string[];
  vault: Vault;
  notices: Notices;
  random: Random;
  /** Vehicles of another process that may come, too. */
  fleet?: FleetAccess | undefined;
}): Promise<Users> {
  const { given, names, vault, notices, random, fleet } = options;
  const known = {
    own: await readAll(vault, PREFIX.own, notices),
    outside: await readAll(vault, PREFIX.outside, notices),
  };
  for (const [user, password] of Object.entries(given)) {
    known.own.set(user, password);
    known.outside.set(user, password);
  }
  const make = async (user: string): Promise<void> => {
    if (known.own.has(user)) return;
    const password = Buffer.from(random.bytes(PASSWORD_BYTES)).toString('base64url');
    await vault.put(PREFIX.own + user, Buffer.from(password));
    known.own.set(user, password);
    await (await credentials)?.set(user, password);
  };
  let credentials: Promise<Credentials> | null = null;
  const fill = async (): Promise<Credentials> => {
    const filled = createCredentials(random);
    await Promise.all([...known.own].map(([user, password]) => filled.set(user, password)));
    return fleet === undefined ? filled : withFleet(filled, fleet);
  };

  for (const user of names) await make(user);
  return {
    make,
    passwordOf: (user, outside) => known[outside ? 'outside' : 'own'].get(user),
    all: () =>
      // The bench's own first, as they are listed; then the others.
      [...new Set([...names, ...[...known.own.keys()].sort()])].flatMap((user) => {
        const password = known.own.get(user);
        return password === undefined ? [] : { user, password };
      }),
    outside: () => [...known.outside.keys()].sort(),
    async set(whose, user, password) {
      if (password === null) {
        await vault.delete(PREFIX[whose] + user);
        known[whose].delete(user);
      } else {
        await vault.put(PREFIX[whose] + user, Buffer.from(password));
        known[whose].set(user, password);
      }
      if (whose === 'outside' || credentials === null) return;
      const live = await credentials;
      if (password === null) live.remove(user);
      else await live.set(user, password);
    },
    credentials: () => (credentials ??= fill()),
  };
}

async function readAll(
  vault: Vault,
  prefix: string,
  notices: Notices,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await vault.list()) {
    if (!name.startsWith(prefix)) continue;
    const bytes = await readSecret(vault, name, notices);
    if (bytes === null) continue;
    found.set(name.slice(prefix.length), Buffer.from(bytes).toString('utf8'));
    bytes.fill(0);
  }
  return found;
}
