import { describe, expect, it } from 'vitest';
import type { BranchView } from '#core/contract';
import { PAGE_ROWS, sparkPoints, topicRows, type Level, type Under } from './topic-rows.ts';
import { createTopicTree } from './topic-tree.ts';

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
const aLevel = (...branches: BranchView[]): Level => ({
  total: branches.length,
  pages: new Map([[0, branches]]),
});
const shown = (rows: ReturnType<typeof topicRows>, from = 0, end = rows.count): unknown[] =>
  Array.from({ length: end - from }, (_, n) => rows.at(from + n)).map((row) =>
    row?.kind === 'branch' ? [row.depth, row.branch.path] : [row?.depth, row?.kind],
  );

describe('the topic tree as a list', () => {
  it('has only what is opened in it', () => {
    const levels = new Map<Under, Level>([
      [null, aLevel(aBranch('a', true), aBranch('b'))],
      ['a', aLevel(aBranch('a/x'), aBranch('a/y'))],
    ]);
    expect(topicRows(levels, new Set()).count).toBe(2);
    expect(shown(topicRows(levels, new Set(['a'])))).toEqual([
      [0, 'a'],
      [1, 'a/x'],
      [1, 'a/y'],
      [0, 'b'],
    ]);
  });

  it('has a row for each topic that is not here yet, and names its page', () => {
    const levels = new Map<Under, Level>([
      [null, { total: 50_000, pages: new Map([[0, [aBranch('a', true)]]]) }],
    ]);
    const rows = topicRows(levels, new Set(['a']));
    expect(rows.count).toBe(50_001);
    expect(shown(rows, 0, 3)).toEqual([
      [0, 'a'],
      [1, 'waits'],
      [0, 'waits'],
    ]);
    expect(rows.pagesOf(1, 2)).toEqual([{ under: 'a', page: 0 }]);
    const last = { under: null, page: 50_000 / PAGE_ROWS - 1 };
    expect(rows.pagesOf(50_000, 50_001)).toEqual([last]);
    expect(rows.pagesOf(0, 50_001)).toHaveLength(50_000 / PAGE_ROWS + 1);
    expect(rows.at(50_001)).toBeUndefined();
  });

  it('holds a topic of thousands of levels', () => {
    const levels = new Map<Under, Level>();
    const opened = new Set<string>();
    let path = 'a';
    levels.set(null, aLevel(aBranch(path, true)));
    for (let depth = 0; depth < 5_000; depth += 1) {
      opened.add(path);
      const below = `${path}/`;
      levels.set(path, aLevel(aBranch(below, depth < 4_999)));
      path = below;
    }
    expect(topicRows(levels, opened).count).toBe(5_001);
  });
});

describe('the topic tree', () => {
  const aTree = (names: () => string[]) => {
    const asked: [Under, number][] = [];
    const tree = createTopicTree({
      ask: async (under, offset, limit) => {
        asked.push([under, offset]);
        const all = under === null ? names() : ['x', 'y'];
        const branches = all
          .slice(offset, offset + limit)
          .map((name) => aBranch(under === null ? name : `${under}/${name}`, under === null));
        return { branches, total: all.length };
      },
      onChange: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    return { tree, asked };
  };
  const numbered = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => String(n).padStart(6, '0'));

  it('goes to the last of a hundred thousand with one question', async () => {
    const names = numbered(100_000);
    const { tree, asked } = aTree(() => names);
    await tree.refresh();
    tree.want(99_990, 100_000);
    await Promise.resolve();
    await Promise.resolve();
    expect(asked).toEqual([
      [null, 0],
      [null, 99_900],
    ]);
    expect(tree.rows().at(99_999)).toMatchObject({ branch: { path: '099999' } });
  });

  it('keeps few pages, however far one scrolls, and those with an opened level', async () => {
    const names = numbered(100_000);
    const { tree, asked } = aTree(() => names);
    await tree.refresh();
    tree.toggle('000001');
    for (let page = 1; page < 100; page += 1) {
      tree.want(page * PAGE_ROWS, page * PAGE_ROWS + 1);
      await Promise.resolve();
      await Promise.resolve();
    }
    asked.length = 0;
    tree.want(0, 30);
    expect(asked).toEqual([['000001', 0]]);
    const known = numbered(1_000).filter((_, n) => tree.rows().at(100 * n)?.kind === 'branch');
    expect(known.length).toBeLessThan(30);
  });

  it('finds an opened level again where topics came before it', async () => {
    let names = ['m', 'n'];
    const { tree } = aTree(() => names);
    await tree.refresh();
    tree.toggle('m');
    tree.want(0, 5);
    await Promise.resolve();
    await Promise.resolve();
    expect(shown(tree.rows())).toEqual([
      [0, 'm'],
      [1, 'm/x'],
      [1, 'm/y'],
      [0, 'n'],
    ]);
    names = ['a', 'm', 'n'];
    await tree.refresh();
    expect(shown(tree.rows()).slice(0, 3)).toEqual([
      [0, 'a'],
      [0, 'm'],
      [1, 'm/x'],
    ]);
  });
});

it('draws a line between the lowest and the highest', () => {
  expect(sparkPoints([0, 5, 10])).toBe('0.0,19.0 50.0,10.0 100.0,1.0');
  expect(sparkPoints([])).toBe('');
});
