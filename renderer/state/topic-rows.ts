import type { BranchView } from '#core/contract';

/** Branches are asked for and kept by so many. */
export const PAGE_ROWS = 100;

/** Path of the levels above; null for the first level: a topic's path may well be empty. */
export type Under = string | null;

/** What is known of the levels under one path. */
export type Level = {
  /** How many there are. */
  readonly total: number;
  /** Those that were looked at, by page. */
  readonly pages: ReadonlyMap<number, readonly BranchView[]>;
};

export type TopicRow =
  | {
      readonly kind: 'branch';
      readonly depth: number;
      readonly branch: BranchView;
      readonly isOpen: boolean;
    }
  /** On its way as soon as it is seen. */
  | { readonly kind: 'waits'; readonly depth: number };

export type Page = { readonly under: Under; readonly page: number };

/** The tree as a list: only opened levels are in it. */
export type TopicRows = {
  readonly count: number;
  at(index: number): TopicRow | undefined;
  /** Pages which hold the rows from `first` up to, not including, `end`. */
  pagesOf(first: number, end: number): Page[];
};

/** Rows of one level that stand together: an opened branch ends a run. */
type Run = {
  readonly under: Under;
  readonly depth: number;
  /** Place of the first one in its level, and in the list. */
  readonly from: number;
  readonly start: number;
  readonly count: number;
};

/** A level that nobody has answered for yet shows one row that waits. */
const UNKNOWN: Level = { total: 1, pages: new Map() };

export function topicRows(
  levels: ReadonlyMap<Under, Level>,
  opened: ReadonlySet<string>,
): TopicRows {
  const runs: Run[] = [];
  let count = 0;
  // A stack instead of recursion: a topic may have 30,000 levels.
  const enter = (under: Under, depth: number): Visit => {
    const level = levels.get(under) ?? UNKNOWN;
    return { under, depth, next: 0, total: level.total, open: openedIn(level, opened) };
  };
  const stack: Visit[] = [enter(null, 0)];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { under, depth, next, total } = top;
    const open = top.open.shift();
    const end = open === undefined ? total : open.index + 1;
    if (end > next) {
      runs.push({ under, depth, from: next, start: count, count: end - next });
      count += end - next;
    }
    if (open === undefined) stack.pop();
    else {
      top.next = end;
      stack.push(enter(open.path, depth + 1));
    }
  }

  const runAt = (index: number): Run | undefined => {
    let [low, high] = [0, runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((runs[middle]?.start ?? 0) <= index) low = middle + 1;
      else high = middle;
    }
    return runs[low - 1];
  };
  return {
    count,
    at(index) {
      const run = index < count ? runAt(index) : undefined;
      if (!run) return undefined;
      const place = run.from + index - run.start;
      const page = levels.get(run.under)?.pages.get(Math.floor(place / PAGE_ROWS));
      const branch = page?.[place % PAGE_ROWS];
      if (!branch) return { kind: 'waits', depth: run.depth };
      const isOpen = branch.hasBelow && opened.has(branch.path);
      return { kind: 'branch', depth: run.depth, branch, isOpen };
    },
    pagesOf(first, end) {
      const pages: Page[] = [];
      for (let index = first; index < Math.min(end, count);) {
        const run = runAt(index);
        if (!run) break;
        const place = run.from + index - run.start;
        const page = Math.floor(place / PAGE_ROWS);
        const known = pages.some((each) => each.under === run.under && each.page === page);
        if (!known) pages.push({ under: run.under, page });
        // On to the next page, or the next run.
        index += Math.min(PAGE_ROWS - (place % PAGE_ROWS), run.start + run.count - index);
      }
      return pages;
    },
  };
}

type Visit = {
  readonly under: Under;
  readonly depth: number;
  readonly total: number;
  readonly open: Opened[];
  next: number;
};
type Opened = { readonly index: number; readonly path: string };

/** Where the opened ones among the known branches of a level are, in order. */
export function openedIn({ pages, total }: Level, opened: ReadonlySet<string>): Opened[] {
  const found: Opened[] = [];
  if (opened.size === 0) return found;
  for (const [page, branches] of pages) {
    for (const [n, { path, hasBelow }] of branches.entries()) {
      const index = page * PAGE_ROWS + n;
      if (hasBelow && index < total && opened.has(path)) found.push({ index, path });
    }
  }
  found.sort((a, b) => a.index - b.index);
  // While topics come, one may stand on two pages that were read at different times.
  const seen = new Set<string>();
  return found.filter(({ path }) => !seen.has(path) && seen.add(path));
}

/** Points of a line 100 wide and 20 high, for the `points` of an SVG polyline. */
export function sparkPoints(spark: readonly number[]): string {
  const top = Math.max(1, ...spark);
  const step = spark.length > 1 ? 100 / (spark.length - 1) : 0;
  return spark
    .map((value, at) => `${(at * step).toFixed(1)},${(19 - (value / top) * 18).toFixed(1)}`)
    .join(' ');
}
