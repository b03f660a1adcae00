import { expect, it } from 'vitest';
import type { BenchView, UpdateView } from '#core/contract';
import {
  atWork,
  NOTHING_SEEN,
  progressOf,
  rolesToResume,
  silentIn,
  type Glance,
} from './glance.ts';
import { createGlanceFold } from './glance-fold.ts';

const NOW = 10_000_000;
const update = (change: Partial<UpdateView>): UpdateView =>
  ({
    ...{ updateId: 'u1', vin: 'V1', ecuId: 'e', version: '2', stage: 'installing', progress: 40 },
    ...{ createdAt: NOW - 5_000, paused: false, steps: [{ stage: 'issued', at: NOW - 1_000 }] },
    ...change,
  }) as UpdateView;
const frame = (kind: 'snapshot' | 'delta', upserts: UpdateView[], removed: string[] = []) => ({
  ...{ kind, seq: 1, skipped: 0, upserts, removed },
});

it('tells of an end once, and of none that was there before anybody looked', () => {
  const fold = createGlanceFold();
  const old = update({ updateId: 'old', stage: 'completed' });
  expect(fold.updates(frame('snapshot', [old, update({})])).ended).toEqual([]);
  const done = update({ stage: 'completed', progress: 100 });
  expect(fold.updates(frame('delta', [done])).ended).toMatchObject([{ updateId: 'u1' }]);
  expect(fold.updates(frame('delta', [done, old])).ended).toEqual([]);
  // Taken back afterwards: it runs again and ends again.
  expect(fold.updates(frame('delta', [update({ stage: 'rolling_back' })])).running).toHaveLength(1);
  const back = fold.updates(frame('delta', [update({ stage: 'rolled_back' })]));
  expect(back).toMatchObject({ running: [], ended: [{ stage: 'rolled_back' }] });
  // One that came and ended between two frames is news as well.
  const quick = update({ updateId: 'q', stage: 'refused' });
  expect(fold.updates(frame('delta', [quick])).ended).toMatchObject([{ updateId: 'q' }]);
});

it('forgets what a new snapshot or a removal no longer holds', () => {
  const fold = createGlanceFold();
  fold.updates(frame('snapshot', [update({}), update({ updateId: 'u2' })]));
  expect(fold.updates(frame('delta', [], ['u1'])).running).toMatchObject([{ updateId: 'u2' }]);
  expect(fold.updates(frame('snapshot', [])).running).toEqual([]);
});

const seen = (...running: Partial<UpdateView>[]): Glance =>
  createGlanceFold().updates(
    frame(
      'snapshot',
      running.map((each, n) => update({ updateId: `u${n}`, ...each })),
    ),
  );

it('counts a vehicle as busy from its acknowledgment to the end, not while it waits or is held', () => {
  const busy = ['acknowledged', 'downloading', 'installing', 'finalizing', 'rolling_back'] as const;
  const idle = ['queued', 'issued', 'available'] as const;
  const all = seen(...[...busy, ...idle].map((stage) => ({ stage })), { paused: true });
  expect(atWork(all, NOW).map(({ stage }) => stage)).toEqual(busy);
});

it('no longer counts a vehicle that has been silent for half an hour, and knows when that is', () => {
  const glance = seen({});
  const left = silentIn(glance, NOW)!;
  expect(left).toBe(30 * 60_000 - 1_000);
  expect(atWork(glance, NOW + left - 1)).toHaveLength(1);
  expect(atWork(glance, NOW + left)).toEqual([]);
  expect(silentIn(glance, NOW + left)).toBeNull();
});

it('shows the mean progress of those at work', () => {
  expect(progressOf(NOTHING_SEEN, NOW)).toBeNull();
  expect(progressOf(seen({ progress: 20 }, { progress: 60 }, { stage: 'queued' }), NOW)).toBe(0.4);
});

it('starts again what ran, the broker first, and says when the workspace is gone', () => {
  const fold = createGlanceFold();
  const refusal = { code: 'WORKSPACE_GONE', reason: 'It was moved.', next: 'Put it back.' };
  const backend = { kind: 'failed', refusal };
  const roles = { dcu: { kind: 'on' }, broker: { kind: 'starting' }, backend };
  const glance = fold.bench({ ...frame('snapshot', []), upserts: [{ roles } as BenchView] });
  expect(rolesToResume(glance)).toEqual(['broker', 'dcu']);
  expect(glance.gone).toEqual(refusal);
});
