import { describe, expect, it } from 'vitest';
import type { TrafficRow } from '#core/contract';
import { createMessageList, type MessageList } from './message-list.ts';

const aRow = (id: number): TrafficRow => ({
  id,
  at: id,
  monotonicUs: id,
  source: 'broker',
  direction: null,
  clientId: 'c',
  topic: 't',
  qos: 0,
  retain: false,
  dup: false,
  size: 1,
  preview: '',
  cut: false,
  kind: 'publish',
  code: null,
  aclLine: null,
  marked: false,
});
const rows = (first: number, last: number): TrafficRow[] =>
  Array.from({ length: last - first + 1 }, (_, i) => aRow(last - i));
const bounds = (first: number, last: number): { first: number; last: number; count: number } => ({
  first,
  last,
  count: last - first + 1,
});

function setUp(): { list: MessageList; asked: number[][] } {
  const asked: number[][] = [];
  const list = createMessageList({
    rowsOf: async (ids) => {
      asked.push(ids);
      return ids.map(aRow);
    },
    onChange: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  return { list, asked };
}

const shown = (list: MessageList, first: number, end: number): (number | undefined)[] =>
  Array.from({ length: end - first }, (_, i) => list.rowAt(first + i)?.id);

describe('everything', () => {
  it('shows the newest of ten million from what the stream told, asking for nothing', () => {
    const { list, asked } = setUp();
    list.take(rows(9_999_901, 10_000_000), bounds(1, 10_000_000), 0);
    list.want(0, 40);
    expect(list.count).toBe(10_000_000);
    expect(shown(list, 0, 3)).toEqual([10_000_000, 9_999_999, 9_999_998]);
    expect(asked).toEqual([]);
  });

  it('fetches what is scrolled to, and only that', async () => {
    const { list, asked } = setUp();
    list.take(rows(9_999_901, 10_000_000), bounds(1, 10_000_000), 0);
    list.want(5_000_000, 5_000_040);
    expect(list.rowAt(5_000_000)).toBeUndefined();
    await expect.poll(() => shown(list, 5_000_000, 5_000_002)).toEqual([5_000_000, 4_999_999]);
    expect(asked.flat().length).toBeLessThanOrEqual(256);
  });

  it('turns round', () => {
    const { list } = setUp();
    list.take(rows(1, 50), bounds(1, 50), 0);
    list.setOrder('oldest');
    expect(shown(list, 0, 2)).toEqual([1, 2]);
    expect(list.indexOf(50)).toBe(49);
  });

  it('stands still while held and counts what waits', () => {
    const { list } = setUp();
    list.take(rows(1, 50), bounds(1, 50), 0);
    list.holdAt('button');
    list.take(rows(51, 90), bounds(1, 90), 0);
    expect([list.count, list.waiting, list.rowAt(0)?.id]).toEqual([50, 40, 50]);
    list.release();
    expect([list.count, list.waiting, list.rowAt(0)?.id]).toEqual([90, 0, 90]);
  });

  it('lists nothing that was not told yet, and nothing after it was cleared', () => {
    const { list } = setUp();
    list.take(rows(1, 50), bounds(1, 70), 0);
    expect([list.count, list.rowAt(0)?.id]).toEqual([50, 50]);
    list.take([], { first: 71, last: 70, count: 0 }, 0);
    expect(list.count).toBe(0);
  });

  it('goes on beside retention', () => {
    const { list } = setUp();
    list.take(rows(1, 50), bounds(1, 50), 0);
    list.take(rows(51, 60), bounds(31, 60), 0);
    expect(list.count).toBe(30);
    expect(list.idAt(29)).toBe(31);
    expect(list.indexOf(31)).toBe(29);
  });

  it('asks again for a page that ended early', async () => {
    const { list } = setUp();
    list.setOrder('oldest');
    list.take([], bounds(0, 9), 0);
    list.want(0, 10);
    await expect.poll(() => list.rowAt(9)?.id).toBe(9);
    list.take([], bounds(0, 19), 0);
    list.want(0, 20);
    await expect.poll(() => list.rowAt(19)?.id).toBe(19);
  });
});

describe('what was found', () => {
  it('lists found ids and what comes after them', async () => {
    const { list } = setUp();
    list.begin('found');
    expect(list.missingAfter).toBe(-1);
    list.take([], bounds(1, 1_000), 0);
    list.takeIds([10, 20, 30]);
    list.searched(1_000);
    expect(list.missingAfter).toBeNull();
    list.take([aRow(1_005)], bounds(1, 1_010), 0);
    expect(list.count).toBe(4);
    list.want(0, 4);
    await expect.poll(() => shown(list, 0, 4)).toEqual([1_005, 30, 20, 10]);
  });

  it('knows that it misses something when the stream left rows out, and shows the newest', () => {
    const { list } = setUp();
    list.begin('found');
    list.searched(0);
    list.take([aRow(5)], bounds(1, 5), 0);
    list.take([aRow(50)], bounds(1, 50), 7);
    expect(list.missingAfter).toBe(5);
    expect(shown(list, 0, 2)).toEqual([50, 5]);
    list.takeIds([10, 20, 50]);
    list.searched(50);
    expect(list.count).toBe(4);
    expect(list.missingAfter).toBeNull();
  });

  it('forgets what left the capture', () => {
    const { list } = setUp();
    list.begin('found');
    list.takeIds([10, 20, 30]);
    list.searched(40);
    list.take([], bounds(15, 40), 0);
    expect(list.count).toBe(2);
    expect(list.idAt(1)).toBe(20);
  });
});
