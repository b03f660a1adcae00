import { type Random } from '#core/ports';

/** 128 bits, as nobody has to type them. */
const PASSWORD_BYTES = 16;

/** Who connects to the broker with which password, for this process only. */
export type Users = {
  /** For our own links: what was given, else at an outside broker nothing, else made up. */
  passwordOf(user: string, outside: boolean): string | undefined;
  /** Users of the embedded broker. */
  all(): { user: string; password: string }[];
};

/** @param given passwords from outside; they are never stored. */
export function createUsers(
  given: Readonly<Record<string, string>>,
  names: readonly string[],
  random: Random,
): Users {
  const made = new Map<string, string>(Object.entries(given));
  for (const name of names) {
    if (made.has(name)) continue;
    made.set(name, Buffer.from(random.bytes(PASSWORD_BYTES)).toString('base64url'));
  }
  return {
    passwordOf: (user, outside) => (outside ? given[user] : made.get(user)),
    all: () => [...made].map(([user, password]) => ({ user, password })),
  };
}
