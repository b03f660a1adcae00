import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Judgement, type TrafficRow } from '#core/contract';
import {
  aBench,
  type MosquittoProcess,
  settled,
  startMosquitto,
  tempDir,
  type TempDir,
  capturedRows,
  connectionTo,
  foundIn,
  nextOf,
  whenCompleted,
} from '#core/testing';
import { type Bench, DEMO_VIN } from '../index.ts';

let folder: TempDir;
let mosquitto: MosquittoProcess;
let bench: Bench;
beforeEach(async () => {
  folder = await tempDir();
  mosquitto = await startMosquitto({ acl: 'topic readwrite #\n' });
  bench = await aBench(folder.join('workspace'));
});
afterEach(async () => {
  await bench.close();
  await mosquitto.close();
  await folder.remove();
});

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const refusal = (code: string): object => ({ data: { code } });
const connected = (): Promise<string> => connectionTo(bench, mosquitto.url);
const rowsOf = (where: object, count: number): Promise<TrafficRow[]> =>
  capturedRows(bench, where, count);

describe('captured traffic', () => {
  it('tells a message whole: bytes, views, properties, what changed, and its number as a series', async () => {
    const id = await connected();
    const { publish, traffic } = bench.client;
    const properties = {
      contentType: 'application/json',
      correlationBase64: base64('corr'),
      user: [['who', 'test']] as [string, string][],
    };
    for (const volts of [12.5, 13.25]) {
      await publish.send({
        ...{ connection: id, topic: 'car/battery', qos: 1, properties },
        payloadBase64: base64(JSON.stringify({ volts, ok: true })),
      });
    }
    const [, last] = await rowsOf({ topicFilter: 'car/#', source: 'shop', direction: 'in' }, 2);
    const detail = await traffic.detail({ id: last!.id });
    expect(detail).toMatchObject({
      row: { source: 'shop', direction: 'in', qos: 1, marked: false },
      text: '{"volts":13.25,"ok":true}',
      ...{ payloadCut: false, intact: true, properties },
      ...{ signature: { kind: 'none' }, schema: { kind: 'none' } },
      numbers: [{ path: '/volts', value: 13.25, text: '13.25' }],
    });
    expect(detail.views[0]).toMatchObject({ kind: 'json', tree: { cut: false } });
    const where = { topicFilter: 'car/battery', source: 'shop', direction: 'in' } as const;
    const [first] = await rowsOf(where, 2);
    const { diff } = await traffic.diff({ id: last!.id, against: first!.id });
    expect(diff).toMatchObject({
      kind: 'structure',
      changes: [{ kind: 'changed', path: '/volts', before: '12.5', after: '13.25' }],
    });
    const series = await traffic.series({ topic: 'car/battery', path: '/volts' });
    // Sent and received: each is captured.
    expect(new Set(series.values)).toEqual(new Set([12.5, 13.25]));
    expect(series.ids).toEqual(series.ids.toSorted((a, b) => a - b));
    const piece = await traffic.payload({ id: last!.id, offset: 1, length: 7 });
    expect(piece).toEqual({ base64: base64('"volts"'), size: 25 });
  });

  it('keeps 2 MiB and more, and gives the rest of it in pieces', async () => {
    const id = await connected();
    const payload = randomBytes(2_097_152 + 10);
    await bench.client.publish.send({
      ...{ connection: id, topic: 'big', payloadBase64: base64(payload), qos: 1 },
    });
    const [row] = await rowsOf({ topicFilter: 'big', direction: 'in' }, 1);
    const detail = await bench.client.traffic.detail({ id: row!.id });
    expect(detail).toMatchObject({ payloadCut: true, row: { size: payload.length } });
    const rest = { id: row!.id, offset: 2_097_152, length: 1_000 };
    const { base64: end } = await bench.client.traffic.payload(rest);
    expect(Buffer.from(detail.payloadBase64 + end, 'base64')).toBeDefined();
    expect(
      Buffer.concat([
        Buffer.from(detail.payloadBase64, 'base64'),
        Buffer.from(end, 'base64'),
      ]).equals(payload),
    ).toBe(true);
  });

  it('streams what matches and comes, in order, and counts the rest', async () => {
    const id = await connected();
    const stream = await bench.client.traffic.watch({
      where: { topicFilter: 'live/+', direction: 'in', text: 'yes' },
    });
    expect(await nextOf(stream)).toMatchObject({
      ...{ kind: 'snapshot', seq: 0, rows: [], state: { kind: 'recording' } },
    });
    for (let n = 0; n < 50; n += 1) {
      const payloadBase64 = base64(n % 2 === 0 ? `yes ${n}` : `no ${n}`);
      await bench.client.publish.send({
        ...{ connection: id, topic: `live/${n}`, payloadBase64, qos: 0 },
      });
    }
    const topics: string[] = [];
    let seq = 0;
    while (topics.length < 25) {
      const value = await nextOf(stream);
      expect(value.seq).toBe((seq += 1));
      topics.push(...value.rows.map(({ topic }) => topic).reverse());
    }
    expect(topics).toEqual(Array.from({ length: 25 }, (_, n) => `live/${n * 2}`));
    await stream.return();
    expect(bench.watchers()).toBe(0);
  });

  it.each([{}, { where: { topicFilter: 'counted/#' } }])(
    'sends counts and no row to who asks for none (%o)',
    async (query) => {
      const id = await connected();
      const stream = await bench.client.traffic.watch({ limit: 0, ...query });
      const { counts } = await nextOf(stream);
      for (let n = 0; n < 10; n += 1) {
        await bench.client.publish.send({
          ...{ connection: id, topic: `counted/${n}`, payloadBase64: base64('x'), qos: 0 },
        });
      }
      let skipped = 0;
      for (let seen = counts.captured; seen < counts.captured + 10;) {
        const frame = await nextOf(stream);
        expect(frame.rows).toEqual([]);
        skipped += frame.skipped;
        seen = frame.counts.captured;
      }
      expect(skipped).toBeGreaterThanOrEqual(10);
      await stream.return();
    },
  );

  it('clears for everybody, and goes on counting', async () => {
    const id = await connected();
    await bench.client.publish.send({ connection: id, topic: 'a', payloadBase64: '', qos: 1 });
    await rowsOf({ topicFilter: 'a' }, 2);
    const stream = await bench.client.traffic.watch({});
    await stream.next();
    await bench.client.traffic.clear();
    for (;;) {
      const value = await nextOf(stream);
      if (value.kind !== 'snapshot') continue;
      expect(value).toMatchObject({ rows: [], bounds: { count: 0 } });
      expect(value.counts.evicted).toBeGreaterThan(0);
      break;
    }
    await stream.return();
  });

  it('finds by text, expression and verdict, and lists by number and id', async () => {
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
    await settled(bench);
    const { traffic, filters } = bench.client;
    const issues = await foundIn(bench, { text: updateId, topicFilter: '+/+/+/issue_details' });
    expect(issues.ids).toHaveLength(1);
    expect(issues.end).toMatchObject({ found: 1, complete: true });
    const detail = await traffic.detail({ id: issues.ids[0]! });
    expect(detail).toMatchObject({
      signature: { kind: 'valid', alg: 'EdDSA' },
      manifest: { kind: 'valid', alg: 'EdDSA' },
      schema: { kind: 'fits', message: 'issue_details' },
    });
    const regex = { source: '"progress":\\s*100', ignoreCase: false };
    expect((await foundIn(bench, { regex })).ids.length).toBeGreaterThan(0);
    const valid = await foundIn(bench, { topicFilter: 'vehicle/#', verdicts: ['valid'] });
    expect(valid.ids).toContain(issues.ids[0]);
    expect((await foundIn(bench, { verdicts: ['invalid'] })).ids).toEqual([]);
    const oldest = { order: 'oldest' as const, where: { verdicts: ['valid' as const] } };
    const first = await traffic.page({ ...oldest, limit: 2 });
    expect(first.rows.map(({ id }) => id)).toEqual(valid.ids.slice(0, 2));
    const second = await traffic.page({ ...oldest, limit: 2_000, from: first.next! });
    expect(second.rows.map(({ id }) => id)).toEqual(valid.ids.slice(2));
    expect(second.next).toBeNull();
    const rows = await traffic.rowsOf({ ids: valid.ids.slice(0, 3) });
    expect(rows.map(({ id }) => id)).toEqual(valid.ids.slice(0, 3));
    const at = await traffic.rowsAt({ offset: 2, limit: 3 });
    expect(at.rows.map(({ id }) => id)).toEqual([3, 4, 5].map((n) => n + at.bounds.first - 1));
    expect(await filters.save({ name: 'valid', where: { regex } })).toHaveLength(1);
    expect(await filters.list()).toEqual([{ name: 'valid', where: { regex } }]);
    expect(await filters.remove({ name: 'valid' })).toEqual([]);
    const { topics, total } = await traffic.topics({ prefix: `vehicle/updates/${DEMO_VIN}/` });
    expect(topics).toHaveLength(total);
    expect(topics.find(({ topic }) => topic.endsWith('/status'))).toMatchObject({ count: 1 });
    const { branches } = await traffic.branches({ under: 'vehicle/updates' });
    expect(branches).toMatchObject([{ level: DEMO_VIN, own: null, hasBelow: true, topics: total }]);
  });

  it('tells signed, unsigned and forged messages apart, whatever is done with them', async () => {
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
    await settled(bench);
    const { traffic, publish, capture } = bench.client;
    const valid = await foundIn(bench, { verdicts: ['valid'], topicFilter: '+/+/+/status' });
    const { text } = await traffic.detail({ id: valid.ids[0]! });
    const connection = await connected();
    const topic = `vehicle/updates/${DEMO_VIN}/status`;
    const forged = text!.replace('"Available"', '"Rejected"');
    for (const payload of [forged, '{"status":"Available","version":"1"}', 'no JSON at all', '']) {
      await publish.send({ connection, topic, payloadBase64: base64(payload), qos: 1 });
    }
    const shop = { source: 'shop', direction: 'in' } as const;
    const [first, second] = await rowsOf(shop, 4);
    const of = async (verdicts: Judgement[]): Promise<number[]> =>
      (await foundIn(bench, { ...shop, verdicts })).ids;
    expect(await of(['invalid'])).toEqual([first!.id]);
    expect(await of(['unsigned'])).toEqual([second!.id]);
    expect(await of(['valid'])).toEqual([]);
    expect(await of(['invalid', 'unsigned'])).toEqual([first!.id, second!.id]);

    const where = { ...shop, verdicts: ['invalid' as const] };
    let messages = 0;
    for await (const event of await capture.export({ form: 'ndjson', where })) {
      if (event.kind === 'end') ({ messages } = event);
    }
    expect(messages).toBe(1);
    await bench.client.filters.save({ name: 'forged', where });
    expect(await bench.client.filters.list()).toEqual([{ name: 'forged', where }]);
    const replay = await bench.client.replay.start({ connection, where, speed: null });
    expect(replay.total).toBe(1);
    expect(
      (await rowsOf({ source: 'shop', direction: 'in', text: 'Rejected' }, 2))[1],
    ).toMatchObject({ topic });
    // A stream keeps pace with the traffic, so it judges nothing, and says so.
    await expect(traffic.watch({ where })).rejects.toMatchObject(refusal('BAD_INPUT'));
  });

  it('tells the story of an update', async () => {
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
    await settled(bench);
    const { timeline } = bench.client;
    const story = await vi.waitFor(async () => {
      const [first] = await timeline.list();
      expect(first).toMatchObject({ updateId, vin: DEMO_VIN, outcome: 'completed 100 %' });
      return first!;
    }, 15_000);
    const stream = await timeline.watch({ key: story.key });
    const value = await nextOf(stream);
    const [view] = value.upserts;
    expect(new Set(view!.entries.map(({ step }) => step))).toEqual(
      new Set(['issue', 'status', 'acknowledgment', 'progress', 'result']),
    );
    expect(view!.latencies.map(({ to }) => to)).toContain('result');
    await stream.return();
    await expect(timeline.watch({ key: 'nobody/nothing' })).rejects.toMatchObject(
      refusal('TIMELINE_UNKNOWN'),
    );
  });

  it('keeps a bookmark and its note when everything else goes', async () => {
    const id = await connected();
    await bench.client.publish.send({ connection: id, topic: 'm', payloadBase64: '', qos: 1 });
    const [row] = await rowsOf({ topicFilter: 'm', direction: 'in' }, 1);
    const { traffic } = bench.client;
    await traffic.mark({ id: row!.id, note: 'look here' });
    expect(await rowsOf({ topicFilter: 'm', direction: 'in' }, 1)).toMatchObject([
      { marked: true },
    ]);
    await traffic.clear();
    expect((await traffic.detail({ id: row!.id })).mark).toMatchObject({ note: 'look here' });
    await traffic.unmark({ id: row!.id });
    expect(await traffic.marks()).toEqual([]);
    await expect(traffic.detail({ id: row!.id })).rejects.toMatchObject(refusal('TRAFFIC_GONE'));
  });
});
