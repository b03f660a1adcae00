import type { BranchView } from '#core/contract';

/** What is known of the levels under one path. */
export type Level = {
  readonly branches: readonly BranchView[];
  /** How many there are; those not yet here are asked for when one scrolls to them. */
  readonly total: number;
};

export type TopicRow =
  | {
      readonly kind: 'branch';
      readonly depth: number;
      readonly branch: BranchView;
      readonly isOpen: boolean;
    }
  /** Further ones under `under`, on their way as soon as they are seen. */
  | {
      readonly kind: 'more';
      readonly depth: number;
      readonly under: string | null;
      readonly left: number;
    };

/** Key of the first level, which is under no path; a topic's path may well be empty. */
const ROOT = null;
export type Under = string | null;

/** The tree as a list: only opened levels are in it. */
export function topicRows(
  levels: ReadonlyMap<Under, Level>,
  opened: ReadonlySet<string>,
): TopicRow[] {
  const rows: TopicRow[] = [];
  // A stack instead of recursion: a topic may have 30,000 levels.
  const stack: { under: Under; next: number; depth: number }[] = [
    { under: ROOT, next: 0, depth: 0 },
  ];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { under, depth } = top;
    const level = levels.get(under);
    const branch = level?.branches[top.next];
    if (branch === undefined) {
      const left = level === undefined ? 1 : level.total - level.branches.length;
      if (left > 0) rows.push({ kind: 'more', depth, under, left });
      stack.pop();
      continue;
    }
    top.next += 1;
    const isOpen = branch.hasBelow && opened.has(branch.path);
    rows.push({ kind: 'branch', depth, branch, isOpen });
    if (isOpen) stack.push({ under: branch.path, next: 0, depth: depth + 1 });
  }
  return rows;
}

/** Further branches, behind those that are known. */
export function extend(level: Level | undefined, came: Level): Level {
  const last = level?.branches.at(-1)?.level;
  const fresh = came.branches.filter((branch) => last === undefined || branch.level > last);
  return { branches: [...(level?.branches ?? []), ...fresh], total: came.total };
}

/** Points of a line 100 wide and 20 high, for the `points` of an SVG polyline. */
export function sparkPoints(spark: readonly number[]): string {
  const top = Math.max(1, ...spark);
  const step = spark.length > 1 ? 100 / (spark.length - 1) : 0;
  return spark
    .map((value, at) => `${(at * step).toFixed(1)},${(19 - (value / top) * 18).toFixed(1)}`)
    .join(' ');
}
