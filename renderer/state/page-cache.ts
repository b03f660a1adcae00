/*
 * A few pages of a long list, by index. What was looked at last stays; memory is bounded however
 * far one scrolls. Who scrolls past asks for nothing: only pages still wanted are fetched.
 */

/** Enough for several views; small enough that a page is there in a moment. */
const PAGE_ROWS = 128;
const PAGES_KEPT = 24;
/** At once on their way. More would only queue behind each other in the core. */
const REQUESTS_LIMIT = 2;

export type PageCacheOptions<Row> = {
  /** Rows `offset` …; fewer at the end of the list. */
  readonly fetch: (offset: number, limit: number) => Promise<readonly Row[]>;
  /** Something new is there. */
  readonly onRows: () => void;
  readonly onError: (error: unknown) => void;
  readonly pageRows?: number;
  readonly pagesKept?: number;
};

export interface PageCache<Row> {
  /** The row, or undefined while it is not there. */
  at(index: number): Row | undefined;
  /** What is looked at now; pages in it that are missing are fetched, others given up. */
  want(first: number, end: number): void;
  /** Pages that ended early are asked for again: the list has grown since. */
  grown(): void;
  /** Forgets everything; what is on its way is thrown away when it comes. */
  clear(): void;
  readonly pages: number;
}

export function createPageCache<Row>(options: PageCacheOptions<Row>): PageCache<Row> {
  const { fetch, onRows, onError, pageRows = PAGE_ROWS, pagesKept = PAGES_KEPT } = options;
  /** In the order of their last use. */
  const pages = new Map<number, readonly Row[]>();
  const underway = new Set<number>();
  let wanted: number[] = [];
  let generation = 0;

  const next = (): void => {
    while (underway.size < REQUESTS_LIMIT) {
      const page = wanted.find((each) => !pages.has(each) && !underway.has(each));
      if (page === undefined) return;
      void load(page);
    }
  };

  const load = async (page: number): Promise<void> => {
    const mine = generation;
    underway.add(page);
    try {
      const rows = await fetch(page * pageRows, pageRows);
      if (mine !== generation) return;
      underway.delete(page);
      pages.set(page, rows);
      for (const oldest of pages.keys()) {
        if (pages.size <= pagesKept) break;
        if (!wanted.includes(oldest)) pages.delete(oldest);
      }
      onRows();
    } catch (error) {
      if (mine !== generation) return;
      underway.delete(page);
      // Not asked for again until somebody scrolls: a core that refuses is not hammered.
      wanted = wanted.filter((each) => each !== page);
      onError(error);
    }
    next();
  };

  return {
    at: (index) => pages.get(Math.floor(index / pageRows))?.[index % pageRows],
    want(first, end) {
      wanted = [];
      if (first >= end) return;
      for (let page = Math.floor(first / pageRows); page * pageRows < end; page += 1) {
        wanted.push(page);
        const rows = pages.get(page);
        if (rows === undefined) continue;
        pages.delete(page);
        pages.set(page, rows);
      }
      next();
    },
    grown() {
      for (const [page, rows] of pages) if (rows.length < pageRows) pages.delete(page);
    },
    clear() {
      generation += 1;
      pages.clear();
      underway.clear();
      wanted = [];
    },
    get pages() {
      return pages.size;
    },
  };
}
