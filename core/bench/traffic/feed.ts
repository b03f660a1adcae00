import { type TrafficCounts, type TrafficFrame, type TrafficRow } from '#core/contract';
import { type Clock } from '#core/ports';
import { type Where } from '#core/recorder';
import { type FrameStream, paceFrames, type Taken } from '../frames.ts';
import { type Capture } from './capture.ts';
import { asked, isEverything } from './where.ts';

/** At 20 frames a second still 10,000 rows; nobody reads more, and the rest is counted. */
const ROWS_PER_FRAME = 500;
/** Counts change also while nothing is captured: what is dropped, what left by age. */
const COUNTS_MS = 500;

export type TrafficFeed = {
  watch(query: { where: Where; limit: number }, signal?: AbortSignal): FrameStream<TrafficFrame>;
  /** Empties the capture for everybody: each reader gets a new snapshot. */
  clear(): Promise<TrafficCounts>;
  watchers(): number;
  close(): void;
};

/** What the recorder captures, as streams. Each reads the database at its own pace. */
export function createTrafficFeed(capture: Capture, clock: Clock): TrafficFeed {
  type Reader = { stream: FrameStream<TrafficFrame>; restart(): void; counted(): void };
  const readers = new Set<Reader>();
  let told = '';
  let ticking: AbortController | null = null;
  const tick = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await clock.sleep(COUNTS_MS, signal);
      const now = JSON.stringify([capture.counts(), capture.state().kind]);
      if (now === told) continue;
      told = now;
      for (const reader of readers) reader.counted();
    }
  };
  const undo = capture.onChange(() => {
    for (const { stream } of readers) stream.poke();
  });

  const open = (where: Where, limit: number, signal: AbortSignal | undefined): Reader => {
    const over = new AbortController();
    const everything = isEverything(where);
    /** A reader that shows a screenful is not sent more: each row is read, checked and sent. */
    const perFrame = limit === 0 ? ROWS_PER_FRAME : Math.min(limit, ROWS_PER_FRAME);
    let seq = 0;
    let whole = true;
    let countsDue = false;
    let state = capture.state().kind;
    /** Highest id that was looked at. */
    let through = 0;

    /** Those that came since, newest first, and how many others there are. */
    const fresh = async (): Promise<{ rows: TrafficRow[]; skipped: number }> => {
      const recorder = capture.recorder();
      let ids: ArrayLike<number>;
      if (everything) {
        const { last } = capture.bounds();
        ids = Array.from({ length: Math.min(last - through, perFrame) }, (_, n) => last - n);
        const skipped = last - through - ids.length;
        through = last;
        return { rows: await rowsOf(ids), skipped };
      }
      const found = await asked(
        () => recorder.find({ where, after: through, signal: over.signal }),
        over.signal,
      );
      through = Math.max(through, found.through);
      ids = found.ids.slice(-perFrame).reverse();
      return { rows: await rowsOf(ids), skipped: found.ids.length - ids.length };
    };
    const rowsOf = async (ids: ArrayLike<number>): Promise<TrafficRow[]> => {
      if (ids.length === 0) return [];
      const rows = await asked(() => capture.recorder().rowsOf(Array.from(ids)), over.signal);
      return rows.map((row) => capture.row(row));
    };
    const newest = async (): Promise<TrafficRow[]> => {
      // Without a recorder there is still something to tell: why there is none.
      if (capture.state().kind === 'stopped' && capture.bounds().count === 0) return [];
      through = capture.bounds().last;
      if (limit === 0) return [];
      const page = await asked(
        () => capture.recorder().page({ order: 'newest', limit, where, signal: over.signal }),
        over.signal,
      );
      through = Math.max(through, page.rows[0]?.id ?? 0);
      return page.rows.map((row) => capture.row(row));
    };

    const take = async (): Promise<Taken<TrafficFrame>> => {
      const kind = whole ? 'snapshot' : 'delta';
      whole = false;
      const isNew = kind === 'snapshot' || capture.bounds().last > through;
      const { rows, skipped } =
        kind === 'snapshot'
          ? { rows: await newest(), skipped: 0 }
          : isNew
            ? await fresh()
            : { rows: [], skipped: 0 };
      const now = capture.state();
      const nothing = kind === 'delta' && rows.length === 0 && skipped === 0;
      if (nothing && !countsDue && now.kind === state) return { frame: null, more: whole };
      countsDue = false;
      state = now.kind;
      const frame: TrafficFrame = {
        ...{ kind, seq, skipped, rows },
        counts: capture.counts(),
        bounds: { ...capture.bounds() },
        state: now,
        notices: capture.notices().map(({ code, reason, next }) => ({ code, reason, next })),
      };
      seq += 1;
      return { frame, more: whole };
    };
    const onEnd = (): void => {
      over.abort();
      readers.delete(reader);
      if (readers.size > 0) return;
      ticking?.abort();
      ticking = null;
    };
    const stream = paceFrames({ clock, take, onEnd, signal });
    const reader: Reader = {
      stream,
      restart() {
        whole = true;
        stream.poke();
      },
      counted() {
        countsDue = true;
        stream.poke();
      },
    };
    return reader;
  };

  return {
    watch({ where, limit }, signal) {
      const reader = open(where, limit, signal);
      readers.add(reader);
      if (ticking === null) {
        ticking = new AbortController();
        // Ends only by its signal.
        tick(ticking.signal).catch(() => undefined);
      }
      return reader.stream;
    },
    async clear() {
      await capture.recorder().clear();
      for (const reader of readers) reader.restart();
      return capture.counts();
    },
    watchers: () => readers.size,
    close() {
      undo();
      for (const reader of [...readers]) void reader.stream.return?.();
    },
  };
}
