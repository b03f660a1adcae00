import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openRecorderSite, type RecorderSite } from '#core/testing';

let site: RecorderSite;
// Threads begin slowly where everything else runs at the same time.
vi.setConfig({ testTimeout: 20_000 });

beforeEach(async () => {
  site = await openRecorderSite();
  onTestFinished(() => site.close());
});

const DAY_MS = 86_400_000;
const all = { order: 'oldest', limit: 10_000 } as const;

describe('retention', () => {
  it('by size: the oldest leave, the file stays within it, nothing in between is missing', async () => {
    const limit = 8 * 1_048_576;
    const recorder = await site.opened({ retention: { bytes: limit } });
    for (let round = 0; round < 40; round += 1) {
      for (let n = 0; n < 4; n += 1)
        recorder.add(site.aPublish(`t/${String(n)}`, randomBytes(256 * 1_024)));
      await recorder.flush();
      await recorder.setRetention({ bytes: limit, ageMs: Infinity });
    }
    const { first, last, count } = await recorder.bounds();
    expect(last).toBe(160);
    expect(first).toBeGreaterThan(100);
    expect(count).toBe(last - first + 1);
    expect((await recorder.page(all)).rows.map(({ id }) => id)).toEqual(
      Array.from({ length: count }, (_, n) => first + n),
    );
    expect((await recorder.topics({ limit: 1 })).topics[0]?.count).toBe(
      await recorder.count({ topicFilter: 't/0' }),
    );
    expect(recorder.counts()).toMatchObject({ captured: 160, dropped: { total: 0 } });
    await recorder.close();
    expect(statSync(site.dir.join('traffic.db')).size).toBeLessThan(limit * 1.2);
  });

  it('by age, by itself, every second', async () => {
    const recorder = await site.opened({ retention: { ageMs: 60_000 } });
    recorder.add(site.aPublish('old'));
    await recorder.flush();
    site.clock.advance(59_000);
    recorder.add(site.aPublish('x'.repeat(1_000), randomBytes(200_000)));
    await recorder.flush();
    expect((await recorder.bounds()).count).toBe(2);
    const moved = new Promise((resolve) => recorder.onCaptured(resolve));
    site.clock.advance(2_000);
    expect(await moved).toEqual({ first: 2, last: 2, count: 1 });
  });

  it('by when it was written down: what an import brings may be older than anything kept', async () => {
    const recorder = await site.opened();
    recorder.add({ ...site.aPublish('imported'), at: site.clock.now() - 60 * DAY_MS });
    await recorder.flush();
    await recorder.setRetention({ bytes: 1e9, ageMs: 30 * DAY_MS });
    expect((await recorder.bounds()).count).toBe(1);
    site.clock.advance(31 * DAY_MS);
    await recorder.setRetention({ bytes: 1e9, ageMs: 30 * DAY_MS });
    expect((await recorder.bounds()).count).toBe(0);
  });

  it('not by a wall clock that leaps, unless it stays there', async () => {
    const { clock } = site;
    let ahead = 0;
    const recorder = await site.opened({
      clock: { ...clock, now: () => clock.now() + ahead },
      retention: { ageMs: 30 * DAY_MS },
    });
    recorder.add(site.aPublish('t'));
    await recorder.flush();
    const retain = (): Promise<void> => recorder.setRetention({ bytes: 1e9, ageMs: 30 * DAY_MS });
    ahead = 31 * DAY_MS;
    await retain();
    clock.advance(1_300);
    await retain();
    expect((await recorder.bounds()).count).toBe(1);
    clock.advance(3_600_000);
    await retain();
    expect((await recorder.bounds()).count).toBe(0);
  });

  it('never gives an id twice, also when everything left before a restart', async () => {
    const recorder = await site.opened();
    recorder.add(site.aPublish('t'));
    recorder.add(site.aPublish('t'));
    await recorder.flush();
    await recorder.clear();
    expect(await recorder.bounds()).toEqual({ first: 3, last: 2, count: 0 });
    await recorder.close();
    const again = await site.opened();
    again.add(site.aPublish('t'));
    await again.flush();
    expect((await again.page(all)).rows).toMatchObject([{ id: 3 }]);
  });
});

describe('bookmarks', () => {
  it('stay with their note and their message, whatever leaves', async () => {
    const recorder = await site.opened();
    for (const text of ['one', 'two', 'three']) recorder.add(site.aPublish(text, text));
    await recorder.flush();
    await recorder.mark(3);
    await recorder.mark(2, 'first note');
    site.clock.advance(5);
    await recorder.mark(2, 'look here');
    await recorder.mark(1);
    await recorder.unmark(1);
    await recorder.clear();
    await recorder.close();
    const again = await site.opened();
    expect(await again.marks()).toMatchObject([
      { id: 2, note: 'look here', at: site.clock.now() },
      { id: 3, note: '' },
    ]);
    expect(await again.detail(2)).toMatchObject({
      ...{ topic: 'two', clientId: 'a', preview: 'two', mark: { note: 'look here' } },
    });
    expect(await again.detail(1)).toBeNull();
  });

  it('refuse a message that is not there and a note without end; recording goes on', async () => {
    const recorder = await site.opened();
    await expect(recorder.mark(1)).rejects.toMatchObject({ code: 'MESSAGE_GONE' });
    await expect(recorder.mark(1, 'x'.repeat(10_001))).rejects.toMatchObject({
      code: 'NOTE_TOO_LONG',
    });
    recorder.add(site.aPublish('t'));
    await recorder.flush();
    expect(recorder.counts().captured).toBe(1);
  });
});
