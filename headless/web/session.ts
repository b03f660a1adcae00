import { createHash, timingSafeEqual } from 'node:crypto';
import { type Random } from '#core/ports';

/** 256 bits: nobody guesses it, so wrong tries need no counting. */
const SECRET_BYTES = 32;
/** Browsers signed in at once; the oldest is signed out beyond that. */
const SESSION_LIMIT = 16;

/** Who may use the host: a link's token is exchanged once for a browser's cookie. */
export type Sessions = {
  /** A new token; the link shown before it stops working. */
  newToken(): string;
  /** Spends the token and opens a session, or refuses with null. */
  exchange(token: string): string | null;
  isOpen(session: string): boolean;
};

export function createSessions(random: Random): Sessions {
  // Only digests are kept: comparing those takes the same time for every guess.
  let token: Buffer | null = null;
  const open: Buffer[] = [];
  const secret = (): string => Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
  return {
    newToken() {
      const fresh = secret();
      token = digest(fresh);
      return fresh;
    },
    exchange(offered) {
      if (token === null || !timingSafeEqual(token, digest(offered))) return null;
      token = null;
      const session = secret();
      open.push(digest(session));
      if (open.length > SESSION_LIMIT) open.shift();
      return session;
    },
    isOpen(session) {
      const wanted = digest(session);
      return open.filter((each) => timingSafeEqual(each, wanted)).length > 0;
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
