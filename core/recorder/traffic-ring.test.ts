import { expect, it } from 'vitest';
import { TrafficRow } from '#core/contract';
import { fixedClock } from '#core/testing';
import { createTrafficRing, type RowBatch, type TrafficEvent, type TrafficRing } from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function aPublish(topic: string, payload = '{}'): TrafficEvent {
  return {
    kind: 'publish',
    at: 1,
    clientId: 'ota-backend',
    topic,
    payload: bytes(payload),
    qos: 1,
  };
}

function ids(rows: TrafficRow[]): number[] {
  return rows.map(({ id }) => id);
}

/** Lets the sleepers woken by `advance` run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('gives rows newest first, filtered and limited, as the contract describes them', () => {
  const ring = createTrafficRing({ clock: fixedClock() });
  for (const topic of ['v/1/status', 'v/2/status', 'v/1/progress', 'v/3/status']) {
    ring.add(aPublish(topic));
  }
  expect(ids(ring.rows('#', 10))).toEqual([3, 2, 1, 0]);
  expect(ids(ring.rows('v/+/status', 10))).toEqual([3, 1, 0]);
  expect(ids(ring.rows('v/+/status', 2))).toEqual([3, 1]);
  const [row] = ring.rows('v/1/progress', 1);
  expect(TrafficRow.parse(row)).toEqual(row);
  expect(row).toMatchObject({ topic: 'v/1/progress', size: 2, preview: '{}', qos: 1, dup: false });
});

it('shows events without a topic, and topics of the broker itself, only where nothing is filtered', () => {
  const ring = createTrafficRing({ clock: fixedClock() });
  ring.add({ kind: 'refused', at: 1, clientId: 'stranger', detail: 'bad password\u0007' });
  ring.add(aPublish('$SYS/uptime'));
  expect(ids(ring.rows('#', 10))).toEqual([1, 0]);
  expect(ring.rows('#', 10)[1]).toMatchObject({ kind: 'refused', preview: 'bad password\\u{7}' });
  expect(ring.rows('+/#', 10)).toEqual([]);
  expect(() => ring.rows('a/#/b', 1)).toThrow(expect.objectContaining({ code: 'FILTER_SYNTAX' }));
});

it('holds no more messages than it may and counts each that leaves', () => {
  const ring = createTrafficRing({ clock: fixedClock(), capacity: { messages: 3 } });
  for (let n = 0; n < 10; n += 1) ring.add(aPublish(`t/${n}`));
  expect(ring.counts()).toEqual({ seen: 10, held: 3, evicted: 7 });
  expect(ids(ring.rows('#', 10))).toEqual([9, 8, 7]);
  expect(ring.detail(6)).toBeNull();
  expect(ring.detail(7)).not.toBeNull();
});

it('holds no more bytes than it may, but always the newest', () => {
  const ring = createTrafficRing({ clock: fixedClock(), capacity: { bytes: 10_000 } });
  for (let n = 0; n < 10; n += 1) ring.add(aPublish('t', 'x'.repeat(3_000)));
  expect(ring.counts()).toEqual({ seen: 10, held: 3, evicted: 7 });
  ring.add(aPublish('t', 'x'.repeat(60_000)));
  expect(ring.counts()).toEqual({ seen: 11, held: 1, evicted: 10 });
});

it('gives the whole payload, exactly, also when it is no text', () => {
  const ring = createTrafficRing({ clock: fixedClock() });
  const buffer = new Uint8Array([1, 0xff, 0xfe, 2]);
  const whole = bytes('\ufeff{"ä":1}');
  ring.add({ ...aPublish('t'), payload: buffer.subarray(1, 3) });
  ring.add({ ...aPublish('t'), payload: whole });
  buffer.fill(0);
  expect(ring.detail(0)).toMatchObject({ payloadBase64: '//4=', text: null, row: { size: 2 } });
  expect(ring.detail(1)?.text).toBe('\ufeff{"ä":1}');
  expect(ring.detail(2)).toBeNull();
  expect(ring.detail(-1)).toBeNull();
});

it('clears the window and goes on counting', () => {
  const ring = createTrafficRing({ clock: fixedClock() });
  ring.add(aPublish('t'));
  ring.add(aPublish('t'));
  expect(ring.clear()).toEqual({ seen: 2, held: 0, evicted: 2 });
  expect(ring.rows('#', 10)).toEqual([]);
  ring.add(aPublish('t'));
  expect(ids(ring.rows('#', 10))).toEqual([2]);
});

function watching(filter: string): {
  ring: TrafficRing;
  batches: RowBatch[];
  undo: () => void;
  pass: (ms: number) => Promise<void>;
} {
  const clock = fixedClock();
  const ring = createTrafficRing({ clock });
  const batches: RowBatch[] = [];
  const undo = ring.onRows(filter, (batch) => batches.push(batch));
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settled();
  };
  return { ring, batches, undo, pass };
}

it('gathers matching rows into at most 20 batches a second', async () => {
  const { ring, batches, pass } = watching('a/#');
  for (let n = 0; n < 10; n += 1) {
    ring.add(aPublish('a/b'));
    ring.add(aPublish('c'));
    await pass(10);
  }
  await pass(50);
  expect(batches).toHaveLength(2);
  expect(batches.map(({ rows }) => ids(rows))).toEqual([
    [8, 6, 4, 2, 0],
    [18, 16, 14, 12, 10],
  ]);
  expect(batches[0]).toMatchObject({ skipped: 0, counts: { held: 10 } });
  await pass(1_000);
  expect(batches).toHaveLength(2);
});

it('keeps the newest of a flood and counts every other', async () => {
  const { ring, batches, pass } = watching('#');
  for (let n = 0; n < 1_234; n += 1) ring.add(aPublish('t'));
  await pass(50);
  expect(batches).toHaveLength(1);
  const [batch] = batches;
  expect(batch?.rows).toHaveLength(500);
  expect(batch?.skipped).toBe(734);
  expect(ids(batch?.rows ?? [])).toEqual(Array.from({ length: 500 }, (_, n) => 1_233 - n));
});

it('says nothing more once undone or closed', async () => {
  const { ring, batches, undo, pass } = watching('#');
  ring.add(aPublish('t'));
  undo();
  await pass(100);
  expect(batches).toEqual([]);
  ring.onRows('#', (batch) => batches.push(batch));
  ring.add(aPublish('t'));
  await ring.close();
  await pass(100);
  expect(batches).toEqual([]);
});

it('a reader that fails is told of, and neither stops the others nor itself', async () => {
  const clock = fixedClock();
  const told: unknown[] = [];
  const ring = createTrafficRing({
    clock,
    log: (level, message, detail) => told.push([level, message, detail]),
  });
  const batches: RowBatch[] = [];
  const failure = new Error('the window is gone');
  ring.onRows('#', () => {
    throw failure;
  });
  ring.onRows('#', (batch) => batches.push(batch));
  for (const expected of [1, 2]) {
    ring.add(aPublish('t'));
    clock.advance(50);
    await settled();
    expect(batches).toHaveLength(expected);
    expect(told).toHaveLength(expected);
  }
  expect(told[0]).toEqual(['error', 'a reader of the traffic failed', { error: failure }]);
});

it('counts 20,000 messages that came between two batches, with two readers', () => {
  const { ring } = watching('#');
  ring.onRows('vehicle/updates/+/progress', () => undefined);
  const payload = 'x'.repeat(300);
  for (let n = 0; n < 20_000; n += 1) ring.add(aPublish('vehicle/updates/VIN1/progress', payload));
  expect(ring.counts().seen).toBe(20_000);
});
