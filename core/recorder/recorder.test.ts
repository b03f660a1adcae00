import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openRecorderSite, type RecorderSite } from '#core/testing';

let site: RecorderSite;
// Threads begin slowly where everything else runs at the same time.
vi.setConfig({ testTimeout: 20_000 });

beforeEach(async () => {
  site = await openRecorderSite();
  onTestFinished(() => site.close());
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const all = { order: 'oldest', limit: 10_000 } as const;

describe('what is recorded', () => {
  it('gives every property of a message back, exactly', async () => {
    const recorder = await site.opened();
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
    const recorder = await site.opened();
    recorder.add(site.aPublish(topic, 'first'));
    recorder.add(site.aPublish(topic, 'second'));
    await recorder.flush();
    const { rows } = await recorder.page(all);
    expect(rows.map((row) => row.topic)).toEqual([topic, topic]);
    expect((await recorder.topics({ limit: 10 })).topics).toMatchObject([{ topic, count: 2 }]);
    await recorder.close();
    const again = await site.opened();
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
    const recorder = await site.opened();
    recorder.add(site.aPublish('before'));
    recorder.add(site.aPublish('t', payload));
    recorder.add(site.aPublish('behind'));
    await recorder.flush();
    const detail = await recorder.detail(2);
    expect(Buffer.compare(detail!.payload, payload)).toBe(0);
    expect(detail).toMatchObject({ size: payload.length, intact: true });
    expect((await recorder.messages(all)).rows.map(({ topic }) => topic)).toContain('before');
  });

  it('copies a payload at once: whoever told of it may reuse the buffer', async () => {
    const recorder = await site.opened();
    const payload = bytes('original');
    recorder.add(site.aPublish('t', payload));
    payload.fill(0);
    await recorder.flush();
    expect((await recorder.detail(1))?.preview).toBe('original');
  });

  it('continues with the next id, the same topics and their sums, after closing', async () => {
    const first = await site.opened();
    for (let n = 0; n < 100; n += 1) first.add(site.aPublish(`t/${String(n % 3)}`));
    await first.close();
    const second = await site.opened();
    second.add(site.aPublish('t/0', 'new'));
    await second.flush();
    expect(await second.bounds()).toEqual({ first: 1, last: 101, count: 101 });
    expect((await second.topics({ limit: 10 })).topics).toMatchObject([
      { topic: 't/0', count: 35, bytes: 71, last: { id: 101, preview: 'new' } },
      { topic: 't/1', count: 33, bytes: 66, last: { id: 98, preview: '{}' } },
      { topic: 't/2', count: 33 },
    ]);
  });

  it('joins small batches, so that a quiet day is not a segment for each message', async () => {
    const recorder = await site.opened();
    for (let n = 0; n < 300; n += 1) {
      recorder.add(site.aPublish(`t/${String(n)}`, String(n)));
      await recorder.flush();
    }
    const { rows } = await recorder.messages(all);
    expect(rows.map(({ payload }) => Buffer.from(payload).toString())).toEqual(
      Array.from({ length: 300 }, (_, n) => String(n)),
    );
    const db = new DatabaseSync(site.dir.join('traffic.db'), { readOnly: true });
    const segments = db.prepare('SELECT count(*) AS n FROM segment').get()!['n'] as number;
    db.close();
    expect(segments).toBeLessThan(12);
  });
});
