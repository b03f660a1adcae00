import { randomBytes } from 'node:crypto';
import type { Log } from '#core/ports';
import { type Head, accountsOf, join, readHead, split } from './entries.ts';
import { damaged, keychainError } from './errors.ts';
import { OWN_PREFIX, assertFit } from './fit.ts';
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
  /** How long an answer may take, ms: the system may be asking a person to unlock. */
  readonly answerWithinMs?: number;
};

const SERVICE = 'OTA Bench';
/** A person finds the unlocking window, types a password, and mistypes it once. */
const ANSWER_WITHIN_MS = 60_000;
const PROBE = 'probe';
/** Another process may sweep a probe away while it is looked for; not twice. */
const PROBE_TRIES = 2;

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
    const real = options.keychain ?? (await openKeychain(options.service ?? SERVICE));
    const keychain = patient(real, answerWithinMs);
    await probe(keychain);
    await sweep(keychain);
    return keychain;
  };

  /** A keychain may answer a search and still refuse the secrets: only a round trip tells. */
  const probe = async (keychain: Keychain): Promise<void> => {
    for (let tries = 0; tries < PROBE_TRIES; tries += 1) {
      // Its own each time: two processes must not delete each other's.
      const account = accounts.head(OWN_PREFIX + nonce());
      await keychain.set(account, PROBE);
      const back = await keychain.get(account);
      await keychain.delete(account);
      if (back === PROBE) return;
    }
    throw keychainError('KEYCHAIN_DENIED', 'it took an entry and did not give it back');
  };

  /** Deletes parts no head names, of a put that was cut short or a value since replaced, and old probes. */
  const sweep = async (keychain: Keychain): Promise<void> => {
    const heads = new Map<string, Head | null>();
    const parts: { account: string; name: string; generation: string }[] = [];
    const probes: { account: string }[] = [];
    for (const { account, text } of await keychain.all()) {
      const entry = accounts.parse(account);
      if (entry === null) continue;
      if (entry.name.startsWith(OWN_PREFIX)) probes.push({ account });
      else if (entry.part === null) heads.set(entry.name, readHead(text));
      else parts.push({ account, name: entry.name, generation: entry.part.generation });
    }
    for (const name of heads.keys()) known.add(name);
    const litter = parts.filter(({ name, generation }) => {
      const head = heads.get(name);
      // A head that cannot be read may be mended by a person; its parts are kept.
      if (head === null) return false;
      return head?.kind !== 'parts' || head.generation !== generation;
    });
    const swept = [...litter, ...probes];
    for (const { account } of swept) await keychain.delete(account);
    if (swept.length > 0) log('info', 'swept the keychain', { entries: swept.length });
  };

  const keychain = await open();
  const inTurn = createTurns();

  const headOf = async (name: string): Promise<Head | 'damaged' | null> => {
    const text = await keychain.get(accounts.head(name));
    if (text !== null) return readHead(text) ?? 'damaged';
    // GNOME's keyring answers that nothing is there while it is locked; a write says why.
    if (known.has(name)) await probe(keychain);
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
    known.add(name);
    const bytes = await bytesOf(name, head);
    if (bytes !== null) return bytes;
    // It may have been locked between head and parts: then nothing is lost.
    await probe(keychain);
    throw damaged(name, 'has lost a part or had one changed');
  };

  const bytesOf = async (name: string, head: Head): Promise<Uint8Array | null> => {
    if (head.kind === 'inline') return head.bytes;
    const parts: (string | null)[] = [];
    for (let index = 0; index < head.count; index += 1) {
      const part = await keychain.get(accounts.part(name, head.generation, index));
      if (part === null) return null;
      parts.push(part);
    }
    return join(head, parts);
  };

  const put = async (name: string, bytes: Uint8Array): Promise<void> => {
    const before = await headOf(name);
    // Drawn and not counted: two processes that replace one value never write the same parts.
    const generation = nonce();
    const { head, parts } = split(bytes, generation);
    for (const [index, part] of parts.entries()) {
      await keychain.set(accounts.part(name, generation, index), part);
    }
    // The switch: until here the old value is whole, from here the new one is.
    await keychain.set(accounts.head(name), head);
    known.add(name);
    const now = readHead(head);
    if (now?.kind === 'parts' && (await bytesOf(name, now)) === null) {
      // Another process that starts up sweeps parts whose head it has not seen yet.
      for (const [index, part] of parts.entries()) {
        await keychain.set(accounts.part(name, generation, index), part);
      }
    }
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
    await probe(keychain);
    return (await keychain.all())
      .map(({ account }) => accounts.parse(account))
      .flatMap((entry) =>
        entry === null || entry.part !== null || entry.name.startsWith(OWN_PREFIX)
          ? []
          : [entry.name],
      )
      .sort();
  };

  return {
    mode: 'keychain',
    get: (name) => inTurn(() => get(name)),
    put: async (name, bytes) => {
      assertFit(name, bytes);
      const copy = Uint8Array.from(bytes);
      await inTurn(() => put(name, copy)).finally(() => copy.fill(0));
    },
    delete: (name) => inTurn(() => remove(name)),
    list: () => inTurn(list),
    close: () => inTurn(async () => undefined),
  };
}

function nonce(): string {
  return randomBytes(8).toString('hex');
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

/** The keychain, but a question that hangs is an answer: nobody may wait for ever. */
function patient(keychain: Keychain, ms: number): Keychain {
  return {
    get: (account) => within(keychain.get(account), ms),
    set: (account, text) => within(keychain.set(account, text), ms),
    delete: (account) => within(keychain.delete(account), ms),
    all: () => within(keychain.all(), ms),
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
