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

/** The questions, and the thread that answers them: started when needed, again when it died. */
export function createQueries({ file, clock, assertOpen }: QueryDeps): {
  readonly queries: Queries;
  /** Ends the thread, which lets go of the file; the next question starts another. */
  readonly end: () => Promise<void>;
} {
  let thread: Promise<Thread<ReaderCalls>> | null = null;

  const start = (): Promise<Thread<ReaderCalls>> => {
    const started = startThread<ReaderCalls>({
      data: { room: 'recorder', role: 'reader', file, now: clock.now() },
      clock,
      onDeath: () => {
        if (thread === started) thread = null;
      },
    });
    return started;
  };
  const reader = async (): Promise<Thread<ReaderCalls>> => {
    assertOpen();
    return (thread ??= start());
  };
  // Started before anybody asks: it takes as long as many a question.
  thread = start();
  thread.catch(() => (thread = null));

  return {
    async end() {
      const ending = thread;
      thread = null;
      const running = await ending?.catch(() => null);
      await running?.end();
    },
    queries: {
      bounds: async () => (await reader()).call('bounds', null),
      async page({ signal, onProgress, ...query }) {
        assertWhere(query.where);
        return (await reader()).call('page', query, watching({ signal, onProgress }));
      },
      async messages({ signal, onProgress, ...query }) {
        assertWhere(query.where);
        return (await reader()).call('messages', query, watching({ signal, onProgress }));
      },
      rowsAt: async (offset, limit) => (await reader()).call('rowsAt', { offset, limit }),
      rowsOf: async (ids) => (await reader()).call('rowsOf', { ids }),
      async count(where, given) {
        if (!where) return (await (await reader()).call('bounds', null)).count;
        assertWhere(where);
        return (await reader()).call('count', { where }, given);
      },
      async find({ signal, onProgress, where, after = 0, limit = FIND_LIMIT }) {
        assertWhere(where);
        const query = { where, after, limit };
        return (await reader()).call('find', query, watching({ signal, onProgress }));
      },
      detail: async (id) => (await reader()).call('detail', { id }),
      previousOnTopic: async (id) => (await reader()).call('previousOnTopic', { id }),
      marks: async () => (await reader()).call('marks', null),
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
