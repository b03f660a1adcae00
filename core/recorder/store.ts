import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '#core/storage';
import { BATCH_MESSAGES, type Batch } from './batch.ts';
import {
  BYTES_PER_MESSAGE,
  columnBytes,
  columnsOver,
  joinSegments,
  sizeOf,
  type Segment,
} from './columns.ts';
import { openOriginBook } from './origin-book.ts';
import type { Bounds } from './recorder-types.ts';
import { bodyFrom } from './stored.ts';
import { openTopicBook, type Topic, type TopicBook } from './topic-book.ts';

/**
 * Small batches are joined up to this size, so that a quiet day does not leave a segment for
 * every message. Only equals are joined, as in a binary counter: a byte is rewritten at most
 * log2 times.
 */
const JOIN_BYTES = 128 * 1_024;

/** The one who writes messages; one transaction for each batch. */
export interface Store {
  readonly book: TopicBook;
  bounds(): Bounds;
  append(batch: Batch): void;
  /** Removes whole segments from the old end while `leaves` says so, at most `most`. */
  drop(leaves: (oldest: Oldest) => boolean, most: number): number;
  close(): void;
}

export type Oldest = {
  readonly last: number;
  readonly bytes: number;
  /** Wall clock, when its newest message was written down. */
  readonly stored: number;
  /** Bytes of those dropped before it in this step. */
  readonly freed: number;
};

export function openStore(db: DatabaseSync): Store {
  let { first, last } = boundsOf(db);
  const originOf = openOriginBook(db);
  const book = openTopicBook(db, () => last);
  /** What the handing side calls by number; index 0 stands for none. */
  let names: { generation: number; topics: (Topic | null)[]; origins: number[] } = {
    generation: -1,
    topics: [null],
    origins: [0],
  };
  /** Segments at the new end that may still be joined; each is larger than the next. */
  let small: Segment[] = [];

  const addSegment = db.prepare(
    `INSERT INTO segment (first, count, bytes, since, until, min_size, max_size, topics, origins,
       stored)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addBody = db.prepare('INSERT INTO body (first, sha256, columns, data) VALUES (?, ?, ?, ?)');
  const dropSegment = db.prepare('DELETE FROM segment WHERE first = ?');
  const dropBody = db.prepare('DELETE FROM body WHERE first = ?');
  const oldest = db.prepare(
    `SELECT first, count, bytes, stored, columns, x'' AS data FROM segment JOIN body USING (first)
     ORDER BY first LIMIT 1`,
  );
  const setNext = db.prepare(
    `INSERT INTO fact (name, value) VALUES ('next_id', ?)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );

  const learn = (batch: Batch): void => {
    if (batch.generation !== names.generation) {
      names = { generation: batch.generation, topics: [null], origins: [0] };
    }
    for (const name of batch.topics) names.topics.push(book.of(name));
    for (const origin of batch.origins) names.origins.push(originOf(origin));
  };
  /** Numbers of the handing side become those of the database. */
  const translate = (batch: Batch): { fresh: Segment; topics: (Topic | null)[] } => {
    const columns = columnsOver(batch.columns, 0, BATCH_MESSAGES);
    const topics: (Topic | null)[] = new Array<Topic | null>(batch.count);
    for (let row = 0; row < batch.count; row += 1) {
      const number = columns.topic[row] ?? 0;
      let topic = names.topics[number] ?? null;
      // Its last message left meanwhile, and the topic with it.
      if (topic?.gone === true) names.topics[number] = topic = book.of(topic.name);
      topics[row] = topic;
      columns.topic[row] = topic?.id ?? 0;
      columns.origin[row] = names.origins[columns.origin[row] ?? 0] ?? 0;
    }
    const data = new Uint8Array(batch.data, 0, batch.bytes);
    return { fresh: { first: last + 1, count: batch.count, columns, data }, topics };
  };
  const insert = (segment: Segment, stored: number): void => {
    const { since, until, minSize, maxSize } = extentOf(segment);
    const { topic, origin } = segment.columns;
    const bytes = columnBytes(segment);
    addSegment.run(
      segment.first,
      segment.count,
      bytes.byteLength + segment.data.byteLength,
      since,
      until,
      minSize,
      maxSize,
      distinct(topic),
      distinct(origin),
      stored,
    );
    const sum = hash('sha256', segment.data, 'buffer');
    addBody.run(segment.first, sum, bytes, segment.data);
  };

  return {
    book,
    bounds: () => ({ first, last, count: last - first + 1 }),
    append(batch) {
      const keep = [...small];
      const { fresh, topics } = inTransaction(db, () => {
        learn(batch);
        const translated = translate(batch);
        const joined: Segment[] = [translated.fresh];
        let size = weightOf(translated.fresh);
        for (let tail = keep.at(-1); tail && canJoin(weightOf(tail), size); tail = keep.at(-1)) {
          size += weightOf(tail);
          joined.unshift(tail);
          dropSegment.run(tail.first);
          dropBody.run(tail.first);
          keep.pop();
        }
        // Copies also when there is nothing to join: the buffers go back.
        const segment = joinSegments(joined);
        insert(segment, batch.now);
        if (size <= JOIN_BYTES / 2) keep.push(segment);
        else keep.length = 0;
        book.keep(batch.now);
        return translated;
      });
      small = keep;
      last += fresh.count;
      book.entered(fresh, topics, batch.now);
    },
    drop(leaves, most) {
      return inTransaction(db, () => {
        let freed = 0;
        let dropped = 0;
        while (dropped < most) {
          const row = oldest.get();
          if (row === undefined) break;
          const segment = bodyFrom(Number(row['first']), Number(row['count']), row);
          const end = segment.first + segment.count - 1;
          const bytes = Number(row['bytes']);
          if (!leaves({ last: end, bytes, stored: Number(row['stored']), freed })) break;
          book.left(segment);
          dropSegment.run(segment.first);
          dropBody.run(segment.first);
          if (small.some((each) => each.first <= segment.first)) small = [];
          first = end + 1;
          freed += bytes;
          dropped += 1;
        }
        if (dropped > 0) setNext.run(last + 1);
        return dropped;
      });
    },
    close() {
      inTransaction(db, () => book.keep(Number.POSITIVE_INFINITY));
    },
  };
}

