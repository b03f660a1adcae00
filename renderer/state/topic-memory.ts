import type { Level, Under } from './topic-rows.ts';

/** What a person has opened in the topic tree; kept while they look at something else. */
export type TopicMemory = {
  /** Paths whose levels below are listed. */
  readonly opened: Set<string>;
  /** They have opened or closed one: from then on nothing opens by itself. */
  touched: boolean;
};

export const topicMemory: TopicMemory = { opened: new Set(), touched: false };

/** Where there is nothing to choose, nobody should have to press. */
export function openOnlyWay(
  levels: ReadonlyMap<Under, Level>,
  { opened, touched }: TopicMemory,
): void {
  if (touched) return;
  for (let path = onlyWay(levels, opened); path !== null; path = onlyWay(levels, opened)) {
    opened.add(path);
  }
}

/** A longer way than this is opened by hand. */
const WAY_LEVELS = 20;

/** The next path to open where each level so far has but one branch; null where one may choose. */
export function onlyWay(
  levels: ReadonlyMap<Under, Level>,
  opened: ReadonlySet<string>,
): string | null {
  let under: Under = null;
  for (let depth = 0; depth < WAY_LEVELS; depth += 1) {
    const level = levels.get(under);
    const [branch] = level?.pages.get(0) ?? [];
    if (level?.total !== 1 || branch?.hasBelow !== true) return null;
    if (!opened.has(branch.path)) return branch.path;
    under = branch.path;
  }
  return null;
}
