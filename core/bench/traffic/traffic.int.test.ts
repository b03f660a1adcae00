import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type ConnectionDraft,
  type FindEvent,
  type RetainedMessage,
  type TrafficRow,
} from '#core/contract';
import {
  aBench,
  type MosquittoProcess,
  startMosquitto,
  tempDir,
  type TempDir,
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

/** The next of a stream that has not ended. */
async function nextOf<T>(stream: AsyncIterator<T, unknown, void>): Promise<T> {
  const result = await stream.next();
  if (result.done === true) throw new Error('the stream ended');
  return result.value;
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const refusal = (code: string): object => ({ data: { code } });

/** A connection to Mosquitto which captures everything, once it is up. */
async function connected(name = 'shop', more: { production?: boolean } = {}): Promise<string> {
  const { connections } = bench.client;
  const { id } = await connections.add({
    ...{ name, url: mosquitto.url, protocol: 5, user: null, production: false },
    ...{ subscriptions: [{ filter: '#', qos: 2 }] },
    ...more,
  });
  await connections.open({ id });
  await vi.waitFor(async () => {
    const view = (await connections.list()).find((each) => each.id === id);
    expect(view).toMatchObject({ state: 'up', refusals: [] });
  });
  return id;
}

/** Rows that fit, oldest first, once there are as many. */
async function rowsOf(where: object, count: number): Promise<TrafficRow[]> {
  return vi.waitFor(
    async () => {
      const { rows } = await bench.client.traffic.page({ order: 'oldest', limit: 2_000, where });
      expect(rows).toHaveLength(count);
      return rows;
    },
    { timeout: 5_000 },
  );
}

async function found(where: object, more: object = {}): Promise<{ ids: number[]; end: FindEvent }> {
  const ids: number[] = [];
  for await (const event of await bench.client.traffic.find({ where, ...more })) {
    if (event.kind === 'end') return { ids, end: event };
    if (event.kind !== 'ids') continue;
    ids.push(event.first);
    for (const delta of event.deltas) ids.push((ids.at(-1) ?? 0) + delta);
  }
  throw new Error('the stream ended first');
}

async function exported(form: 'ndjson' | 'csv' | 'pcapng', where: object): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const event of await bench.client.capture.export({ form, where })) {
    if (event.kind === 'chunk') pieces.push(Buffer.from(event.base64, 'base64'));
  }
  return Buffer.concat(pieces);
}

