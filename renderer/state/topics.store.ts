import { create } from 'zustand';
import type { Level, Under } from './topic-rows.ts';

type TopicsStore = {
  /** Paths whose levels below are listed; kept while one looks at something else. */
  opened: ReadonlySet<string>;
  /** A person has opened or closed one: from then on nothing opens by itself. */
  touched: boolean;
};

export const useTopics = create<TopicsStore>()(() => ({ opened: new Set(), touched: false }));

export function toggleTopic(path: string): void {
  const opened = new Set(useTopics.getState().opened);
  if (!opened.delete(path)) opened.add(path);
  useTopics.setState({ opened, touched: true });
}

/** Where there is nothing to choose, nobody should have to press. */
export function openOnlyWay(levels: ReadonlyMap<Under, Level>): void {
  const { opened, touched } = useTopics.getState();
  const path = touched ? null : onlyWay(levels, opened);
  if (path !== null) useTopics.setState({ opened: new Set(opened).add(path) });
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
    const [branch] = level?.branches ?? [];
    if (level?.total !== 1 || branch?.hasBelow !== true) return null;
    if (!opened.has(branch.path)) return branch.path;
    under = branch.path;
  }
  return null;
}
