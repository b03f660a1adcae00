import { ClassicLevel } from 'classic-level';
import { BrokerError, codeOf, messageOf } from './errors.ts';

/** One change. `value: null` deletes. */
export type Change = { readonly key: string; readonly value: Buffer | null };

/** Keys and values on disk, changed in the order asked for. */
export type Store = {
  entries(): AsyncIterable<[string, Buffer]>;
  /**
   * Resolves once all of `changes` are on disk, together or not at all. Later calls never
   * overtake earlier ones; calls made meanwhile share one write.
   */
  write(changes: readonly Change[]): Promise<void>;
  /** Writes what is pending and lets go of the folder. */
  close(): Promise<void>;
};

/**
 * LevelDB in `dir`. What was written survives the end of the process, however it ends.
 *
 * @throws BrokerError STORE_DAMAGED, STORE_BUSY, STORE_UNUSABLE
 */
export async function openStore(dir: string): Promise<Store> {
  const db = new ClassicLevel<string, Buffer>(dir, { valueEncoding: 'buffer' });
  try {
    await db.open();
  } catch (error) {
    await db.close().catch(() => undefined);
    throw openingError(dir, error);
  }
  let pending: Change[] = [];
  let turn: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  /**
   * A write that failed half-way leaves a torn record in LevelDB's log. What is appended behind it is
   * lost at the next opening, though every write succeeds: the log is read and ended first.
   */
  let isTorn = false;
  const mend = async (): Promise<void> => {
    await db.close();
    await db.open();
    isTorn = false;
  };

  const flush = async (): Promise<void> => {
    const changes = pending;
    pending = [];
    next = null;
    const batch = changes.map(({ key, value }) =>
      value === null ? { type: 'del' as const, key } : { type: 'put' as const, key, value },
    );
    try {
      if (isTorn) await mend();
      await db.batch(batch);
    } catch (error) {
      isTorn = true;
      throw writingError(dir, error);
    }
  };
  const start = (work: Promise<void>): Promise<void> => {
    turn = work;
    const end = (): void => {
      if (turn === work) turn = null;
    };
    work.then(end, end);
    return work;
  };

  return {
    entries: () => db.iterator(),
    write: (changes) => {
      pending.push(...changes);
      if (next) return next;
      if (turn === null) return start(flush());
      next = turn.then(flush, flush);
      return start(next);
    },
    close: async () => {
      while (turn) await turn.catch(() => undefined);
      await db.close();
    },
  };
}

/** LevelDB has one code for whatever the file system said, and the system's own words. */
const NO_SPACE = /no space|not enough space|quota/i;

function writingError(dir: string, error: unknown): BrokerError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const said = messageOf(cause);
  return NO_SPACE.test(said)
    ? new BrokerError('DISK_FULL', `no space left in ${dir}`, {
        next: 'Free some disk space; clients connect again by themselves.',
        cause: error,
      })
    : new BrokerError('STORE_UNUSABLE', `cannot write to ${dir}: ${said}`, {
        next: 'Look at the disk that the workspace is on, then stop and start the broker.',
        cause: error,
      });
}

function openingError(dir: string, error: unknown): BrokerError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = codeOf(cause);
  if (code === 'LEVEL_LOCKED') {
    return new BrokerError('STORE_BUSY', `${dir} is open in another process`, {
      next: 'Close the other OTA Bench, or choose another workspace.',
      cause: error,
    });
  }
  if (code === 'LEVEL_CORRUPTION' || /corrupt|invalid argument/i.test(messageOf(cause))) {
    return damaged(dir, error);
  }
  return new BrokerError('STORE_UNUSABLE', `cannot use ${dir}: ${messageOf(cause)}`, {
    next: 'Choose a workspace folder you may write to.',
    cause: error,
  });
}

export function damaged(dir: string, cause: unknown): BrokerError {
  return new BrokerError('STORE_DAMAGED', `the broker's sessions in ${dir} cannot be read`, {
    next: `Move ${dir} away and start again; clients subscribe anew and retained messages are sent anew.`,
    cause,
  });
}
