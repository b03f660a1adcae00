import type { BranchView } from '#core/contract';
import { openOnlyWay, type TopicMemory } from './topic-memory.ts';
import {
  openedIn,
  PAGE_ROWS,
  topicRows,
  type Level,
  type Page,
  type TopicRows,
  type Under,
} from './topic-rows.ts';

/** Of one level. What is seen and what is opened stays beyond that. */
const PAGES_KEPT = 20;
/** At once on their way; who pulls the bar past hundreds of pages asks for few of them. */
const REQUESTS_LIMIT = 2;

export type TopicTreeOptions = {
  readonly ask: (
    under: Under,
    offset: number,
    limit: number,
  ) => Promise<{ branches: readonly BranchView[]; total: number }>;
  /** Left out: a tree that nothing is opened in. */
  readonly memory?: TopicMemory;
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
};

/** The topic tree as far as it is looked at: its size does not matter to the window. */
export interface TopicTree {
  /** The same object until something changes. */
  readonly rows: () => TopicRows;
  readonly toggle: (path: string) => void;
  /** Rows that are seen; what is missing of them is asked for. */
  want(first: number, end: number): void;
  /** Reads anew what is seen, and where the opened ones stand. @throws what `ask` rejects with */
  refresh(): Promise<void>;
}

export function createTopicTree({
  ask,
  memory = { opened: new Set(), touched: true },
  onChange,
  onError,
}: TopicTreeOptions): TopicTree {
  const levels = new Map<Under, Level>();
  const { opened } = memory;
  const underway = new Set<string>();
  let wanted: Page[] = [{ under: null, page: 0 }];
  let rows = topicRows(levels, opened);

  const changed = (): void => {
    openOnlyWay(levels, memory);
    rows = topicRows(levels, opened);
    onChange();
  };
  const isKnown = ({ under, page }: Page): boolean => levels.get(under)?.pages.has(page) === true;
  const isWanted = ({ under, page }: Page): boolean =>
    wanted.some((each) => each.under === under && each.page === page);
  const pagesOpened = (under: Under): Set<number> => {
    const level = levels.get(under);
    const places = level ? openedIn(level, opened) : [];
    return new Set(places.map(({ index }) => Math.floor(index / PAGE_ROWS)));
  };
  const put = (
    { under, page }: Page,
    { branches, total }: Awaited<ReturnType<TopicTreeOptions['ask']>>,
  ): void => {
    const before = levels.get(under);
    const stays = pagesOpened(under);
    // Where topics came or left, the others have moved: they are read again when they are seen.
    const moved = before !== undefined && before.total !== total;
    const pages = new Map<number, readonly BranchView[]>();
    for (const [each, held] of before?.pages ?? []) {
      const kept = stays.has(each) || isWanted({ under, page: each });
      if (kept || (!moved && (before?.pages.size ?? 0) < PAGES_KEPT)) pages.set(each, held);
    }
    pages.set(page, branches);
    levels.set(under, { total, pages });
  };
  const load = async (place: Page): Promise<void> => {
    const name = JSON.stringify(place);
    underway.add(name);
    try {
      put(place, await ask(place.under, place.page * PAGE_ROWS, PAGE_ROWS));
      changed();
    } catch (error) {
      // Asked for again with the next look, not at once.
      wanted = wanted.filter((each) => each !== place);
      onError(error);
    } finally {
      underway.delete(name);
    }
    next();
  };
  const next = (): void => {
    for (const place of wanted) {
      if (underway.size >= REQUESTS_LIMIT) return;
      if (!isKnown(place) && !underway.has(JSON.stringify(place))) void load(place);
    }
  };

  return {
    rows: () => rows,
    toggle(path) {
      if (!opened.delete(path)) opened.add(path);
      memory.touched = true;
      changed();
    },
    want(first, end) {
      wanted = rows.pagesOf(first, end);
      next();
    },
    async refresh() {
      const places = [...wanted];
      if (places.length === 0) places.push({ under: null, page: 0 });
      for (const under of new Set(places.map((place) => place.under))) {
        for (const page of pagesOpened(under)) {
          if (!places.some((each) => each.under === under && each.page === page)) {
            places.push({ under, page });
          }
        }
      }
      for (const place of places) {
        put(place, await ask(place.under, place.page * PAGE_ROWS, PAGE_ROWS));
      }
      changed();
    },
  };
}
