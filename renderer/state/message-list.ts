import type { TrafficBounds, TrafficRow } from '#core/contract';
import { createIdList, type IdList } from './id-list.ts';
import { createPageCache } from './page-cache.ts';

/*
 * The list of messages as one sees it: where each row is, and the rows that are near. Everything
 * else stays in the database, so that ten million messages take no more memory than a hundred.
 */

export type ListOrder = 'newest' | 'oldest';
/** Whether new rows go on the screen. Held rows stay where they are, so that they can be read. */
export type Hold = { kind: 'live' } | { kind: 'held'; by: 'button' | 'scroll'; at: number };

/** The newest rows as the stream told them: more than any screen shows. */
const TAIL_ROWS = 600;

export type MessageListOptions = {
  readonly rowsOf: (ids: number[]) => Promise<readonly TrafficRow[]>;
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
};

export interface MessageList {
  readonly order: ListOrder;
  readonly hold: Hold;
  /** Rows listed. */
  readonly count: number;
  /** Rows that came while held. */
  readonly waiting: number;
  idAt(index: number): number | undefined;
  /** Undefined while it is on its way. */
  rowAt(index: number): TrafficRow | undefined;
  /** Where a message is, or would be. */
  indexOf(id: number): number;
  /** What is looked at; missing rows are fetched. */
  want(first: number, end: number): void;
  /** New rows, any order, and the capture as it is now. */
  take(rows: readonly TrafficRow[], bounds: TrafficBounds, skipped: number): void;
  /** Ids that a search found, ascending. */
  takeIds(ids: Iterable<number>): void;
  /** A filtered list misses messages after this id: a search has to find them. Null: none. */
  readonly missingAfter: number | null;
  /** All up to `through` is listed now. */
  searched(through: number): void;
  setOrder(order: ListOrder): void;
  holdAt(by: 'button' | 'scroll'): void;
  release(): void;
  /** Another list: of everything, or of what is found from now on. */
  begin(list: 'everything' | 'found'): void;
  /** A row is to be read anew, as when it got a bookmark. */
  refresh(): void;
}

