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
  // The first line only: a bus daemon may add its log, and Windows ends each with CR LF.
  const [line = ''] = text.trim().split(/\r?\n/, 1);
  return keychainError(code, line === '' ? 'it does not say why' : line, error);
}

/** A language this does not know makes it KEYCHAIN_DENIED, with the system's own words. */
const LOCKED = anyOf(
  // Secret Service: GNOME, KeePassXC, KWallet.
  /\blocked\b|IsLocked|prompt was dismissed|cannot unlock/,
  // errSecInteractionNotAllowed, errSecInteractionRequired
  /interaction is not allowed|interaction is required/,
);
const UNAVAILABLE = anyOf(
  // No bus, nobody on it who keeps secrets, or one who does not answer.
  /autolaunch|d-?bus|\bbus\b|not connect|connection is closed|unsupported transport/,
  /not provided by any|not activatable|ServiceUnknown|StartServiceByName|NoReply|timeout was/,
  /cannot spawn|failed to execute|exited with status/,
  // One without a collection to keep them in: KeePassXC with no file open.
  /no such (file|interface|object|secret)|object does not exist/,
  // errSecNotAvailable, errSecNoDefaultKeychain, errSecNoSuchKeychain, errSecInvalidKeychain
  /no keychain is available|keychain could not be found|not a valid keychain/,
  // ERROR_NO_SUCH_LOGON_SESSION, ERROR_NOT_SUPPORTED, RPC_S_SERVER_UNAVAILABLE, ERROR_SERVICE_DISABLED
  /logon session does not exist|not supported|server is unavailable|service cannot be started/,
);

function anyOf(...patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'i');
}
