import { describe, expect, it } from 'vitest';
import { type Frame } from '#core/contract';
import { fixedClock } from '#core/testing';
import { createFeed } from './feed.ts';
import { FRAME_GAP_MS } from './frames.ts';

type Item = { id: string; value: number };

function aFeed() {
  const clock = fixedClock();
  return { clock, feed: createFeed<Item>({ clock, key: ({ id }) => id }) };
}

async function next(stream: AsyncIterator<Frame<Item>, undefined>): Promise<Frame<Item>> {
  const result = await stream.next();
  if (result.done === true) throw new Error('the stream ended');
  return result.value;
}

describe('a feed', () => {
  it('sends a snapshot, then deltas with rising seq', async () => {
    const { feed, clock } = aFeed();
    feed.set({ id: 'a', value: 1 });
    const stream = feed.watch();
    expect(await next(stream)).toEqual({
      kind: 'snapshot',
      seq: 0,
      skipped: 0,
      upserts: [{ id: 'a', value: 1 }],
      removed: [],
    });
    feed.set({ id: 'b', value: 2 });
    feed.remove('a');
    const pending = next(stream);
    clock.advance(FRAME_GAP_MS);
    expect(await pending).toEqual({
      kind: 'delta',
      seq: 1,
      skipped: 0,
      upserts: [{ id: 'b', value: 2 }],
      removed: ['a'],
    });
  });

  it('folds what a slow reader missed into one frame and counts it', async () => {
    const { feed, clock } = aFeed();
    const stream = feed.watch();
    await next(stream);
    for (let value = 0; value < 1_000; value += 1) feed.set({ id: 'a', value });
    clock.advance(FRAME_GAP_MS);
    const frame = await next(stream);
    expect(frame.upserts).toEqual([{ id: 'a', value: 999 }]);
    expect(frame.skipped).toBe(999);
  });

  it('waits between frames however fast things change', async () => {
    const { feed, clock } = aFeed();
    const stream = feed.watch();
    await next(stream);
    feed.set({ id: 'a', value: 1 });
    let arrived = false;
    const pending = next(stream).then((frame) => {
      arrived = true;
      return frame;
    });
    clock.advance(FRAME_GAP_MS - 1);
    await Promise.resolve();
    expect(arrived).toBe(false);
    feed.set({ id: 'a', value: 2 });
    clock.advance(1);
    expect((await pending).upserts).toEqual([{ id: 'a', value: 2 }]);
  });

  it('spreads a large snapshot over frames', async () => {
    const { feed, clock } = aFeed();
    for (let value = 0; value < 600; value += 1) feed.set({ id: `i${value}`, value });
    const stream = feed.watch();
    const sizes: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      sizes.push((await next(stream)).upserts.length);
      clock.advance(FRAME_GAP_MS);
    }
    expect(sizes).toEqual([250, 250, 100]);
  });

  it('lets go at return, even while a reader waits', async () => {
    const { feed } = aFeed();
    const stream = feed.watch();
    await next(stream);
    const waiting = stream.next();
    expect(feed.watchers()).toBe(1);
    await stream.return?.();
    expect(feed.watchers()).toBe(0);
    expect((await waiting).done).toBe(true);
  });

  it('lets go when its signal is aborted, before and after', async () => {
    const { feed } = aFeed();
    const stop = new AbortController();
    const stream = feed.watch(stop.signal);
    await next(stream);
    stop.abort();
    expect(feed.watchers()).toBe(0);
    expect((await stream.next()).done).toBe(true);
    const late = feed.watch(stop.signal);
    expect((await late.next()).done).toBe(true);
    expect(feed.watchers()).toBe(0);
  });

  it('forgets a thing that came and went between two frames, and says so', async () => {
    const { feed, clock } = aFeed();
    const stream = feed.watch();
    await next(stream);
    feed.set({ id: 'a', value: 1 });
    feed.remove('a');
    clock.advance(FRAME_GAP_MS);
    const frame = await next(stream);
    expect(frame).toMatchObject({ upserts: [], removed: ['a'], skipped: 1 });
  });

  it('ends its readers when it closes', async () => {
    const { feed } = aFeed();
    const stream = feed.watch();
    await next(stream);
    const waiting = stream.next();
    feed.close();
    expect((await waiting).done).toBe(true);
    expect(feed.watchers()).toBe(0);
  });
});
