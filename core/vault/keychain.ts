import { VaultError, keychainError } from './errors.ts';

/** The operating system's keychain as far as a vault needs it: short texts by name. */
export type Keychain = {
  get(account: string): Promise<string | null>;
  /** Replaces in one step what was there. */
  set(account: string, text: string): Promise<void>;
  /** Does nothing for an account that is not there. */
  delete(account: string): Promise<void>;
  /** Everything of this service, also of other workspaces. */
  all(): Promise<{ account: string; text: string }[]>;
};

/**
 * Opens the real one. The native library is loaded here and not at start, so that a machine
 * without libsecret still runs.
 *
 * @throws VaultError KEYCHAIN_UNAVAILABLE
 */
export async function openKeychain(service: string): Promise<Keychain> {
  // CommonJS: Node sees only some of its names from outside, all of them in the default.
  const { default: keytar } = await import('keytar').catch((cause: unknown) => {
    throw keychainError('KEYCHAIN_UNAVAILABLE', 'its library cannot be loaded', cause);
  });
  return {
    get: (account) => asked(keytar.getPassword(service, account)),
    set: (account, text) => asked(keytar.setPassword(service, account, text)),
    delete: async (account) => {
      await asked(keytar.deletePassword(service, account));
    },
    all: async () => {
      const found = await asked(keytar.findCredentials(service));
      return found.map(({ account, password }) => ({ account, text: password }));
    },
  };
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw refusalOf(error);
  }
}

/**
 * The systems answer in prose. Linux: libsecret and D-Bus; macOS: SecCopyErrorMessageString;
 * Windows: FormatMessage.
 */
export function refusalOf(error: unknown): VaultError {
  if (error instanceof VaultError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = LOCKED.test(text)
    ? 'KEYCHAIN_LOCKED'
    : UNAVAILABLE.test(text)
      ? 'KEYCHAIN_UNAVAILABLE'
      : 'KEYCHAIN_DENIED';
  // The first line only: a bus daemon may add its log.
  return keychainError(code, text.split('\n', 1)[0] ?? '', error);
}

const LOCKED = /\blocked\b|interaction is not allowed|prompt was dismissed|cannot unlock/i;
const UNAVAILABLE =
  /autolaunch|not provided by any|no such (file|interface|object|secret)|not connect|cannot spawn|bus|ServiceUnknown|NoReply|no keychain is available|default keychain could not be found|logon session does not exist|not supported/i;
