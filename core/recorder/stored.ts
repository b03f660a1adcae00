import { hash } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { segmentFrom, type Segment } from './columns.ts';

/** What is known of a segment without reading it. */
export type Summary = {
  readonly first: number;
  readonly count: number;
  readonly bytes: number;
  readonly since: number;
  readonly until: number;
  readonly minSize: number;
  readonly maxSize: number;
  /** Numbers of all topics in it; 0 for an event without one. */
  readonly topics: Uint32Array;
  readonly origins: Uint32Array;
};

type Row = Record<string, SQLOutputValue>;

export function summaryFrom(row: Row): Summary {
  return {
    first: Number(row['first']),
    count: Number(row['count']),
    bytes: Number(row['bytes']),
    since: Number(row['since']),
    until: Number(row['until']),
    minSize: Number(row['min_size']),
    maxSize: Number(row['max_size']),
    topics: numbers(row['topics']),
    origins: numbers(row['origins']),
  };
}

export function bodyFrom(first: number, count: number, row: Row): Segment {
  return segmentFrom(first, count, bytesOf(row['columns']), bytesOf(row['data']));
}

export function bytesOf(value: SQLOutputValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

/** Every message with a higher id, oldest first. */
export function* rowsAfter(
  db: DatabaseSync,
  id: number,
): Generator<{ segment: Segment; row: number }, void> {
  const segments = db.prepare(
    `SELECT segment.first, count, columns, data FROM segment JOIN body USING (first)
     WHERE segment.first >= (SELECT coalesce(max(first), 0) FROM segment WHERE first <= ?)
     ORDER BY segment.first`,
  );
  for (const found of segments.iterate(id)) {
    const segment = bodyFrom(Number(found['first']), Number(found['count']), found);
    for (let row = Math.max(0, id + 1 - segment.first); row < segment.count; row += 1) {
      yield { segment, row };
    }
  }
}

function numbers(value: SQLOutputValue | undefined): Uint32Array {
  const bytes = bytesOf(value);
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}

const SEGMENT_OF = `SELECT segment.first, count, sha256, columns, data
  FROM segment JOIN body USING (first)
  WHERE segment.first = (SELECT max(first) FROM segment WHERE first <= ?) AND ? < first + count`;

/** The segment that holds message `id`, or null. */
export function readSegmentOf(db: DatabaseSync, id: number): Segment | null {
  const row = db.prepare(SEGMENT_OF).get(id, id);
  return row ? bodyFrom(Number(row['first']), Number(row['count']), row) : null;
}

/** The same, and whether its bytes are still those which were captured. */
export function intactSegmentOf(
  db: DatabaseSync,
  id: number,
): { segment: Segment; intact: boolean } | null {
  const row = db.prepare(SEGMENT_OF).get(id, id);
  if (!row) return null;
  const segment = bodyFrom(Number(row['first']), Number(row['count']), row);
  const sum = hash('sha256', segment.data, 'buffer');
  return { segment, intact: sum.equals(bytesOf(row['sha256'])) };
}
