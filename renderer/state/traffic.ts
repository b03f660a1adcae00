import type { TrafficCounts, TrafficRow } from '#core/contract';
import { continues } from './fold.ts';

/** One frame of `traffic.watch`. */
export type TrafficFrame = {
  kind: 'snapshot' | 'delta';
  seq: number;
  skipped: number;
  rows: TrafficRow[];
  counts: TrafficCounts;
};

/** Whether new rows go on the screen. Held rows stay where they are, so that they can be read. */
export type Hold = { kind: 'live' } | { kind: 'held'; by: 'button' | 'scroll' };

export type TrafficState = {
  readonly seq: number | null;
  /** Shown, oldest first. */
  readonly rows: readonly TrafficRow[];
  readonly hold: Hold;
  /** Came while held, oldest first; at most `limit`. */
  readonly waiting: readonly TrafficRow[];
  /** All that came while held, including what no longer fits into `waiting`. */
  readonly waitingCount: number;
  readonly counts: TrafficCounts;
  /** Matching rows that came and went between two frames. */
  readonly skipped: number;
};

export const emptyTraffic: TrafficState = {
  seq: null,
  rows: [],
  hold: { kind: 'live' },
  waiting: [],
  waitingCount: 0,
  counts: {
    seen: 0,
    held: 0,
    evicted: 0,
    captured: 0,
    waiting: 0,
    dropped: { total: 0, queueFull: 0, stopped: 0, unfit: 0 },
  },
  skipped: 0,
};

/** Takes one frame; null means that one is missing. Keeps at most `limit` rows. */
export function foldTraffic(
  state: TrafficState,
  frame: TrafficFrame,
  limit: number,
): TrafficState | null {
  if (frame.kind === 'delta' && !continues(state.seq, frame.seq)) return null;
  const told = {
    seq: frame.seq,
    counts: frame.counts,
    skipped: (frame.kind === 'snapshot' ? 0 : state.skipped) + frame.skipped,
  };
  const came = inOrder(frame.rows);
  if (state.hold.kind === 'live') {
    const before = frame.kind === 'snapshot' ? [] : state.rows;
    return { ...state, ...told, rows: append(before, came, limit), waiting: [], waitingCount: 0 };
  }
  // A snapshot while held (the stream was opened anew) repeats what is already on the screen.
  const lastShown = state.rows.at(-1)?.id ?? -1;
  const before = frame.kind === 'snapshot' ? [] : state.waiting;
  const fresh = came.filter((row) => row.id > lastShown);
  return {
    ...state,
    ...told,
    waiting: append(before, fresh, limit),
    waitingCount: (frame.kind === 'snapshot' ? 0 : state.waitingCount) + fresh.length,
  };
}

export function hold(state: TrafficState, by: 'button' | 'scroll'): TrafficState {
  return { ...state, hold: { kind: 'held', by } };
}

/** Shows what waited and goes on live. */
export function release(state: TrafficState, limit: number): TrafficState {
  return {
    ...state,
    hold: { kind: 'live' },
    rows: append(state.rows, state.waiting, limit),
    waiting: [],
    waitingCount: 0,
  };
}

function inOrder(rows: readonly TrafficRow[]): TrafficRow[] {
  return [...rows].sort((a, b) => a.id - b.id);
}

function append(
  before: readonly TrafficRow[],
  came: readonly TrafficRow[],
  limit: number,
): readonly TrafficRow[] {
  if (came.length === 0) return before;
  const last = before.at(-1)?.id ?? -1;
  const fresh = came.filter((row) => row.id > last);
  const keep = Math.max(0, limit - fresh.length);
  return [...before.slice(Math.max(0, before.length - keep)), ...fresh.slice(-limit)];
}
