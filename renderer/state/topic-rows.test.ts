import { describe, expect, it } from 'vitest';
import type { BranchView } from '#core/contract';
import { extend, sparkPoints, topicRows, type Level, type Under } from './topic-rows.ts';

const aBranch = (path: string, hasBelow = false): BranchView => ({
  level: path.slice(path.lastIndexOf('/') + 1),
  path,
  own: null,
  topics: 1,
  count: 1,
  bytes: 1,
  rate: 0,
  spark: [],
  lastAt: 0,
  hasBelow,
});

describe('the topic tree as a list', () => {
  it('has only what is opened in it', () => {
    const levels = new Map<Under, Level>([
      [null, { branches: [aBranch('a', true), aBranch('b')], total: 2 }],
      ['a', { branches: [aBranch('a/x'), aBranch('a/y')], total: 2 }],
    ]);
    expect(topicRows(levels, new Set())).toHaveLength(2);
    const rows = topicRows(levels, new Set(['a']));
    expect(
      rows.map((row) => (row.kind === 'branch' ? [row.depth, row.branch.path] : 'more')),
    ).toEqual([
      [0, 'a'],
      [1, 'a/x'],
      [1, 'a/y'],
      [0, 'b'],
    ]);
  });

  it('tells where more is to come', () => {
    const levels = new Map<Under, Level>([
      [null, { branches: [aBranch('a', true)], total: 50_000 }],
    ]);
    expect(topicRows(levels, new Set(['a']))).toEqual([
      expect.objectContaining({ kind: 'branch' }),
      { kind: 'more', depth: 1, under: 'a', left: 1 },
      { kind: 'more', depth: 0, under: null, left: 49_999 },
    ]);
  });

  it('holds a topic of thousands of levels', () => {
    const levels = new Map<Under, Level>();
    const opened = new Set<string>();
    let path = 'a';
    levels.set(null, { branches: [aBranch(path, true)], total: 1 });
    for (let depth = 0; depth < 5_000; depth += 1) {
      opened.add(path);
      const below = `${path}/`;
      levels.set(path, { branches: [aBranch(below, depth < 4_999)], total: 1 });
      path = below;
    }
    expect(topicRows(levels, opened)).toHaveLength(5_001);
  });
});

it('appends a page without repeating what is known', () => {
  const first = extend(undefined, { branches: [aBranch('a'), aBranch('b')], total: 3 });
  const both = extend(first, { branches: [aBranch('b'), aBranch('c')], total: 3 });
  expect(both.branches.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
});

it('draws a line between the lowest and the highest', () => {
  expect(sparkPoints([0, 5, 10])).toBe('0.0,19.0 50.0,10.0 100.0,1.0');
  expect(sparkPoints([])).toBe('');
});
