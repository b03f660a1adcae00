import { pbkdf2Sync } from 'node:crypto';
import { MosquittoError } from './errors.ts';
import type { MosquittoSetup } from './setup.ts';

/* As mosquitto_passwd 2.0 makes them, so that its own tool changes them. */
const ROUNDS = 101;
const SALT_BYTES = 12;
const HASH_BYTES = 64;

/** Mosquitto trims names, skips lines that begin with #, and ends a name at the first colon. */
const LOST_IN_FILE = /^[#\s]|\s$|[:\p{Cc}]/u;

/** @throws MosquittoError USER_UNSAFE */
export function passwordFile({ users, random }: Pick<MosquittoSetup, 'users' | 'random'>): string {
  return users
    .map(({ user, password }) => passwordLine(user, password, random.bytes(SALT_BYTES)))
    .join('');
}

/** `user:$7$rounds$salt$hash`: PBKDF2 with HMAC-SHA-512, in Base64. */
export function passwordLine(user: string, password: string, salt: Uint8Array): string {
  if (user === '' || LOST_IN_FILE.test(user)) {
    throw new MosquittoError('USER_UNSAFE', `Mosquitto's passwd file cannot hold "${user}"`, {
      next: 'Forget the password of this user, or give the user a name without ":", "#" and spaces around it.',
    });
  }
  const hash = pbkdf2Sync(password, salt, ROUNDS, HASH_BYTES, 'sha512').toString('base64');
  return `${user}:$7$${String(ROUNDS)}$${Buffer.from(salt).toString('base64')}$${hash}\n`;
}
