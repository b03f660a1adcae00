import { setImmediate as turn } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Control } from './answers.ts';
import { segmentFrom, type Segment } from './columns.ts';
import { RecorderError } from './errors.ts';
import type { Bounds } from './recorder-types.ts';
import { bytesOf, summaryFrom, type Summary } from './stored.ts';
import type { Matcher } from './where.ts';

/** One look at the database lasts about this long; then the log may be cut and others are heard. */
const SLICE_MS = 25;
const PROGRESS_MS = 100;

export type Scan = {
  readonly order: 'newest' | 'oldest';
  /** Where to begin, excluded; null for the end that `order` names. */
  readonly from: number | null;
  readonly matcher: Matcher;
  /** True to go on. */
  readonly take: (segment: Segment, row: number) => boolean;
};

export interface Scanner {
  bounds(): Bounds;
  /** Resolves to the id after which to go on, or null at the end. */
  run(scan: Scan, control: Control): Promise<number | null>;
}

/**
 * Goes through the messages segment by segment, in slices of its own transaction each: the
 * writer may join, add and remove between them, so the place is kept as an id.
 */
export function createScanner(db: DatabaseSync): Scanner {
  const newest = db.prepare('SELECT * FROM segment WHERE first < ? ORDER BY first DESC');
  const oldest = db.prepare(
    `SELECT * FROM segment
     WHERE first >= (SELECT coalesce(max(first), 0) FROM segment WHERE first <= ?) ORDER BY first`,
  );
  const columns = db.prepare('SELECT columns FROM body WHERE first = ?');
  const data = db.prepare('SELECT data FROM body WHERE first = ?');
  const ends = db.prepare(
    `SELECT (SELECT min(first) FROM segment) AS first,
       (SELECT first + count - 1 FROM segment ORDER BY first DESC LIMIT 1) AS last,
       (SELECT value FROM fact WHERE name = 'next_id') AS next`,
  );

  const bounds = (): Bounds => {
    const row = ends.get();
    const empty = row?.['first'] === null || row?.['first'] === undefined;
    const last = empty ? Number(row?.['next'] ?? 1) - 1 : Number(row['last']);
    const first = empty ? last + 1 : Number(row['first']);
    return { first, last, count: last - first + 1 };
  };
  /** The data, nine tenths of it, only when a row is looked into. */
  const read = ({ first, count }: Summary): Segment | null => {
    const row = columns.get(first);
    if (!row) return null;
    const shallow = segmentFrom(first, count, bytesOf(row['columns']), new Uint8Array());
    let whole: Uint8Array | null = null;
    return {
      first,
      count,
      columns: shallow.columns,
      get data() {
        return (whole ??= bytesOf(data.get(first)?.['data']));
      },
    };
  };

  return {
    bounds,
    async run({ order, from, matcher, take }, { signal, progress, begin: atWork }) {
      const down = order === 'newest';
      const { first, last } = bounds();
      const begin = from ?? (down ? last + 1 : first - 1);
      const total = down ? begin - first : last - begin;
      let place = begin;
      let found = 0;
      let told = performance.now();

      /** True when the scan is over. */
      const within = (segment: Segment): boolean => {
        const test = matcher.of(segment);
        const low = Math.max(0, down ? 0 : place + 1 - segment.first);
        const high = Math.min(segment.count, down ? place - segment.first : segment.count);
        for (let n = 0; n < high - low; n += 1) {
          const row = down ? high - 1 - n : low + n;
          if (!test(row)) continue;
          found += 1;
          if (take(segment, row)) continue;
          place = segment.first + row;
          return true;
        }
        return false;
      };
      const slice = (): 'over' | 'more' | 'end' => {
        const until = performance.now() + SLICE_MS;
        for (const row of (down ? newest : oldest).iterate(place)) {
          const summary = summaryFrom(row);
          if (matcher.mayHold(summary)) {
            const segment = read(summary);
            if (segment && within(segment)) return 'over';
          }
          place = down ? summary.first : Math.max(place, summary.first + summary.count - 1);
          if (performance.now() > until) return 'more';
        }
        return 'end';
      };

      for (;;) {
        if (signal.aborted) throw ended();
        atWork();
        db.exec('BEGIN');
        let state: ReturnType<typeof slice>;
        try {
          state = slice();
        } finally {
          db.exec('COMMIT');
        }
        if (state === 'over') return place;
        if (state === 'end') return null;
        if (performance.now() - told >= PROGRESS_MS) {
          told = performance.now();
          progress({ scanned: Math.abs(place - begin), total, found });
        }
        await turn();
      }
    },
  };
}

export function ended(): RecorderError {
  return new RecorderError('QUERY_ENDED', 'the search was given up', {
    next: 'Search again, in a shorter time or with a narrower topic filter.',
  });
}
