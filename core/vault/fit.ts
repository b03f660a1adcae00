import { accountsOf } from './entries.ts';
import { VaultError } from './errors.ts';

/** RSA 16384 in PKCS #8 takes 9 KB; nothing larger than this is a secret. */
const SECRET_LIMIT = 65_536;
/** Windows takes 513 characters (CRED_MAX_USERNAME_LENGTH); workspace and part need some. */
const NAME_LIMIT = 400;
/** Names of the vault's own entries begin so. */
export const OWN_PREFIX = '.probe.';

/** The same for every vault, so that what works in a session works with a keychain. */
export function assertFit(name: string, bytes: Uint8Array): void {
  const named =
    name.length > 0 &&
    // Half a character has no encoding of its own: two names would become one.
    name.isWellFormed() &&
    !name.startsWith(OWN_PREFIX) &&
    accountsOf('').head(name).length <= NAME_LIMIT;
  if (named && bytes.length <= SECRET_LIMIT) return;
  const shown = JSON.stringify(name.slice(0, 80));
  throw new VaultError('SECRET_UNFIT', `${shown} of ${bytes.length} bytes is not for a vault`, {
    next: `Keep at most ${SECRET_LIMIT} bytes, under a short name.`,
  });
}
