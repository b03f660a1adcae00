import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { fixedClock, tempDir, type FixedClock, type TempDir } from '#core/testing';
import { openRecorder, type Recorder, type RecorderOptions, type TrafficEvent } from './index.ts';

let dir: TempDir;
let clock: FixedClock;
beforeEach(async () => {
  dir = await tempDir();
  onTestFinished(dir.remove);
  clock = fixedClock();
});

async function opened(options: Partial<RecorderOptions> = {}): Promise<Recorder> {
  const recorder = await openRecorder({ file: dir.join('traffic.db'), clock, ...options });
  onTestFinished(() => recorder.close());
  return recorder;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function aPublish(topic: string, payload: string | Uint8Array = '{}'): TrafficEvent {
  const data = typeof payload === 'string' ? bytes(payload) : payload;
  return { kind: 'publish', at: clock.now(), clientId: 'a', topic, payload: data, qos: 1 };
}

const all = { order: 'oldest', limit: 10_000 } as const;

describe('what is recorded', () => {
  it('gives every property of a message back, exactly', async () => {
    const recorder = await opened();
    recorder.add({
      kind: 'refused',
      at: 1_234.5,
      monotonicUs: 987_654_321,
      source: 'line 1',
      direction: 'in',
      clientId: null,
      topic: 't',
      payload: new Uint8Array([1]),
      qos: 2,
      retain: true,
      dup: true,
      code: 'NOT_AUTHORISED',
      aclLine: 17,
      detail: 'line 17 says "no"',
      properties: { userProperties: [['a', 'b']], correlationData: new Uint8Array([0xff, 0]) },
    });
    recorder.add({ kind: 'connect', at: 2_000, clientId: 'b', detail: 'from\u0007 10.0.0.1' });
    await recorder.flush();
    expect(await recorder.detail(1)).toEqual({
      id: 1,
      kind: 'refused',
      at: 1_234.5,
      monotonicUs: 987_654_321,
      source: 'line 1',
      direction: 'in',
      clientId: null,
      topic: 't',
      payload: new Uint8Array([1]),
      size: 1,
      preview: '\\u{1}',
      cut: false,
      qos: 2,
      retain: true,
      dup: true,
      code: 'NOT_AUTHORISED',
      aclLine: 17,
      detail: 'line 17 says "no"',
      properties: { userProperties: [['a', 'b']], correlationData: { base64: '/wA=' } },
      sha256: '4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a',
      intact: true,
      mark: null,
    });
    expect(await recorder.detail(2)).toMatchObject({
      kind: 'connect',
      preview: 'from\\u{7} 10.0.0.1',
      topic: '',
      size: 0,
      direction: null,
      source: '',
    });
    expect(await recorder.detail(3)).toBeNull();
  });

  it.each([
    ['65,535 bytes', 'x'.repeat(65_535)],
    ['200 levels', Array.from({ length: 200 }, (_, n) => n).join('/')],
    ['empty levels', '//a//'],
    ['right to left', 'vehicle/\u202eאבג/שלום'],
    ['emoji', '🚗/👩🏽‍🔧/🇩🇪'],
    ['control characters', 'a\u0001/\u001b[31m/\u007f\u0085\ufeff'],
    ['a NUL, which no broker lets through', 'a\u0000b'],
    ['the name of a member of every object', '__proto__/constructor'],
  ])('keeps a topic of %s', async (_, topic) => {
    const recorder = await opened();
    recorder.add(aPublish(topic, 'first'));
    recorder.add(aPublish(topic, 'second'));
    await recorder.flush();
    const { rows } = await recorder.page(all);
    expect(rows.map((row) => row.topic)).toEqual([topic, topic]);
    expect((await recorder.topics({ limit: 10 })).topics).toMatchObject([{ topic, count: 2 }]);
    await recorder.close();
    const again = await opened();
    expect((await again.page(all)).rows[1]?.topic).toBe(topic);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['invalid UTF-8', new Uint8Array([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0])],
    ['20 kB', randomBytes(20_000)],
    ['256 KiB', randomBytes(256 * 1_024)],
    ['2 MiB', randomBytes(2 * 1_048_576)],
    ['more than any broker lets through', randomBytes(17 * 1_048_576)],
    ['deep JSON', bytes('['.repeat(10_000) + ']'.repeat(10_000))],
  ])('keeps a payload of %s, byte for byte', async (_, payload) => {
    const recorder = await opened();
    recorder.add(aPublish('before'));
    recorder.add(aPublish('t', payload));
    recorder.add(aPublish('behind'));
    await recorder.flush();
    const detail = await recorder.detail(2);
    expect(Buffer.compare(detail!.payload, payload)).toBe(0);
    expect(detail).toMatchObject({ size: payload.length, intact: true });
    expect((await recorder.messages(all)).rows.map(({ topic }) => topic)).toContain('before');
  });

  it('copies a payload at once: whoever told of it may reuse the buffer', async () => {
    const recorder = await opened();
    const payload = bytes('original');
    recorder.add(aPublish('t', payload));
    payload.fill(0);
    await recorder.flush();
    expect((await recorder.detail(1))?.preview).toBe('original');
  });

  it('continues with the next id, the same topics and their sums, after closing', async () => {
    const first = await opened();
    for (let n = 0; n < 100; n += 1) first.add(aPublish(`t/${String(n % 3)}`));
    await first.close();
    const second = await opened();
    second.add(aPublish('t/0', 'new'));
    await second.flush();
    expect(await second.bounds()).toEqual({ first: 1, last: 101, count: 101 });
    expect((await second.topics({ limit: 10 })).topics).toMatchObject([
      { topic: 't/0', count: 35, bytes: 71, last: { id: 101, preview: 'new' } },
      { topic: 't/1', count: 33, bytes: 66, last: { id: 98, preview: '{}' } },
      { topic: 't/2', count: 33 },
    ]);
  });

  it('joins small batches, so that a quiet day is not a segment for each message', async () => {
    const recorder = await opened();
    for (let n = 0; n < 300; n += 1) {
      recorder.add(aPublish(`t/${String(n)}`, String(n)));
      await recorder.flush();
    }
    const { rows } = await recorder.messages(all);
    expect(rows.map(({ payload }) => Buffer.from(payload).toString())).toEqual(
      Array.from({ length: 300 }, (_, n) => String(n)),
    );
    const db = new DatabaseSync(dir.join('traffic.db'), { readOnly: true });
    const segments = db.prepare('SELECT count(*) AS n FROM segment').get()!['n'] as number;
    db.close();
    expect(segments).toBeLessThan(12);
  });
});

describe('what is not recorded is counted', () => {
  it('added = captured + waiting + dropped with a queue far too small, at every moment', async () => {
    const recorder = await opened({ queue: { messages: 7, bytes: 1_000 } });
    const holds = (): void => {
      const { added, captured, waiting, dropped } = recorder.counts();
      expect(captured + waiting + dropped.total).toBe(added);
      expect(waiting).toBeLessThanOrEqual(7);
    };
    for (let round = 0; round < 50; round += 1) {
      for (let n = 0; n < 20; n += 1) {
        recorder.add(aPublish('t', 'x'.repeat((round * n) % 400)));
        holds();
      }
      if (round % 2 === 0) await recorder.flush();
      holds();
    }
    await recorder.flush();
    const { added, captured, waiting, dropped } = recorder.counts();
    expect({ added, waiting }).toEqual({ added: 1_000, waiting: 0 });
    expect(dropped.queueFull).toBe(1_000 - captured);
    expect(dropped.queueFull).toBeGreaterThan(0);
    expect((await recorder.bounds()).count).toBe(captured);
  });

  it('takes a message larger than the whole queue while nothing else waits', async () => {
    const recorder = await opened({ queue: { bytes: 1_000 } });
    recorder.add(aPublish('t', 'x'.repeat(50_000)));
    recorder.add(aPublish('t', 'x'));
    await recorder.flush();
    expect(recorder.counts()).toMatchObject({ captured: 1, dropped: { queueFull: 1 } });
  });

  it('counts what cannot be written down, and never throws', async () => {
    const recorder = await opened();
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    recorder.add({ ...aPublish('t'), properties: loop });
    recorder.add(aPublish('t'));
    await recorder.flush();
    expect(recorder.counts()).toMatchObject({ added: 2, captured: 1, dropped: { unfit: 1 } });
    await recorder.close();
    recorder.add(aPublish('t'));
    expect(recorder.counts()).toMatchObject({ added: 3, dropped: { stopped: 1, total: 2 } });
  });

  it('hands over by itself within 50 ms', async () => {
    const recorder = await opened();
    const captured = new Promise((resolve) => recorder.onCaptured(resolve));
    recorder.add(aPublish('t'));
    clock.advance(50);
    expect(await captured).toEqual({ first: 1, last: 1, count: 1 });
  });

  it('goes on with new numbers when more topics come than it remembers', async () => {
    const recorder = await opened();
    const long = 'x'.repeat(60_000);
    for (let n = 0; n < 600; n += 1) {
      recorder.add(aPublish(`${String(n % 300)}/${long}`, String(n)));
      if (n % 50 === 49) await recorder.flush();
    }
    await recorder.flush();
    const { rows } = await recorder.page(all);
    expect(rows).toHaveLength(600);
    expect(
      rows.every(({ topic, preview }) => topic === `${String(Number(preview) % 300)}/${long}`),
    ).toBe(true);
    expect((await recorder.topics({ limit: 1 })).total).toBe(300);
  });
});

describe('pages', () => {
  async function withNumbers(count: number): Promise<Recorder> {
    const recorder = await opened();
    for (let n = 1; n <= count; n += 1) {
      recorder.add(aPublish(n % 10 === 0 ? 'tenth' : 'other', String(n)));
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
    const recorder = await opened();
    for (let n = 0; n < 5; n += 1) recorder.add(aPublish('t', randomBytes(4 * 1_048_576)));
    await recorder.flush();
    const first = await recorder.messages(all);
    expect(first).toMatchObject({ next: 2, rows: { length: 2 } });
    expect((await recorder.messages({ ...all, from: 2 })).rows[0]?.id).toBe(3);
  });

  it('refuses what is no filter and no expression, by code', async () => {
    const recorder = await opened();
    await expect(recorder.page({ ...all, where: { topicFilter: 'a/#/b' } })).rejects.toMatchObject({
      code: 'FILTER_SYNTAX',
    });
    await expect(recorder.count({ regex: { source: '(' } })).rejects.toMatchObject({
      code: 'REGEX_SYNTAX',
    });
  });

  it('gives up an expression that never ends when told to, and answers the next question', async () => {
    const recorder = await opened();
    recorder.add(aPublish('t', 'a'.repeat(5_000)));
    await recorder.flush();
    const stop = new AbortController();
    const hopeless = recorder.count({ regex: { source: '^(a|a)*b' } }, { signal: stop.signal });
    stop.abort();
    await Promise.all([
      expect(hopeless).rejects.toMatchObject({ code: 'QUERY_ENDED' }),
      (async () => {
        for (let waits = 0; waits < 1_000 && clock.sleepers() < 3; waits += 1) {
          await new Promise((resolve) => setImmediate(resolve));
        }
        clock.advance(1_000);
      })(),
    ]);
    expect(await recorder.count({ text: 'aaa' })).toBe(1);
  });
});

describe('topics', () => {
  it('come by name and prefix, with rate and sparkline', async () => {
    const recorder = await opened();
    for (const topic of ['b/1', 'a/2', 'a', 'a/1', 'a-b', 'a/1/x', '/lead'])
      recorder.add(aPublish(topic));
    recorder.add({ kind: 'subscribe', at: 1, clientId: 'x', topic: 'a/#' });
    await recorder.flush();
    clock.advance(2_000);
    const { topics, total } = await recorder.topics({ prefix: 'a/', after: 'a/1', limit: 1 });
    expect({ names: topics.map(({ topic }) => topic), total }).toEqual({
      names: ['a/1/x'],
      total: 3,
    });
    expect(topics[0]?.spark.slice(-2)).toEqual([1, 0]);
    expect(topics[0]?.rate).toBe(0.1);
    clock.advance(60_000);
    const later = await recorder.topics({ prefix: 'a/1', limit: 1 });
    expect(later.topics[0]?.spark).toEqual(new Array(30).fill(0));
  });

  it('stand as a tree, each level with the sum of what is below', async () => {
    const recorder = await opened();
    for (const topic of ['a/1/x', 'a/1/y', 'a/2', 'a', 'a-b', '/lead'])
      recorder.add(aPublish(topic));
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
    const recorder = await opened();
    recorder.add(aPublish('gone'));
    await recorder.flush();
    await recorder.clear();
    expect(await recorder.topics({ limit: 10 })).toEqual({ topics: [], total: 0 });
    recorder.add(aPublish('gone', 'again'));
    await recorder.flush();
    expect((await recorder.topics({ limit: 10 })).topics).toMatchObject([
      { topic: 'gone', count: 1, last: { id: 2, preview: 'again' } },
    ]);
    expect((await recorder.page(all)).rows).toMatchObject([{ id: 2, topic: 'gone' }]);
  });
});

describe('retention', () => {
  it('by size: the oldest leave, the file stays within it, nothing in between is missing', async () => {
    const limit = 8 * 1_048_576;
    const recorder = await opened({ retention: { bytes: limit } });
    for (let round = 0; round < 40; round += 1) {
      for (let n = 0; n < 4; n += 1)
        recorder.add(aPublish(`t/${String(n)}`, randomBytes(256 * 1_024)));
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
    expect(statSync(dir.join('traffic.db')).size).toBeLessThan(limit * 1.2);
  });

  it('by age, by itself, every second', async () => {
    const recorder = await opened({ retention: { ageMs: 60_000 } });
    recorder.add(aPublish('old'));
    await recorder.flush();
    clock.advance(59_000);
    recorder.add(aPublish('x'.repeat(1_000), randomBytes(200_000)));
    await recorder.flush();
    expect((await recorder.bounds()).count).toBe(2);
    const moved = new Promise((resolve) => recorder.onCaptured(resolve));
    clock.advance(2_000);
    expect(await moved).toEqual({ first: 2, last: 2, count: 1 });
  });

  it('never gives an id twice, also when everything left before a restart', async () => {
    const recorder = await opened();
    recorder.add(aPublish('t'));
    recorder.add(aPublish('t'));
    await recorder.flush();
    await recorder.clear();
    expect(await recorder.bounds()).toEqual({ first: 3, last: 2, count: 0 });
    await recorder.close();
    const again = await opened();
    again.add(aPublish('t'));
    await again.flush();
    expect((await again.page(all)).rows).toMatchObject([{ id: 3 }]);
  });
});

describe('bookmarks', () => {
  it('stay with their note and their message, whatever leaves', async () => {
    const recorder = await opened();
    for (const text of ['one', 'two', 'three']) recorder.add(aPublish(text, text));
    await recorder.flush();
    await recorder.mark(3);
    await recorder.mark(2, 'first note');
    clock.advance(5);
    await recorder.mark(2, 'look here');
    await recorder.mark(1);
    await recorder.unmark(1);
    await recorder.clear();
    await recorder.close();
    const again = await opened();
    expect(await again.marks()).toMatchObject([
      { id: 2, note: 'look here', at: clock.now() },
      { id: 3, note: '' },
    ]);
    expect(await again.detail(2)).toMatchObject({ preview: 'two', mark: { note: 'look here' } });
    expect(await again.detail(1)).toBeNull();
  });

  it('refuse a message that is not there and a note without end; recording goes on', async () => {
    const recorder = await opened();
    await expect(recorder.mark(1)).rejects.toMatchObject({ code: 'MESSAGE_GONE' });
    await expect(recorder.mark(1, 'x'.repeat(10_001))).rejects.toMatchObject({
      code: 'NOTE_TOO_LONG',
    });
    recorder.add(aPublish('t'));
    await recorder.flush();
    expect(recorder.counts().captured).toBe(1);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['damaged', () => Buffer.from('SQLite format 3\u0000'.padEnd(9_000, 'garbage'))],
    ['no database', () => Buffer.from('hello '.repeat(1_000))],
  ])('%s: is kept aside as it is, and a new one begun', async (_, content) => {
    const file = dir.join('traffic.db');
    writeFileSync(file, content());
    const recorder = await opened();
    const aside = `${file}.corrupt-20260102T030405Z`;
    expect(readFileSync(aside).equals(content())).toBe(true);
    expect(recorder.notices()).toMatchObject([
      { code: 'CAPTURE_DAMAGED', reason: expect.stringContaining(aside) as unknown },
    ]);
    recorder.add(aPublish('t'));
    await recorder.flush();
    expect(recorder.counts().captured).toBe(1);
  });

  it('of another program: is kept aside', async () => {
    const other = new DatabaseSync(dir.join('traffic.db'));
    other.exec('CREATE TABLE precious (n); INSERT INTO precious VALUES (42)');
    other.close();
    const recorder = await opened();
    expect(recorder.notices()).toHaveLength(1);
    const aside = readdirSync(dir.path).find((name) => name.includes('corrupt'))!;
    const kept = new DatabaseSync(dir.join(aside), { readOnly: true });
    expect(kept.prepare('SELECT n FROM precious').get()).toEqual({ n: 42 });
    kept.close();
  });

  it('of a newer version: is refused and not touched', async () => {
    await (await opened()).close();
    const file = dir.join('traffic.db');
    const db = new DatabaseSync(file);
    db.exec(`UPDATE migration SET version = 99; PRAGMA journal_mode = DELETE`);
    db.close();
    const before = readFileSync(file);
    await expect(opened()).rejects.toMatchObject({ code: 'CAPTURE_NEWER' });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dir.path).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  it('where no file can be: says so by code', async () => {
    await expect(opened({ file: dir.join('none', 'traffic.db') })).rejects.toMatchObject({
      code: 'CAPTURE_UNUSABLE',
    });
    await expect(opened({ file: dir.path })).rejects.toMatchObject({ code: 'CAPTURE_UNUSABLE' });
    await expect(opened({ file: 'traffic.db' })).rejects.toMatchObject({
      code: 'CAPTURE_UNUSABLE',
    });
    expect(existsSync(dir.join('none'))).toBe(false);
  });

  it('tells a message whose stored bytes were changed', async () => {
    const recorder = await opened();
    recorder.add(aPublish('t', 'the truth'));
    await recorder.close();
    const db = new DatabaseSync(dir.join('traffic.db'));
    db.prepare('UPDATE body SET data = ?').run(bytes('the tooth'));
    db.close();
    const again = await opened();
    expect(await again.detail(1)).toMatchObject({ preview: 'the tooth', intact: false });
  });
});

it('refuses questions once closed, and closing twice is fine', async () => {
  const recorder = await opened();
  await recorder.close();
  await recorder.close();
  await expect(recorder.page(all)).rejects.toMatchObject({ code: 'RECORDER_CLOSED' });
  await expect(recorder.topics({ limit: 1 })).rejects.toMatchObject({ code: 'RECORDER_CLOSED' });
  await expect(recorder.resume()).rejects.toMatchObject({ code: 'RECORDER_CLOSED' });
  expect(recorder.state()).toEqual({ kind: 'closed' });
});
