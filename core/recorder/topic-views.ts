import type { BookCalls, BranchView, TopicView } from './book-types.ts';
import { previewOf } from './preview.ts';
import { rateOf, STEPS } from './spark.ts';
import type { Topic, TopicBook } from './topic-book.ts';

type Answer<Name extends keyof BookCalls> = Awaited<ReturnType<BookCalls[Name]>>;

export interface TopicViews {
  topics(query: { prefix?: string; after?: string; limit: number; now: number }): Answer<'topics'>;
  branches(query: {
    under: string | null;
    after?: string;
    limit: number;
    now: number;
  }): Answer<'branches'>;
}

/** @param headOf reads the first bytes of a message where they are not in memory any more */
export function createTopicViews(book: TopicBook, headOf: (id: number) => Uint8Array): TopicViews {
  let sorted: { change: number; topics: Topic[] } = { change: -1, topics: [] };

  /** By UTF-16 code units, so that all below one level stand together. */
  const inOrder = (): Topic[] => {
    const { topics, change } = book.all();
    if (sorted.change !== change) {
      const held = [...topics].filter(({ count }) => count > 0);
      sorted = { change, topics: held.sort((a, b) => (a.name < b.name ? -1 : 1)) };
    }
    return sorted.topics;
  };
  const view = (topic: Topic, now: number): TopicView => {
    topic.head ??= headOf(topic.lastId);
    const spark = book.sparks.read(topic.slot, now);
    const { text, cut } = previewOf(topic.head);
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
        cut: cut || topic.head.byteLength < topic.lastSize,
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
    branches({ under, after, limit, now }) {
      const all = inOrder();
      const prefix = under === null ? '' : `${under}/`;
      const begin = firstFrom(all, prefix);
      const end = endOf(all, begin, prefix);
      const levels = new Map<string, Topic[]>();
      for (let n = begin; n < end; n += 1) {
        const topic = all[n];
        if (!topic) break;
        const slash = topic.name.indexOf('/', prefix.length);
        const level = topic.name.slice(prefix.length, slash === -1 ? undefined : slash);
        const known = levels.get(level);
        if (known) known.push(topic);
        else levels.set(level, [topic]);
      }
      const names = [...levels.keys()].sort((a, b) => (a < b ? -1 : 1));
      const chosen = names.filter((name) => after === undefined || name > after).slice(0, limit);
      const branches = chosen.map((level): BranchView => {
        const topics = levels.get(level) ?? [];
        const path = prefix + level;
        const own = topics.find(({ name }) => name === path);
        const spark = sumOfSparks(topics, now);
        return {
          level,
          path,
          own: own ? view(own, now) : null,
          topics: topics.length,
          count: sum(topics, ({ count }) => count),
          bytes: sum(topics, ({ bytes }) => bytes),
          rate: rateOf(spark),
          spark,
          lastAt: topics.reduce((latest, { lastAt }) => Math.max(latest, lastAt), 0),
          hasBelow: topics.some(({ name }) => name !== path),
        };
      });
      return { branches, total: names.length };
    },
  };

  function sumOfSparks(topics: readonly Topic[], now: number): number[] {
    const total = new Array<number>(STEPS).fill(0);
    for (const { slot } of topics) book.sparks.addTo(total, slot, now);
    return total;
  }
}

function sum(topics: readonly Topic[], of: (topic: Topic) => number): number {
  return topics.reduce((total, topic) => total + of(topic), 0);
}

/** Index of the first topic not before `name`. */
function firstFrom(topics: readonly Topic[], name: string): number {
  return search(topics, (each) => each >= name);
}

function firstBehind(topics: readonly Topic[], name: string): number {
  return search(topics, (each) => each > name);
}

function endOf(topics: readonly Topic[], begin: number, prefix: string): number {
  let [low, high] = [begin, topics.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (topics[middle]?.name.startsWith(prefix) === true) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first topic whose name holds `true`; all behind it hold it too. */
function search(topics: readonly Topic[], holds: (name: string) => boolean): number {
  let [low, high] = [0, topics.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(topics[middle]?.name ?? '')) high = middle;
    else low = middle + 1;
  }
  return low;
}
