import type { TrafficCounts, TrafficRow } from '#core/contract';
import type { Clock, Log } from '#core/ports';
import type { Held } from './ring.ts';
import type { RowBatch } from './types.ts';

/** Twenty batches a second: faster than reading, slower than what a window can draw. */
const BATCH_MS = 50;
/** With 20 batches a second still 10,000 rows; the rest is counted and stays in the ring. */
const BATCH_ROWS = 500;

export interface Watch {
  offer(held: Held): void;
  /** Drops what waits: the window was cleared. */
  forget(): void;
  close(): void;
}

export type WatchDeps = {
  readonly matches: (topic: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly rowOf: (held: Held) => TrafficRow;
  readonly counts: () => TrafficCounts;
  readonly listener: (batch: RowBatch) => void;
};

/** One reader's batches: the newest matching events, the others by their number. */
export function createWatch(deps: WatchDeps): Watch {
  const { matches, clock, log, rowOf, counts, listener } = deps;
  const closing = new AbortController();
  /** A ring of its own: at a flood the oldest waiting event gives way to the newest. */
  let waiting: Held[] = [];
  let matched = 0;
  let pacing = false;

  const deliver = (): void => {
    pacing = false;
    if (matched === 0) return;
    const rows = newestFirst().map(rowOf);
    const skipped = matched - rows.length;
    waiting = [];
    matched = 0;
    // The pause begins with the batch, so that a steady flow keeps its rate.
    pace();
    try {
      listener({ rows, skipped, counts: counts() });
    } catch (error) {
      log('error', 'a reader of the traffic failed', { error });
    }
  };
  const newestFirst = (): Held[] => {
    const turn = matched > BATCH_ROWS ? matched % BATCH_ROWS : 0;
    return [...waiting.slice(turn), ...waiting.slice(0, turn)].reverse();
  };
  const pace = (): void => {
    if (pacing) return;
    pacing = true;
    void clock.sleep(BATCH_MS, closing.signal).then(deliver, () => undefined);
  };

  return {
    offer(held) {
      if (!matches(held.event.topic ?? '')) return;
      waiting[matched % BATCH_ROWS] = held;
      matched += 1;
      pace();
    },
    forget() {
      waiting = [];
      matched = 0;
    },
    close() {
      closing.abort(new Error('nobody reads any more'));
    },
  };
}
