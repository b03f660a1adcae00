import type { Clock } from '#core/ports';
import { assertTopicFilter } from '#core/protocol';
import { RecorderError } from './errors.ts';
import type { Queries, Watching, Where } from './recorder-types.ts';
import { startThread, type Thread } from './thread.ts';
import type { ReaderCalls } from './thread-messages.ts';

const FIND_LIMIT = 1_000_000;

export type QueryDeps = {
  readonly file: string;
  readonly clock: Clock;
  /** @throws RecorderError RECORDER_CLOSED */
  readonly assertOpen: () => void;
};

/**
 * The questions, and the threads that answer them: started when needed, again when they died.
 * Regular expressions have one of their own: a single message may keep one busy without end, and
 * whoever looks at rows shall not wait for that.
 */
export function createQueries({ file, clock, assertOpen }: QueryDeps): {
  readonly queries: Queries;
  /** Ends the threads, which lets go of the file; the next question starts another. */
  readonly end: () => Promise<void>;
} {
  const rows = createReader({ file, clock, isWatched: false });
  const patterns = createReader({ file, clock, isWatched: true });
  // Started before anybody asks: it takes as long as many a question.
  rows.get().catch(() => undefined);
  const reader = async (where: Where = {}): Promise<Thread<ReaderCalls>> => {
    assertOpen();
    assertWhere(where);
    return (where.regex ? patterns : rows).get();
  };

  return {
    async end() {
      await Promise.all([rows.end(), patterns.end()]);
    },
    queries: {
      bounds: async () => (await reader()).call('bounds', null),
      page: async ({ signal, onProgress, ...query }) =>
        (await reader(query.where)).call('page', query, watching({ signal, onProgress })),
      messages: async ({ signal, onProgress, ...query }) =>
        (await reader(query.where)).call('messages', query, watching({ signal, onProgress })),
      rowsAt: async (offset, limit) => (await reader()).call('rowsAt', { offset, limit }),
      rowsOf: async (ids) => (await reader()).call('rowsOf', { ids }),
      async count(where, given) {
        if (!where) return (await (await reader()).call('bounds', null)).count;
        return (await reader(where)).call('count', { where }, given);
      },
      async places(where, { through = Infinity, ...given } = {}) {
        return (await reader(where)).call('places', { where, through }, given);
      },
      async find({ signal, onProgress, where, after = 0, limit = FIND_LIMIT }) {
        const query = { where, after, limit };
        return (await reader(where)).call('find', query, watching({ signal, onProgress }));
      },
      detail: async (id) => (await reader()).call('detail', { id }),
      previousOnTopic: async (id) => (await reader()).call('previousOnTopic', { id }),
      marks: async () => (await reader()).call('marks', null),
    },
  };
}

/** One thread that reads, while there is a need for it. */
function createReader({
  file,
  clock,
  isWatched,
}: Pick<QueryDeps, 'file' | 'clock'> & { readonly isWatched: boolean }): {
  get(): Promise<Thread<ReaderCalls>>;
  end(): Promise<void>;
} {
  let thread: Promise<Thread<ReaderCalls>> | null = null;
  const start = (): Promise<Thread<ReaderCalls>> => {
    const lost = (): void => {
      if (thread === started) thread = null;
    };
    const atWork = isWatched ? { atWork: new Int32Array(new SharedArrayBuffer(4)) } : {};
    const started = startThread<ReaderCalls>({
      data: { room: 'recorder', role: 'reader', file, now: clock.now(), ...atWork },
      clock,
      onDeath: lost,
    });
    started.catch(lost);
    return started;
  };
  return {
    get: () => (thread ??= start()),
    async end() {
      const ending = thread;
      thread = null;
      const running = await ending?.catch(() => null);
      await running?.end();
    },
  };
}

/** Neither crosses to the thread with the query. */
function watching({
  signal,
  onProgress,
}: {
  signal: Watching['signal'] | undefined;
  onProgress: Watching['onProgress'] | undefined;
}): Watching {
  return { ...(signal && { signal }), ...(onProgress && { onProgress }) };
}

/**
 * Here, so that what is wrong is told before a thread is troubled.
 * @throws ProtocolError FILTER_SYNTAX. @throws RecorderError REGEX_SYNTAX
 */
export function assertWhere({ topicFilter, regex }: Where = {}): void {
  if (topicFilter !== undefined) assertTopicFilter(topicFilter);
  if (!regex) return;
  try {
    new RegExp(regex.source, regex.ignoreCase === true ? 'i' : '');
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new RecorderError('REGEX_SYNTAX', what, {
      next: 'Correct the expression, or search for it as plain text.',
      cause,
    });
  }
}
