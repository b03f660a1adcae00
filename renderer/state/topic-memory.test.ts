import { expect, it } from 'vitest';
import type { BranchView } from '#core/contract';
import type { Level, Under } from './topic-rows.ts';
import { onlyWay } from './topic-memory.ts';

const aBranch = (path: string, hasBelow = false): BranchView => ({
  ...{ level: path.slice(path.lastIndexOf('/') + 1), path, own: null, hasBelow },
  ...{ topics: 1, count: 1, bytes: 1, rate: 0, spark: [], lastAt: 0 },
});

const aLevel = (branches: BranchView[]): Level => ({
  total: branches.length,
  pages: new Map([[0, branches]]),
});

it('opens by itself only as far as there is nothing to choose', () => {
  const levels = new Map<Under, Level>([
    [null, aLevel([aBranch('a', true)])],
    ['a', aLevel([aBranch('a/x', true)])],
    ['a/x', aLevel([aBranch('a/x/1', true), aBranch('a/x/2')])],
  ]);
  expect(onlyWay(new Map(), new Set())).toBeNull();
  expect(onlyWay(levels, new Set())).toBe('a');
  expect(onlyWay(levels, new Set(['a']))).toBe('a/x');
  expect(onlyWay(levels, new Set(['a', 'a/x']))).toBeNull();
});