/** Ids begin at 1 and are never given twice, also when every message left. */
export function boundsOf(db: DatabaseSync): Bounds {
  const next = db.prepare(`SELECT value FROM fact WHERE name = 'next_id'`).get();
  const oldest = db.prepare('SELECT first FROM segment ORDER BY first LIMIT 1').get();
  const newest = db.prepare('SELECT first, count FROM segment ORDER BY first DESC LIMIT 1').get();
  const kept = Number(next?.['value'] ?? 1) - 1;
  const last = newest ? Number(newest['first']) + Number(newest['count']) - 1 : kept;
  const first = oldest ? Number(oldest['first']) : last + 1;
  return { first, last, count: last - first + 1 };
}

function canJoin(tail: number, size: number): boolean {
  return tail <= size && tail + size <= JOIN_BYTES;
}

function weightOf({ data, count }: Segment): number {
  return data.byteLength + count * BYTES_PER_MESSAGE;
}

function extentOf(segment: Segment): {
  since: number;
  until: number;
  minSize: number;
  maxSize: number;
} {
  let [since, until, minSize, maxSize] = [Infinity, -Infinity, Infinity, 0];
  for (let row = 0; row < segment.count; row += 1) {
    const at = segment.columns.at[row] ?? 0;
    const size = sizeOf(segment, row);
    if (at < since) since = at;
    if (at > until) until = at;
    if (size < minSize) minSize = size;
    if (size > maxSize) maxSize = size;
  }
  return { since, until, minSize, maxSize };
}

function distinct(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(Uint32Array.from(new Set(numbers)).sort().buffer);
}