export function createMessageList(options: MessageListOptions): MessageList {
  const { rowsOf, onChange, onError } = options;
  let order: ListOrder = 'newest';
  let hold: Hold = { kind: 'live' };
  let bounds: TrafficBounds = { first: 0, last: -1, count: 0 };
  /** Null: everything, which needs no list, as ids have no gaps. */
  let found: IdList | null = null;
  let missingAfter: number | null = null;
  /** A search looked at everything up to here, whatever it found. */
  let searchedTo = -1;
  /** By id, ascending. */
  let tail: TrafficRow[] = [];
  let tailById = new Map<number, TrafficRow>();

  /** The bounds may run ahead of what was told: rows that nobody has yet are not listed yet. */
  const newest = (): number => tail.at(-1)?.id ?? bounds.last;
  const limit = (): number => (hold.kind === 'held' ? hold.at : Number.POSITIVE_INFINITY);
  /** Rows of the tail behind everything that was found, up to `id`. */
  const tailFrom = (ids: IdList): number => {
    const at = tail.findIndex((row) => row.id > ids.last);
    return at === -1 ? tail.length : at;
  };
  const tailCount = (ids: IdList, upTo: number): number => {
    let count = 0;
    for (let at = tailFrom(ids); at < tail.length; at += 1) {
      if ((tail[at]?.id ?? 0) > upTo) break;
      count += 1;
    }
    return count;
  };
  /** Found ids that left the capture. */
  const gone = (ids: IdList): number => ids.upTo(bounds.first - 1);
  const countUpTo = (id: number): number => {
    if (found === null) return Math.max(0, Math.min(newest(), id) - bounds.first + 1);
    return Math.max(0, found.upTo(id) - gone(found)) + tailCount(found, id);
  };
  /** By age, the oldest is 0. */
  const idByAge = (age: number): number | undefined => {
    if (age < 0) return undefined;
    if (found === null) {
      const id = bounds.first + age;
      return id <= Math.min(newest(), limit()) ? id : undefined;
    }
    return (
      found.at(gone(found) + age) ?? tail[tailFrom(found) + age - found.length + gone(found)]?.id
    );
  };
  const ageOf = (index: number): number =>
    order === 'oldest' ? index : countUpTo(limit()) - 1 - index;

  /** Pages are of ids (everything) or of places in what was found; both never move. */
  const keyOf = (age: number): number => (found === null ? bounds.first + age : gone(found) + age);
  const pages = createPageCache<TrafficRow | undefined>({
    fetch: async (from, length) => {
      const ids: number[] = [];
      for (let key = from; key < from + length; key += 1) {
        const id = found === null ? key : found.at(key);
        if (id === undefined || id > bounds.last) break;
        ids.push(id);
      }
      if (ids.length === 0) return [];
      const rows = new Map((await rowsOf(ids)).map((row) => [row.id, row]));
      return ids.map((id) => rows.get(id));
    },
    onRows: onChange,
    onError,
  });

  const setTail = (rows: readonly TrafficRow[]): void => {
    tail = rows.slice(-TAIL_ROWS);
    tailById = new Map(tail.map((row) => [row.id, row]));
  };

  return {
    get order() {
      return order;
    },
    get hold() {
      return hold;
    },
    get count() {
      return countUpTo(limit());
    },
    get waiting() {
      return hold.kind === 'live' ? 0 : countUpTo(Number.POSITIVE_INFINITY) - countUpTo(hold.at);
    },
    get missingAfter() {
      return missingAfter;
    },
    idAt: (index) => idByAge(ageOf(index)),
    rowAt(index) {
      const age = ageOf(index);
      const id = idByAge(age);
      if (id === undefined) return undefined;
      const row = tailById.get(id) ?? pages.at(keyOf(age));
      return row?.id === id ? row : undefined;
    },
    indexOf(id) {
      const upTo = countUpTo(Math.min(id, limit()));
      const index = order === 'oldest' ? upTo - 1 : countUpTo(limit()) - upTo;
      return Math.max(0, index);
    },
    want(first, end) {
      const ages = [ageOf(first), ageOf(end - 1)];
      const [low, high] = [Math.max(0, Math.min(...ages)), Math.max(...ages)];
      // At the live end everything is in the tail, and the database is left alone.
      let [from, to] = [low, high];
      while (from <= to && tailById.has(idByAge(from) ?? -1)) from += 1;
      while (to >= from && tailById.has(idByAge(to) ?? -1)) to -= 1;
      pages.want(keyOf(from), from > to ? keyOf(from) : keyOf(to) + 1);
    },
    take(rows, now, skipped) {
      bounds = now;
      // Cleared, or told so long ago that retention took them.
      if ((tail[0]?.id ?? now.first) < now.first) setTail(tail.filter(({ id }) => id >= now.first));
      if (rows.length > 0) {
        const last = tail.at(-1)?.id ?? -1;
        const fresh = rows.filter(({ id }) => id > last).sort((a, b) => a.id - b.id);
        if (found !== null) {
          if (skipped > 0) missingAfter ??= Math.max(found.last, last);
          if (missingAfter === null) for (const { id } of fresh) found.push(id);
        }
        setTail([...tail, ...fresh]);
      } else if (skipped > 0 && found !== null) missingAfter ??= Math.max(found.last, searchedTo);
      pages.grown();
      onChange();
    },
    takeIds(ids) {
      if (found === null) return;
      for (const id of ids) found.push(id);
      pages.grown();
      onChange();
    },
    searched(through) {
      if (found === null) return;
      const behind = tail.filter(({ id }) => id > through);
      // What came while it was searched is complete when nothing was left out of it.
      missingAfter = null;
      searchedTo = through;
      for (const { id } of behind) found.push(id);
      onChange();
    },
    setOrder(next) {
      order = next;
      onChange();
    },
    holdAt(by) {
      if (hold.kind === 'held') hold = { ...hold, by };
      else hold = { kind: 'held', by, at: newest() };
      onChange();
    },
    release() {
      hold = { kind: 'live' };
      onChange();
    },
    begin(list) {
      found = list === 'everything' ? null : createIdList();
      missingAfter = list === 'everything' ? null : -1;
      searchedTo = -1;
      if (hold.kind === 'held') hold = { kind: 'live' };
      setTail([]);
      pages.clear();
      onChange();
    },
    refresh() {
      tailById = new Map();
      pages.clear();
      onChange();
    },
  };
}
