import type { BookCalls, TopicView } from './book-types.ts';
import { previewOf } from './preview.ts';
import { rateOf, STEPS } from './spark.ts';
import type { Topic, TopicBook } from './topic-book.ts';

/** Prefixes whose levels are kept: as many as somebody has opened. */
const LEVELS_KEPT = 64;

type Answer<Name extends keyof BookCalls> = Awaited<ReturnType<BookCalls[Name]>>;

export interface TopicViews {
  topics(query: { prefix?: string; after?: string; limit: number; now: number }): Answer<'topics'>;
  branches(query: {
    under: string | null;
    after?: string;
    offset?: number;
    limit: number;
    now: number;
  }): Answer<'branches'>;
}

/** @param headOf reads the first bytes of a message where they are not in memory any more */
export function createTopicViews(book: TopicBook, headOf: (id: number) => Uint8Array): TopicViews {
  let sorted: Topic[] = [];
  let departures = 0;
  /** Levels under a prefix, until a topic comes or leaves: a tree that is looked at asks often. */
  const levelsOf = new Map<string, readonly Level[]>();

  /** By UTF-16 code units, so that all below one level stand together. */
  const inOrder = (): readonly Topic[] => {
    const arrived = book.takeArrived();
    const left = book.departures();
    if (left !== departures) {
      departures = left;
      sorted = sorted.filter(({ count }) => count > 0);
      levelsOf.clear();
    }
    if (arrived.length > 0) {
      sorted = merged(sorted, arrived.filter(({ count }) => count > 0).sort(byName));
      levelsOf.clear();
    }
    return sorted;
  };
  const view = (topic: Topic, now: number): TopicView => {
    const head = topic.head ?? headOf(topic.lastId);
    const spark = book.sparks.read(topic.slot, now);
    const { text, cut } = previewOf(head);
    return {
      topic: topic.name,
      count: topic.count,
      bytes: topic.bytes,
      rate: rateOf(spark),
      spark,
      last: {
        id: topic.lastId,
        at: topic.lastAt,
        size: topic.lastSize,
        preview: text,
        cut: cut || head.byteLength < topic.lastSize,
      },
    };
  };

  return {
    topics({ prefix = '', after, limit, now }) {
      const all = inOrder();
      const begin = firstFrom(all, prefix);
      const end = endOf(all, begin, prefix);
      const from = after === undefined ? begin : Math.max(begin, firstBehind(all, after));
      const chosen = all.slice(from, Math.min(end, from + limit));
      return { topics: chosen.map((topic) => view(topic, now)), total: end - begin };
    },
    branches({ under, after, offset = 0, limit, now }) {
      const all = inOrder();
      const levels = levelsUnder(all, under === null ? '' : `${under}/`);
      const from = after === undefined ? offset : search(levels, ({ name }) => name > after);
      const branches = levels.slice(from, from + limit).map(({ name, path, own, ...below }) => {
        const topics = [...(own ? [own] : []), ...all.slice(below.from, below.to)];
        const spark = sumOfSparks(topics, now);
        return {
          level: name,
          path,
          own: own ? view(own, now) : null,
          topics: topics.length,
          count: sum(topics, ({ count }) => count),
          bytes: sum(topics, ({ bytes }) => bytes),
          rate: rateOf(spark),
          spark,
          lastAt: topics.reduce((latest, { lastAt }) => Math.max(latest, lastAt), 0),
          hasBelow: below.to > below.from,
        };
      });
      return { branches, total: levels.length };
    },
  };

  function levelsUnder(all: readonly Topic[], prefix: string): readonly Level[] {
    const known = levelsOf.get(prefix);
    if (known) return known;
    const listed = listLevels(all, prefix);
    levelsOf.set(prefix, listed);
    if (levelsOf.size > LEVELS_KEPT) levelsOf.delete(levelsOf.keys().next().value ?? prefix);
    return listed;
  }

  function sumOfSparks(topics: readonly Topic[], now: number): number[] {
    const total = new Array<number>(STEPS).fill(0);
    for (const { slot } of topics) book.sparks.addTo(total, slot, now);
    return total;
  }
}

/** A level: its own topic, and those below it: `from` up to, not including, `to`. */
type Level = {
  readonly name: string;
  readonly path: string;
  own: Topic | null;
  from: number;
  to: number;
};

/** The levels directly under a path, by name. */
function listLevels(all: readonly Topic[], prefix: string): readonly Level[] {
  const end = endOf(all, firstFrom(all, prefix), prefix);
  const levels = new Map<string, Level>();
  const levelOf = (name: string): Level => {
    const level = levels.get(name) ?? { name, path: prefix + name, own: null, from: 0, to: 0 };
    levels.set(name, level);
    return level;
  };
  for (let n = firstFrom(all, prefix); n < end;) {
    const topic = all[n];
    if (!topic) break;
    const slash = topic.name.indexOf('/', prefix.length);
    if (slash === -1) {
      levelOf(topic.name.slice(prefix.length)).own = topic;
      n += 1;
    } else {
      const level = levelOf(topic.name.slice(prefix.length, slash));
      // Everything below it follows: past it in a few steps, however much it is.
      level.from = n;
      level.to = n = endOf(all, n, topic.name.slice(0, slash + 1));
    }
  }
  return [...levels.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function byName(a: Topic, b: Topic): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Sorting all again for each new topic would take a second of a large tree. */
function merged(held: readonly Topic[], arrived: readonly Topic[]): Topic[] {
  const all: Topic[] = [];
  let next = 0;
  for (const topic of held) {
    for (let each = arrived[next]; each && byName(each, topic) <= 0; each = arrived[next]) {
      // One that left and came again stands in both.
      if (each !== topic) all.push(each);
      next += 1;
    }
    all.push(topic);
  }
  for (; next < arrived.length; next += 1) {
    const each = arrived[next];
    if (each) all.push(each);
  }
  return all;
}

function sum(topics: readonly Topic[], of: (topic: Topic) => number): number {
  return topics.reduce((total, topic) => total + of(topic), 0);
}

/** Index of the first topic not before `name`. */
function firstFrom(topics: readonly Topic[], name: string): number {
  return search(topics, (each) => each.name >= name);
}

function firstBehind(topics: readonly Topic[], name: string): number {
  return search(topics, (each) => each.name > name);
}

/** Index of the first topic from `begin` on that does not begin with `prefix`. */
function endOf(topics: readonly Topic[], begin: number, prefix: string): number {
  return search(topics, ({ name }) => !name.startsWith(prefix), begin);
}

/** Index of the first one for which `holds` is true; for all behind it, it is true as well. */
function search<T>(ordered: readonly T[], holds: (each: T) => boolean, begin = 0): number {
  let [low, high] = [begin, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const each = ordered[middle];
    if (each === undefined || holds(each)) high = middle;
    else low = middle + 1;
  }
  return low;
}
