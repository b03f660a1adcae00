import type { Log } from '#core/ports';
import { type Head, accountsOf, join, readHead, split } from './entries.ts';
import { VaultError, damaged, keychainError } from './errors.ts';
import { type Keychain, openKeychain } from './keychain.ts';
import type { Vault } from './vault.ts';

export type KeychainVaultOptions = {
  /** Keeps this workspace's entries apart from every other's of this user. */
  readonly workspaceId: string;
  readonly log: Log;
  /** The name a person sees in the keychain; `OTA Bench` unless given. */
  readonly service?: string;
  /** The real one of this machine unless given. */
  readonly keychain?: Keychain;
  /** How long the first answer may take, ms: the system may be asking a person to unlock. */
  readonly answerWithinMs?: number;
};

const SERVICE = 'OTA Bench';
/** A person finds the unlocking window, types a password, and mistypes it once. */
const ANSWER_WITHIN_MS = 60_000;
/** RSA 16384 in PKCS #8 takes 9 KB; nothing larger than this is a secret. */
const SECRET_LIMIT = 65_536;
/** Windows takes 513 characters (CRED_MAX_USERNAME_LENGTH); a part's number needs some. */
const ACCOUNT_LIMIT = 480;
/** Cannot be a caller's: a name is never empty, and this one encodes to nothing else. */
const PROBE = '.probe';

/**
 * Secrets in the operating system's keychain. Before it is returned it has written, read and
 * deleted an entry, and swept what a crash may have left.
 *
 * @throws VaultError KEYCHAIN_UNAVAILABLE, KEYCHAIN_LOCKED, KEYCHAIN_DENIED
 */
export async function openKeychainVault(options: KeychainVaultOptions): Promise<Vault> {
  const { workspaceId, log, answerWithinMs = ANSWER_WITHIN_MS } = options;
  const accounts = accountsOf(workspaceId);
  /** Names that were there when last looked at; one that vanishes was deleted by somebody else. */
  const known = new Set<string>();

  const open = async (): Promise<Keychain> => {
    const keychain = options.keychain ?? (await openKeychain(options.service ?? SERVICE));
    await probe(keychain, accounts.head(PROBE));
    await sweep(keychain);
    return keychain;
  };

  /** Deletes parts no head names: of a put that was cut short, or of a value since replaced. */
  const sweep = async (keychain: Keychain): Promise<void> => {
    const heads = new Map<string, Head | null>();
    const parts: { account: string; name: string; generation: number }[] = [];
    for (const { account, text } of await keychain.all()) {
      const entry = accounts.parse(account);
      if (entry === null) continue;
      if (entry.part === null) heads.set(entry.name, readHead(text));
      else parts.push({ account, name: entry.name, generation: entry.part.generation });
    }
    for (const name of heads.keys()) known.add(name);
    const litter = parts.filter(({ name, generation }) => {
      const head = heads.get(name);
      // A head that cannot be read may be mended by a person; its parts are kept.
      if (head === null) return false;
      return head?.kind !== 'parts' || head.generation !== generation;
    });
    for (const { account } of litter) await keychain.delete(account);
    if (litter.length > 0) log('info', 'swept the keychain', { entries: litter.length });
  };

  const keychain = await within(open(), answerWithinMs);
  const inTurn = createTurns();

  const headOf = async (name: string): Promise<Head | 'damaged' | null> => {
    const text = await keychain.get(accounts.head(name));
    if (text !== null) return readHead(text) ?? 'damaged';
    // GNOME's keyring answers that nothing is there while it is locked; a write says why.
    if (known.has(name)) await probe(keychain, accounts.head(PROBE));
    return null;
  };

  const deleteParts = async (name: string, head: Head | 'damaged' | null): Promise<void> => {
    if (head === null || head === 'damaged' || head.kind === 'inline') return;
    for (let index = 0; index < head.count; index += 1) {
      await keychain.delete(accounts.part(name, head.generation, index));
    }
  };

  const get = async (name: string): Promise<Uint8Array | null> => {
    const head = await headOf(name);
    if (head === null) {
      if (known.delete(name)) throw damaged(name, 'was deleted');
      return null;
    }
    if (head === 'damaged') throw damaged(name, 'was changed');
    if (head.kind === 'inline') return head.bytes;
    const parts: (string | null)[] = [];
    for (let index = 0; index < head.count; index += 1) {
      parts.push(await keychain.get(accounts.part(name, head.generation, index)));
    }
    const bytes = join(head, parts);
    if (bytes === null) throw damaged(name, 'has lost a part or had one changed');
    return bytes;
  };

  const put = async (name: string, bytes: Uint8Array): Promise<void> => {
    const before = await headOf(name);
    const last = before !== null && before !== 'damaged' && before.kind === 'parts' ? before : null;
    const generation = (last?.generation ?? 0) + 1;
    const { head, parts } = split(bytes, generation);
    for (const [index, part] of parts.entries()) {
      await keychain.set(accounts.part(name, generation, index), part);
    }
    // The switch: until here the old value is whole, from here the new one is.
    await keychain.set(accounts.head(name), head);
    known.add(name);
    await deleteParts(name, before);
  };

  const remove = async (name: string): Promise<void> => {
    const before = await headOf(name);
    known.delete(name);
    // The head first: what a crash leaves is litter, and not a damaged secret.
    await keychain.delete(accounts.head(name));
    await deleteParts(name, before);
  };

  const list = async (): Promise<string[]> => {
    // keytar ends the whole process when it finds an entry whose keyring is locked.
    await probe(keychain, accounts.head(PROBE));
    return (await keychain.all())
      .map(({ account }) => accounts.parse(account))
      .flatMap((entry) => (entry === null || entry.part !== null ? [] : [entry.name]))
      .sort();
  };

  return {
    mode: 'keychain',
    get: (name) => inTurn(() => get(name)),
    put: async (name, bytes) => {
      assertFit(accounts.head(name), name, bytes);
      const copy = Uint8Array.from(bytes);
      await inTurn(() => put(name, copy)).finally(() => copy.fill(0));
    },
    delete: (name) => inTurn(() => remove(name)),
    list: () => inTurn(list),
    close: () => inTurn(async () => undefined),
  };
}

/** A keychain may answer a search and still refuse the secrets: only a round trip tells. */
async function probe(keychain: Keychain, account: string): Promise<void> {
  await keychain.set(account, PROBE);
  const back = await keychain.get(account);
  await keychain.delete(account);
  if (back !== PROBE) {
    throw keychainError('KEYCHAIN_DENIED', 'it took an entry and did not give it back');
  }
}

function assertFit(account: string, name: string, bytes: Uint8Array): void {
  const named = name.length > 0 && name !== PROBE && account.length <= ACCOUNT_LIMIT;
  if (named && bytes.length <= SECRET_LIMIT) return;
  throw new VaultError('SECRET_UNFIT', `"${name}" of ${bytes.length} bytes is not for a vault`, {
    next: `Keep at most ${SECRET_LIMIT} bytes, under a short name.`,
  });
}

/** One after the other, so that two puts of one name cannot mix their generations. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** A call into the keychain cannot be taken back; it is left to itself. */
async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(keychainError('KEYCHAIN_LOCKED', `no answer within ${Math.round(ms / 1_000)} s`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
