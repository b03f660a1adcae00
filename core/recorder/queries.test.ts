import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openRecorderSite, type RecorderSite } from '#core/testing';
import { type Recorder } from './index.ts';

let site: RecorderSite;
// Threads begin slowly where everything else runs at the same time.
vi.setConfig({ testTimeout: 20_000 });

beforeEach(async () => {
  site = await openRecorderSite();
  onTestFinished(() => site.close());
});

const all = { order: 'oldest', limit: 10_000 } as const;

describe('pages', () => {
  async function withNumbers(count: number): Promise<Recorder> {
    const recorder = await site.opened();
    for (let n = 1; n <= count; n += 1) {
      recorder.add(site.aPublish(n % 10 === 0 ? 'tenth' : 'other', String(n)));
      if (n % 700 === 0) await recorder.flush();
    }
    await recorder.flush();
    return recorder;
  }

  it.each(['newest', 'oldest'] as const)('go through everything, %s first', async (order) => {
    const recorder = await withNumbers(5_000);
    const ids: number[] = [];
    for (let from: number | null | undefined; from !== null;) {
      const page = await recorder.page({
        order,
        limit: 99,
        where: { topicFilter: 'tenth' },
        ...(from !== undefined && { from }),
      });
      ids.push(...page.rows.map(({ id }) => id));
      from = page.next;
    }
    const expected = Array.from({ length: 500 }, (_, n) => (n + 1) * 10);
    expect(ids).toEqual(order === 'oldest' ? expected : expected.reverse());
  });

  it('are counted by place, up to the id that is given', async () => {
    const recorder = await withNumbers(1_500);
    const count = async (through?: number): Promise<number[]> => {
      const places = await recorder.places(
        { topicFilter: 'tenth' },
        through === undefined ? {} : { through },
      );
      return places.map((place) => place.count);
    };
    expect(await count()).toEqual([150]);
    expect(await count(1_200)).toEqual([120]);
    expect(await count(9)).toEqual([]);
  });

  it('are found by number, and by the ids of what matched', async () => {
    const recorder = await withNumbers(5_000);
    const rows = await recorder.rowsAt(4_321, 3);
    expect(rows.map(({ id, preview }) => [id, preview])).toEqual([
      [4_322, '4322'],
      [4_323, '4323'],
      [4_324, '4324'],
    ]);
    expect(await recorder.rowsAt(5_000, 10)).toEqual([]);
    const found = await recorder.find({ where: { topicFilter: 'tenth' }, after: 1_000, limit: 5 });
    expect(found).toEqual({
      ids: Float64Array.of(1_010, 1_020, 1_030, 1_040, 1_050),
      through: 1_050,
      complete: false,
    });
    const rest = await recorder.find({ where: { topicFilter: 'tenth' }, after: 4_950 });
    expect(rest).toMatchObject({ through: 5_000, complete: true });
    expect([...rest.ids]).toEqual([4_960, 4_970, 4_980, 4_990, 5_000]);
    expect((await recorder.rowsOf([5_000, 7, 9_999, 8])).map(({ id }) => id)).toEqual([
      5_000, 7, 8,
    ]);
    expect(await recorder.count({ topicFilter: 'tenth' })).toBe(500);
    expect(await recorder.count()).toBe(5_000);
  });

  it('knows the message before it on its topic', async () => {
    const recorder = await withNumbers(5_000);
    expect((await recorder.previousOnTopic(5_000))?.id).toBe(4_990);
    expect((await recorder.previousOnTopic(4_991))?.id).toBe(4_989);
    expect(await recorder.previousOnTopic(10)).toBeNull();
    expect(await recorder.previousOnTopic(5_001)).toBeNull();
  });

  it('end early when payloads are large, and go on', async () => {
    const recorder = await site.opened();
    for (let n = 0; n < 5; n += 1) recorder.add(site.aPublish('t', randomBytes(4 * 1_048_576)));
    await recorder.flush();
    const first = await recorder.messages(all);
    expect(first).toMatchObject({ next: 2, rows: { length: 2 } });
    expect((await recorder.messages({ ...all, from: 2 })).rows[0]?.id).toBe(3);
  });

  it('refuses what is no filter and no expression, by code', async () => {
    const recorder = await site.opened();
    await expect(recorder.page({ ...all, where: { topicFilter: 'a/#/b' } })).rejects.toMatchObject({
      code: 'FILTER_SYNTAX',
    });
    await expect(recorder.count({ regex: { source: '(' } })).rejects.toMatchObject({
      code: 'REGEX_SYNTAX',
    });
  });

  it('gives up an expression that never ends when told to, and answers the next question', async () => {
    const recorder = await site.opened();
    recorder.add(site.aPublish('t', 'a'.repeat(5_000)));
    await recorder.flush();
    await recorder.bounds();
    const idle = site.clock.sleepers();
    const stop = new AbortController();
    const hopeless = recorder.count({ regex: { source: '^(a|a)*b' } }, { signal: stop.signal });
    const ended = expect(hopeless).rejects.toMatchObject({ code: 'QUERY_ENDED' });
    // Whoever looks at rows does not wait for it.
    expect(await recorder.count({ text: 'a' })).toBe(1);
    await expect.poll(() => site.clock.sleepers()).toBeGreaterThan(idle);
    const sleepers = site.clock.sleepers();
    stop.abort();
    // It does not answer to being asked to stop: what is waited for is its end.
    expect(site.clock.sleepers()).toBe(sleepers + 1);
    site.clock.advance(1_000);
    await ended;
    expect(await recorder.count({ regex: { source: 'a+' } })).toBe(1);
  });

  it('gives up an expression that never ends also when nobody tells it to, and says which it was', async () => {
    const recorder = await site.opened();
    recorder.add(site.aPublish('t', 'a'.repeat(5_000)));
    await recorder.flush();
    const hopeless = recorder.count({ regex: { source: '^(a|a)*b' } });
    let ended: unknown = null;
    hopeless.catch((error: unknown) => (ended = error));
    // In small steps: the thread has taken the expression up long before its silence is too long.
    await vi.waitUntil(
      () => {
        site.clock.advance(50);
        return ended !== null;
      },
      { interval: 10, timeout: 15_000 },
    );
    expect(ended).toMatchObject({ code: 'REGEX_TOO_SLOW' });
    expect(await recorder.count({ regex: { source: 'a+' } })).toBe(1);
  });
});

