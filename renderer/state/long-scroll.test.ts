import { describe, expect, it } from 'vitest';
import {
  noScroll,
  onBar,
  RANGE_LIMIT_PX,
  rangePx,
  resized,
  seated,
  topLimit,
  toRow,
  toTop,
  windowOf,
  type LongScroll,
} from './long-scroll.ts';

const of = (rows: number): LongScroll => ({ ...noScroll, rows, rowPx: 26, viewPx: 520 });

describe('a list that fits into the range', () => {
  it('moves with the bar, pixel for pixel', () => {
    const scroll = onBar(of(1_000), 1_300);
    expect(scroll.top).toBe(1_300);
    expect(windowOf(scroll)).toEqual({ first: 50, end: 70, offsetPx: 0 });
  });

  it('shows parts of rows at both edges', () => {
    expect(windowOf(onBar(of(1_000), 13))).toEqual({ first: 0, end: 21, offsetPx: -13 });
  });

  it('is whole in view when it is short', () => {
    expect(rangePx(of(3))).toBe(520);
    expect(windowOf(of(3))).toEqual({ first: 0, end: 3, offsetPx: 0 });
    expect(windowOf(of(0))).toEqual({ first: 0, end: 0, offsetPx: 0 });
  });
});

describe('ten million rows', () => {
  const long = of(10_000_000);

  it('never asks the browser for more than the range', () => {
    expect(rangePx(long)).toBe(RANGE_LIMIT_PX);
  });

  it('reaches the first and the last row with the bar at its ends', () => {
    const end = onBar(long, RANGE_LIMIT_PX - 520);
    expect(windowOf(end).end).toBe(10_000_000);
    expect(end.top).toBe(topLimit(long));
    expect(onBar(end, 0).top).toBe(0);
  });

  it('moves by a wheel as every list does, and by the bar in shares', () => {
    const middle = onBar(long, 4_000_000);
    expect(middle.top / topLimit(long)).toBeCloseTo(0.5, 3);
    expect(onBar(middle, 4_000_100).top - middle.top).toBe(100);
    expect(onBar(middle, 4_010_000).top - middle.top).toBeGreaterThan(300_000);
  });

  it('seats the bar anew without moving what is seen', () => {
    let scroll = onBar(long, 4_000_000);
    for (let turn = 1; turn <= 50; turn += 1) scroll = onBar(scroll, 4_000_000 + turn * 100);
    const put = seated(scroll);
    expect(put.top).toBe(scroll.top);
    expect(put.barTop).toBeLessThan(scroll.barTop);
  });

  it('can show every single row', () => {
    for (const row of [0, 1, 4_999_999, 5_000_000, 9_999_998, 9_999_999]) {
      const { first, end } = windowOf(toTop(long, row * 26));
      expect(row).toBeGreaterThanOrEqual(first);
      expect(row).toBeLessThan(end);
    }
  });
});

it('brings a row into view by the shortest way, and leaves one that is seen', () => {
  const scroll = toTop(of(1_000), 2_600);
  expect(toRow(scroll, 105)).toBe(scroll);
  expect(toRow(scroll, 99).top).toBe(99 * 26);
  expect(toRow(scroll, 130).top).toBe(131 * 26 - 520);
});

it('keeps its place when rows are added, and ends with the list when rows leave', () => {
  const scroll = toTop(of(1_000), 2_600);
  expect(resized(scroll, { rows: 2_000 }).top).toBe(2_600);
  expect(resized(scroll, { rows: 50 }).top).toBe(50 * 26 - 520);
});