async function imported(name: string, bytes: Buffer): Promise<{ imported: number; bad: number }> {
  const { import: incoming } = bench.client.capture;
  const { uploadId } = await incoming.begin({ name });
  for (let offset = 0; offset < bytes.length; offset += 1_000) {
    const piece = bytes.subarray(offset, offset + 1_000);
    await incoming.chunk({ uploadId, offset, base64: piece.toString('base64') });
  }
  return incoming.finish({ uploadId });
}

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
    const { traffic, filters } = bench.client;
    const issues = await found({ text: updateId, topicFilter: '+/+/+/issue_details' });
    expect(issues.ids).toHaveLength(1);
    expect(issues.end).toMatchObject({ found: 1, complete: true });
    const detail = await traffic.detail({ id: issues.ids[0]! });
    expect(detail).toMatchObject({
      signature: { kind: 'valid', alg: 'EdDSA' },
      manifest: { kind: 'valid', alg: 'EdDSA' },
      schema: { kind: 'fits', message: 'issue_details' },
    });
    const regex = { source: '"progress":\\s*100', ignoreCase: false };
    expect((await found({ regex })).ids.length).toBeGreaterThan(0);
    const valid = await found({ topicFilter: 'vehicle/#' }, { verdicts: ['valid'] });
    expect(valid.ids).toContain(issues.ids[0]);
    expect((await found({}, { verdicts: ['invalid'] })).ids).toEqual([]);
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

  it('tells the story of an update', async () => {
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
    const { timeline } = bench.client;
    const story = await vi.waitFor(async () => {
      const [first] = await timeline.list();
      expect(first).toMatchObject({ updateId, vin: DEMO_VIN, outcome: expect.any(String) });
      return first!;
    });
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

describe('files', () => {
  it('brings an exported capture back as it was, and names what is damaged in a file', async () => {
    const id = await connected();
    for (let n = 0; n < 30; n += 1) {
      const payloadBase64 = base64(n % 3 === 0 ? randomBytes(64) : `{"n":${n}}`);
      await bench.client.publish.send({
        ...{ connection: id, topic: `x/${n}`, payloadBase64, qos: 1, retain: n % 2 === 0 },
      });
    }
    const sent = await rowsOf({ topicFilter: 'x/#', direction: 'out' }, 30);
    const file = await exported('ndjson', { topicFilter: 'x/#', direction: 'out' });
    expect(await imported('shop.ndjson', file)).toMatchObject({ imported: 30, bad: 0 });
    const back = await rowsOf({ source: 'import:shop.ndjson' }, 30);
    const shape = ({ topic, qos, retain, size, at, preview }: TrafficRow): object => ({
      ...{ topic, qos, retain, size, at, preview },
    });
    expect(back.map(shape)).toEqual(sent.map(shape));
    expect(await imported('cut', file.subarray(0, file.length - 20))).toMatchObject({
      ...{ imported: 29, bad: 1, faults: [{ line: 31, code: 'LINE_CUT' }] },
    });
    const csv = await exported('csv', { topicFilter: 'x/#', direction: 'out', source: 'shop' });
    expect(csv.toString().trim().split('\r\n')).toHaveLength(31);
    const pcapng = await exported('pcapng', { source: 'shop' });
    expect(pcapng.readUInt32LE(0)).toBe(0x0a0d0d0a);
  });

  it('refuses what is no capture, pieces out of order, and an import that is not there', async () => {
    const { import: incoming } = bench.client.capture;
    await expect(imported('x', Buffer.from('{"a":1}\n{"b":2}\n'))).rejects.toMatchObject(
      refusal('NOT_A_CAPTURE'),
    );
    const { uploadId } = await incoming.begin({ name: 'y' });
    await expect(
      incoming.chunk({ uploadId, offset: 5, base64: base64('abc') }),
    ).rejects.toMatchObject(refusal('IMPORT_OFFSET'));
    expect(await incoming.abort({ uploadId })).toMatchObject({ imported: 0 });
    await expect(incoming.finish({ uploadId })).rejects.toMatchObject(refusal('IMPORT_UNKNOWN'));
  });
});

describe('sending', () => {
  it('fills in variables, tells the answer, and keeps a history and templates over a restart', async () => {
    const id = await connected();
    const { record, answer } = await bench.client.publish.send({
      ...{ connection: id, topic: 'car/{{vin}}', qos: 1, variables: { vin: 'V1' } },
      payloadBase64: base64('{{vin}} {{unknown}} {{n}}'),
    });
    expect(record).toMatchObject({ topic: 'car/V1', outcome: { kind: 'sent' } });
    expect(Buffer.from(record.payloadBase64, 'base64').toString()).toBe('V1 {{unknown}} 1');
    expect(answer).toMatchObject({ packet: 'PUBACK' });
    const template = {
      ...{ name: 'one', topic: 't', payload: '{}', retain: false, properties: null },
      qos: 0 as const,
    };
    await bench.client.publish.saveTemplate(template);
    await bench.close();
    bench = await aBench(folder.join('workspace'));
    expect(await bench.client.publish.history()).toEqual([record]);
    expect(await bench.client.publish.templates()).toEqual([template]);
    expect(await bench.client.publish.removeTemplate({ name: 'one' })).toEqual([]);
  });

  it('sends over a production connection only when its name confirms it', async () => {
    const id = await connected('plant', { production: true });
    const send = { connection: id, topic: 'a', payloadBase64: '', qos: 1 } as const;
    const { publish, replay, retained } = bench.client;
    const needed = refusal('CONFIRMATION_NEEDED');
    await expect(publish.send(send)).rejects.toMatchObject(needed);
    await expect(publish.send({ ...send, confirm: 'yes' })).rejects.toMatchObject(needed);
    await expect(replay.start({ connection: id })).rejects.toMatchObject(needed);
    await expect(
      (async () => (await retained.delete({ connection: id, filter: '#', expect: 0 })).next())(),
    ).rejects.toMatchObject(needed);
    await publish.send({ ...send, confirm: 'plant' });
  });

  it('refuses connections that cannot be, and sending where nothing is open', async () => {
    const { connections, publish, retained } = bench.client;
    const draft: ConnectionDraft = {
      ...{ name: 'one', url: 'mqtt://127.0.0.1:9', user: null, production: false },
      ...{ protocol: 4, subscriptions: [] },
    };
    const faults: [Partial<ConnectionDraft>, string][] = [
      [{ url: 'http://x' }, 'BAD_INPUT'],
      [{ url: 'mqtt://user:secret@host' }, 'BAD_INPUT'],
      [{ name: 'broker' }, 'CONNECTION_NAME_TAKEN'],
      [{ subscriptions: [{ filter: 'a/#/b', qos: 0 }] }, 'FILTER_SYNTAX'],
      [{ caPem: 'nonsense' }, 'BAD_INPUT'],
    ];
    for (const [more, code] of faults) {
      await expect(connections.add({ ...draft, ...more })).rejects.toMatchObject(refusal(code));
    }
    const { id } = await connections.add(draft);
    await expect(connections.add(draft)).rejects.toMatchObject(refusal('CONNECTION_NAME_TAKEN'));
    const send = { topic: 'a', payloadBase64: '', qos: 1 } as const;
    await expect(publish.send({ connection: id, ...send })).rejects.toMatchObject(
      refusal('CONNECTION_DOWN'),
    );
    await expect(publish.send({ connection: 'own', ...send })).rejects.toMatchObject(
      refusal('BROKER_OFF'),
    );
    await expect(
      (async () => (await retained.list({ connection: 'nobody' })).next())(),
    ).rejects.toMatchObject(refusal('CONNECTION_UNKNOWN'));
    await connections.open({ id });
    await vi.waitFor(async () => {
      const view = (await connections.list()).find((each) => each.id === id);
      expect(view).toMatchObject({ state: 'lost', refusals: [{ code: 'CONNECTION_REFUSED' }] });
    });
    await connections.remove({ id });
    expect((await connections.list()).map(({ name }) => name)).toEqual(['own broker']);
  });

  it('keeps a password in the vault and nowhere else', async () => {
    const { connections } = bench.client;
    const view = await connections.add({
      ...{ name: 'one', url: mosquitto.url, protocol: 4, user: 'me', password: 'pass-word-123' },
      ...{ production: false, subscriptions: [] },
    });
    expect(view).toMatchObject({ hasPassword: true });
    expect(JSON.stringify(await connections.list())).not.toContain('pass-word-123');
  });

  it('lists and deletes what is retained, only what was shown', async () => {
    const id = await connected();
    for (let n = 0; n < 40; n += 1) {
      await bench.client.publish.send({
        ...{ connection: id, topic: `keep/${n}`, payloadBase64: base64(`v${n}`), retain: true },
        qos: 1,
      });
    }
    const listed = async (filter: string): Promise<RetainedMessage[]> => {
      const all: RetainedMessage[] = [];
      for await (const event of await bench.client.retained.list({ connection: id, filter })) {
        if (event.kind === 'batch') all.push(...event.messages);
      }
      return all;
    };
    expect(await listed('keep/#')).toHaveLength(40);
    const wrong = await bench.client.retained.delete({
      ...{ connection: id, filter: 'keep/#', expect: 39 },
    });
    await expect(wrong.next()).rejects.toMatchObject(refusal('RETAINED_CHANGED'));
    const events = await bench.client.retained.delete({
      ...{ connection: id, filter: 'keep/+', expect: 40 },
    });
    for await (const event of events) {
      if (event.kind === 'end') expect(event).toMatchObject({ deleted: 40, failed: 0, total: 40 });
    }
    expect(await listed('keep/#')).toEqual([]);
  });

  it('replays a recorded demo onto Mosquitto, and what is recorded there is the same', async () => {
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
    const where = { topicFilter: 'vehicle/#', source: 'broker', kinds: ['publish' as const] };
    const { ids } = await found(where);
    const original = await rowsOf(where, ids.length);
    const id = await connected();
    const started = await bench.client.replay.start({ connection: id, where, speed: null });
    for await (const frame of await bench.client.replay.watch()) {
      const view = frame.upserts.find(({ replayId }) => replayId === started.replayId);
      if (view?.outcome == null) continue;
      expect(view).toMatchObject({ outcome: { kind: 'finished' }, sent: ids.length, refused: 0 });
      break;
    }
    const again = await rowsOf(
      { topicFilter: 'vehicle/#', source: 'shop', direction: 'out' },
      ids.length,
    );
    const heard = await rowsOf(
      { topicFilter: 'vehicle/#', source: 'shop', direction: 'in' },
      ids.length,
    );
    const shape = ({ topic, qos, size, preview }: TrafficRow): object => ({
      ...{ topic, qos, size, preview },
    });
    expect(again.map((row) => ({ ...shape(row), retain: row.retain }))).toEqual(
      original.map((row) => ({ ...shape(row), retain: row.retain })),
    );
    // A broker tells a subscriber that was there already without the retain flag (MQTT-3.3.1-9).
    expect(heard.map(shape)).toEqual(original.map(shape));
  });

  it('pauses, goes on and stops a replay, rewrites its topics, and refuses what cannot be', async () => {
    const id = await connected();
    for (let n = 0; n < 20; n += 1) {
      await bench.client.publish.send({
        ...{ connection: id, topic: `from/${n}`, payloadBase64: base64(`${n}`), qos: 0 },
      });
    }
    await rowsOf({ topicFilter: 'from/#', direction: 'out' }, 20);
    const { replay } = bench.client;
    const wanted = { connection: id, where: { topicFilter: 'from/#', direction: 'out' as const } };
    const rewrite = [{ pattern: 'from/+', template: 'to/{1}' }];
    const { replayId } = await replay.start({ ...wanted, speed: 0.01, rewrite });
    await expect(replay.start(wanted)).rejects.toMatchObject(refusal('CONNECTION_BUSY'));
    expect(await replay.pause({ replayId })).toMatchObject({ state: 'paused' });
    expect(await replay.resume({ replayId })).toMatchObject({ state: 'running' });
    expect(await replay.stop({ replayId })).toMatchObject({
      ...{ state: 'ended', outcome: { kind: 'stopped' } },
    });
    const whole = await replay.start({ ...wanted, speed: null, rewrite });
    await vi.waitFor(async () => {
      const { rows } = await bench.client.traffic.page({
        where: { topicFilter: 'to/19', source: 'shop', direction: 'in' },
      });
      expect(rows.length).toBeGreaterThan(0);
    });
    expect(whole.total).toBe(20);
    const bad = [{ pattern: 'a/#/b', template: 'x' }];
    await expect(replay.start({ ...wanted, rewrite: bad })).rejects.toMatchObject(
      refusal('REWRITE_INVALID'),
    );
    await expect(replay.stop({ replayId: 'nobody' })).rejects.toMatchObject(
      refusal('REPLAY_UNKNOWN'),
    );
  });
});

describe('bad input', () => {
  it('refuses filters and expressions that are none', async () => {
    const { traffic } = bench.client;
    const first = (where: object): Promise<unknown> => traffic.find({ where });
    await expect(first({ topicFilter: 'a/#/b' })).rejects.toMatchObject(refusal('FILTER_SYNTAX'));
    await expect(first({ regex: { source: '(' } })).rejects.toMatchObject(refusal('REGEX_SYNTAX'));
    await expect(traffic.watch({ filter: '#x' })).rejects.toMatchObject(refusal('FILTER_SYNTAX'));
    await expect(traffic.diff({ id: 77 })).rejects.toMatchObject(refusal('TRAFFIC_GONE'));
    await expect(traffic.mark({ id: 77 })).rejects.toMatchObject(refusal('MESSAGE_GONE'));
    await expect(traffic.series({ topic: 'a/+', path: '' })).rejects.toMatchObject(
      refusal('TOPIC_SYNTAX'),
    );
    expect(bench.watchers()).toBe(0);
  });

  it('sets a foreign capture aside, says so, and records into a new one', async () => {
    await bench.close();
    for (const end of ['', '-wal', '-shm']) {
      await rm(folder.join('workspace', `traffic.db${end}`), { force: true });
    }
    await writeFile(folder.join('workspace', 'traffic.db'), randomBytes(8_192));
    bench = await aBench(folder.join('workspace'));
    const stream = await bench.client.traffic.watch({});
    const value = await nextOf(stream);
    expect(value).toMatchObject({ state: { kind: 'recording' }, rows: [] });
    expect(value.notices).toMatchObject([{ code: 'CAPTURE_DAMAGED' }]);
    await stream.return();
  });

  it('runs on without recording where the capture cannot be opened, and says why', async () => {
    await bench.close();
    await rm(folder.join('workspace', 'traffic.db'), { force: true });
    const file = folder.join('workspace', 'traffic.db');
    await mkdir(file);
    bench = await aBench(folder.join('workspace'));
    const value = await nextOf(await bench.client.traffic.watch({}));
    if (value.state.kind === 'recording') {
      expect(value.notices).not.toEqual([]);
      return;
    }
    const { roles } = await bench.client.bench.start({ roles: ['broker'] });
    expect(roles.broker.kind).toBe('on');
    await expect(bench.client.traffic.detail({ id: 1 })).rejects.toMatchObject(
      refusal(value.state.refusal.code),
    );
  });
});