describe('topics', () => {
  it('come by name and prefix, with rate and sparkline', async () => {
    const recorder = await site.opened();
    for (const topic of ['b/1', 'a/2', 'a', 'a/1', 'a-b', 'a/1/x', '/lead'])
      recorder.add(site.aPublish(topic));
    recorder.add({ kind: 'subscribe', at: 1, clientId: 'x', topic: 'a/#' });
    await recorder.flush();
    site.clock.advance(2_000);
    const { topics, total } = await recorder.topics({ prefix: 'a/', after: 'a/1', limit: 1 });
    expect({ names: topics.map(({ topic }) => topic), total }).toEqual({
      names: ['a/1/x'],
      total: 3,
    });
    expect(topics[0]?.spark.slice(-2)).toEqual([1, 0]);
    expect(topics[0]?.rate).toBe(0.1);
    site.clock.advance(60_000);
    const later = await recorder.topics({ prefix: 'a/1', limit: 1 });
    expect(later.topics[0]?.spark).toEqual(new Array(30).fill(0));
  });

  it('stand as a tree, each level with the sum of what is below', async () => {
    const recorder = await site.opened();
    for (const topic of ['a/1/x', 'a/1/y', 'a/2', 'a', 'a-b', '/lead'])
      recorder.add(site.aPublish(topic));
    await recorder.flush();
    const top = await recorder.branches({ under: null, limit: 10 });
    expect(
      top.branches.map(({ level, topics, own, hasBelow }) => [
        level,
        topics,
        own?.topic ?? null,
        hasBelow,
      ]),
    ).toEqual([
      ['', 1, null, true],
      ['a', 4, 'a', true],
      ['a-b', 1, 'a-b', false],
    ]);
    const below = await recorder.branches({ under: 'a', limit: 1, after: '1' });
    expect(below).toMatchObject({ total: 2, branches: [{ level: '2', path: 'a/2', count: 1 }] });
  });

  it('leave with their last message, and come again under the same name', async () => {
    const recorder = await site.opened();
    recorder.add(site.aPublish('gone'));
    await recorder.flush();
    await recorder.clear();
    expect(await recorder.topics({ limit: 10 })).toEqual({ topics: [], total: 0 });
    recorder.add(site.aPublish('gone', 'again'));
    await recorder.flush();
    expect((await recorder.topics({ limit: 10 })).topics).toMatchObject([
      { topic: 'gone', count: 1, last: { id: 2, preview: 'again' } },
    ]);
    expect((await recorder.page(all)).rows).toMatchObject([{ id: 2, topic: 'gone' }]);
  });

  it('stay in order and single while topics come, leave and come again between two looks', async () => {
    const recorder = await site.opened();
    const looks: string[][] = [];
    const names = ['m', 'c', 'x', 'a', 'p'];
    for (let round = 0; round < 12; round += 1) {
      if (round % 3 === 0) await recorder.clear();
      for (const name of names.slice(round % 4)) recorder.add(site.aPublish(name));
      await recorder.flush();
      if (round % 2 === 0) continue;
      const { topics } = await recorder.topics({ limit: 10 });
      looks.push(topics.map(({ topic }) => topic));
      const { rows } = await recorder.page(all);
      expect(looks.at(-1)).toEqual([...new Set(rows.map(({ topic }) => topic))].sort());
    }
    expect(looks).toHaveLength(6);
  });

  it('show the last payload also where it is not at hand any more', async () => {
    const recorder = await site.opened();
    recorder.add(site.aPublish('t', 'x'.repeat(500)));
    await recorder.close();
    const { topics } = await (await site.opened()).topics({ limit: 1 });
    expect(topics).toMatchObject([{ last: { size: 500, preview: 'x'.repeat(200), cut: true } }]);
  });
});
