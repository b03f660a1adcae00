import { type TrafficFrame, type TrafficRow } from '#core/contract';
import { type Clock } from '#core/ports';
import { type Where } from '#core/recorder';
import { type FrameStream, paceFrames, type Taken } from '../frames.ts';
import { type Capture } from './capture.ts';
import { asked, isEverything } from './where.ts';

/** At 20 frames a second still 10,000 rows; nobody reads more, and the rest is counted. */
const ROWS_PER_FRAME = 500;

/** One stream of what is captured. */
export type FeedReader = {
  readonly stream: FrameStream<TrafficFrame>;
  /** From the beginning: the next frame is a snapshot. */
  restart(): void;
  /** The counts have changed, though nothing may have been captured. */
  counted(): void;
};

export type FeedReaderOptions = {
  capture: Capture;
  clock: Clock;
  where: Where;
  /** Rows of the snapshot; 0 for one who looks at counts only. */
  limit: number;
  onEnd: () => void;
  signal: AbortSignal | undefined;
};

/** Reads the capture at its own pace: rows are fetched when a frame may go, never kept waiting. */
export function createFeedReader(options: FeedReaderOptions): FeedReader {
  const { capture, clock, where, limit, signal } = options;
  const over = new AbortController();
  const everything = isEverything(where);
  /** A reader that shows a screenful is not sent more: each row is read, checked and sent. */
  const perFrame = Math.min(limit, ROWS_PER_FRAME);
  let seq = 0;
  let whole = true;
  let countsDue = false;
  let state = capture.state().kind;
  /** Highest id that was looked at. */
  let through = 0;

  const rowsOf = async (ids: readonly number[]): Promise<TrafficRow[]> => {
    if (ids.length === 0) return [];
    const rows = await asked(() => capture.recorder().rowsOf(ids), over.signal);
    return rows.map((row) => capture.row(row));
  };
  /** Matching ids behind `through`, ascending, without the older ones that no frame would hold. */
  const idsSince = async (): Promise<{ ids: number[]; skipped: number }> => {
    if (everything) {
      const came = capture.bounds().last - through;
      through += came;
      const count = Math.min(came, perFrame);
      const ids = Array.from({ length: count }, (_, n) => through - count + 1 + n);
      return { ids, skipped: came - count };
    }
    const found = await asked(
      () => capture.recorder().find({ where, after: through, signal: over.signal }),
      over.signal,
    );
    through = Math.max(through, found.through);
    const ids = Array.from(found.ids.slice(Math.max(0, found.ids.length - perFrame)));
    return { ids, skipped: found.ids.length - ids.length };
  };
  /** Those that came since, newest first, and how many others there are. */
  const fresh = async (): Promise<{ rows: TrafficRow[]; skipped: number }> => {
    if (capture.bounds().last <= through) return { rows: [], skipped: 0 };
    const { ids, skipped } = await idsSince();
    return { rows: await rowsOf(ids.reverse()), skipped };
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

  const frameOf = (told: Pick<TrafficFrame, 'kind' | 'rows' | 'skipped'>): TrafficFrame => {
    countsDue = false;
    const now = capture.state();
    state = now.kind;
    return {
      ...told,
      seq: seq++,
      counts: capture.counts(),
      bounds: { ...capture.bounds() },
      state: now,
      notices: capture.notices().map(({ code, reason, next }) => ({ code, reason, next })),
    };
  };
  const take = async (): Promise<Taken<TrafficFrame>> => {
    if (whole) {
      whole = false;
      const rows = await newest();
      return { frame: frameOf({ kind: 'snapshot', rows, skipped: 0 }), more: whole };
    }
    const { rows, skipped } = await fresh();
    const isNews = rows.length > 0 || skipped > 0 || countsDue || capture.state().kind !== state;
    return { frame: isNews ? frameOf({ kind: 'delta', rows, skipped }) : null, more: whole };
  };
  const onEnd = (): void => {
    over.abort();
    options.onEnd();
  };
  const stream = paceFrames({ clock, take, onEnd, signal });

  return {
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
}
