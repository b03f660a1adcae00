import type { Log } from '#core/ports';
import { whyOf } from './errors.ts';

/** What may take its time beside the running job, one after the other. */
export interface Chores {
  add(work: (signal: AbortSignal) => Promise<void>): void;
  /** Ends the one in hand and forgets the others: the journal knows what was not done. */
  close(): Promise<void>;
}

export function createChores(log: Log): Chores {
  const stop = new AbortController();
  const { signal } = stop;
  let last: Promise<void> = Promise.resolve();
  return {
    add: (work) => {
      last = last
        .then(() => (signal.aborted ? undefined : work(signal)))
        .catch((error: unknown) => {
          if (!signal.aborted) log('warn', 'something was put off', { ...whyOf(error) });
        });
    },
    close: async () => {
      stop.abort(new Error('the DCU is closing'));
      await last;
    },
  };
}
