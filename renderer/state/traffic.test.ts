import type { TrafficRow } from '#core/contract';
import { describe, expect, it } from 'vitest';
import {
  emptyTraffic,
  foldTraffic,
  hold,
  release,
  type TrafficFrame,
  type TrafficState,
} from './traffic.ts';

const LIMIT = 5;

function aRow(id: number): TrafficRow {
  return {
    id,
    at: id,
    monotonicUs: id,
    source: 'broker',
    direction: null,
    clientId: null,
    topic: 't',
    qos: 1,
    retain: false,
    dup: false,
    size: 2,
    preview: '{}',
    cut: false,
    kind: 'publish',
    code: null,
    aclLine: null,
    marked: false,
  };
}

function aFrame(over: Partial<TrafficFrame> & { ids?: number[] }): TrafficFrame {
  const { ids = [], ...rest } = over;
  return {
    kind: 'delta',
    seq: 1,
    skipped: 0,
    rows: ids.map(aRow),
    counts: emptyTraffic.counts,
    ...rest,
  };
}

function after(state: TrafficState, frame: TrafficFrame): TrafficState {
  const next = foldTraffic(state, frame, LIMIT);
  if (next === null) throw new Error('unexpected gap');
  return next;
}

const ids = (rows: readonly TrafficRow[]): number[] => rows.map((row) => row.id);
const begun = after(emptyTraffic, aFrame({ kind: 'snapshot', seq: 0, ids: [3, 2, 1] }));

describe('foldTraffic', () => {
  it('lists a snapshot oldest first, whichever way it comes', () => {
    expect(ids(begun.rows)).toEqual([1, 2, 3]);
  });

  it('keeps the newest when there are more than the limit', () => {
    expect(ids(after(begun, aFrame({ ids: [4, 5, 6, 7] })).rows)).toEqual([3, 4, 5, 6, 7]);
    expect(ids(after(begun, aFrame({ ids: [4, 5, 6, 7, 8, 9] })).rows)).toEqual([5, 6, 7, 8, 9]);
  });

  it('asks for a new stream when a frame is missing', () => {
    expect(foldTraffic(begun, aFrame({ seq: 2 }), LIMIT)).toBeNull();
    expect(foldTraffic(emptyTraffic, aFrame({ seq: 0 }), LIMIT)).toBeNull();
  });

  it('lists a row once when it comes twice', () => {
    expect(ids(after(begun, aFrame({ ids: [3, 4] })).rows)).toEqual([1, 2, 3, 4]);
  });

  it('sums up what was skipped', () => {
    const once = after(begun, aFrame({ skipped: 10 }));
    expect(after(once, aFrame({ seq: 2, skipped: 5 })).skipped).toBe(15);
  });
});

describe('a held list', () => {
  const held = after(hold(begun, 'button'), aFrame({ ids: [4, 5] }));

  it('stays as it is and counts what waits', () => {
    expect(ids(held.rows)).toEqual([1, 2, 3]);
    expect(held.waitingCount).toBe(2);
  });

  it('counts all that waits, also what it cannot keep', () => {
    const more = after(held, aFrame({ seq: 2, ids: [6, 7, 8, 9, 10] }));
    expect(more.waitingCount).toBe(7);
    expect(ids(more.waiting)).toEqual([6, 7, 8, 9, 10]);
  });

  it('shows what waited when it is released', () => {
    const live = release(held, LIMIT);
    expect(ids(live.rows)).toEqual([1, 2, 3, 4, 5]);
    expect(live).toMatchObject({ hold: { kind: 'live' }, waiting: [], waitingCount: 0 });
  });

  it('stays over a new snapshot, in which only newer rows wait', () => {
    const reopened = after(held, aFrame({ kind: 'snapshot', seq: 0, ids: [2, 3, 4, 5, 6] }));
    expect(ids(reopened.rows)).toEqual([1, 2, 3]);
    expect(ids(reopened.waiting)).toEqual([4, 5, 6]);
    expect(reopened.waitingCount).toBe(3);
  });
});
