import { type TrafficCounts, type TrafficRow } from '#core/contract';
import { type Clock } from '#core/ports';
import { type RowBatch, type TrafficRing } from '#core/recorder';
import { type FrameStream, paceFrames, type Taken } from './frames.ts';

/** At 20 frames a second still 10,000 rows; nobody reads more, and the rest is counted. */
const ROWS_PER_FRAME = 500;

export type TrafficFrame = {
  kind: 'snapshot' | 'delta';
  seq: number;
  skipped: number;
  /** Newest first. */
  rows: TrafficRow[];
  counts: TrafficCounts;
};

export type TrafficFeed = {
  watch(query: { filter: string; limit: number }, signal?: AbortSignal): FrameStream<TrafficFrame>;
  /** Empties the window for everybody: each reader gets a new snapshot. */
  clear(): TrafficCounts;
  watchers(): number;
  close(): void;
};

/** What the recorder holds, as streams. One reader keeps at most ROWS_PER_FRAME rows waiting. */
export function createTrafficFeed(ring: TrafficRing, clock: Clock): TrafficFeed {
  type Reader = { stream: FrameStream<TrafficFrame>; restart(): void };
  const readers = new Set<Reader>();

  const open = (filter: string, limit: number, signal: AbortSignal | undefined): Reader => {
    let seq = 0;
    let skipped = 0;
    let waiting: TrafficRow[] = [];
    let whole = true;
    /** Highest row handed over: what the snapshot held may come once more as a batch. */
    let last = -1;

    const take = (): Taken<TrafficFrame> => {
      const kind = whole ? 'snapshot' : 'delta';
      const rows = whole ? ring.rows(filter, limit) : waiting;
      const frame: TrafficFrame = { kind, seq, skipped, rows, counts: ring.counts() };
      last = Math.max(last, rows[0]?.id ?? -1);
      whole = false;
      seq += 1;
      skipped = 0;
      waiting = [];
      return { frame, more: false };
    };
    const onRows = (batch: RowBatch): void => {
      // Before the snapshot is taken its rows are in the ring already.
      if (whole) return;
      const fresh = batch.rows.filter(({ id }) => id > last);
      const all = [...fresh, ...waiting];
      waiting = all.slice(0, ROWS_PER_FRAME);
      skipped += batch.skipped + all.length - waiting.length;
      if (fresh.length > 0 || batch.skipped > 0) stream.poke();
    };
    const undo = ring.onRows(filter, onRows);
    const onEnd = (): void => {
      undo();
      readers.delete(reader);
    };
    const stream = paceFrames({ clock, take, onEnd, signal });
    const restart = (): void => {
      whole = true;
      waiting = [];
      skipped = 0;
      stream.poke();
    };
    const reader: Reader = { stream, restart };
    return reader;
  };

  return {
    watch({ filter, limit }, signal) {
      const reader = open(filter, limit, signal);
      readers.add(reader);
      return reader.stream;
    },
    clear() {
      const counts = ring.clear();
      for (const reader of readers) reader.restart();
      return counts;
    },
    watchers: () => readers.size,
    close() {
      for (const reader of [...readers]) void reader.stream.return?.();
    },
  };
}
