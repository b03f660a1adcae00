import { hash } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { MessagePort } from 'node:worker_threads';
import { answerCalls, type Control, type Handlers } from './answers.ts';
import { segmentFrom, type Segment } from './columns.ts';
import { refusalOf } from './errors.ts';
import { readFlags } from './flags.ts';
import { type KnownNames, openKnownNames } from './known-names.ts';
import { messageOf, rowOf } from './rows.ts';
import type {
  Found,
  Mark,
  Page,
  PageQuery,
  Place,
  RecordedDetail,
  RecordedRow,
} from './recorder-types.ts';
import { createScanner } from './scan.ts';
import { openForReading } from './schema.ts';
import { bytesOf, intactSegmentOf, readSegmentOf } from './stored.ts';
import type { FromThread, ReaderCalls, ThreadData, ToThread } from './thread-messages.ts';
import { createMatcher } from './where.ts';

const PAGE_LIMIT = 10_000;
/** Whole payloads of one page; beyond, the page ends early. */
const PAGE_BYTES = 8 * 1_048_576;

/** The thread that answers queries, on a connection that cannot write. */
export function runReader(port: MessagePort, { file, atWork }: ThreadData): void {
  const say = (message: FromThread): void => {
    port.postMessage(message);
  };
  // Opened by the first question: the thread starts while the writer still looks at the file.
  let answer: ((message: ToThread) => void) | null = null;
  port.on('message', (message: ToThread) => {
    try {
      answer ??= answerCalls<ReaderCalls>(say, handlersOn(openForReading(file)), atWork);
      answer(message);
    } catch (error) {
      if (message.kind === 'call') {
        say({ kind: 'refused', call: message.call, why: refusalOf(error) });
      }
    }
  });
  say({ kind: 'ready', notices: [], bounds: { first: 1, last: 0, count: 0 } });
}

function handlersOn(db: DatabaseSync): Handlers<ReaderCalls> {
  const names = openKnownNames(db);
  const scanner = createScanner(db);
  const allMarks = db.prepare('SELECT id, at, note FROM mark ORDER BY id');
  const oneMark = db.prepare('SELECT * FROM mark WHERE id = ?');

  const page = async <Row>(
    {
      order,
      from = null,
      limit,
      where = {},
    }: Omit<PageQuery, 'from'> & { readonly from?: number | null | undefined },
    control: Control,
    make: (segment: Segment, row: number) => { row: Row; bytes: number },
  ): Promise<Page<Row>> => {
    const rows: Row[] = [];
    let bytes = 0;
    const most = Math.min(limit, PAGE_LIMIT);
    if (most < 1) return { rows, next: from };
    const matcher = createMatcher(where, names);
    const take = (segment: Segment, row: number): boolean => {
      const made = make(segment, row);
      rows.push(made.row);
      bytes += made.bytes;
      return rows.length < most && bytes < PAGE_BYTES;
    };
    const next = await scanner.run({ order, from, matcher, take }, control);
    return { rows, next };
  };

  return {
    bounds: () => scanner.bounds(),
    page: (query, control) =>
      page(query, control, (segment, row) => ({ row: rowOf(segment, row, names), bytes: 0 })),
    messages: (query, control) =>
      page(query, control, (segment, n) => {
        const row = messageOf(segment, n, names);
        return { row, bytes: row.size };
      }),
    rowsAt: async ({ offset, limit }, control) => {
      const { first } = scanner.bounds();
      const from = first + Math.max(0, Math.trunc(offset)) - 1;
      const { rows } = await page({ order: 'oldest', from, limit }, control, (segment, row) => ({
        row: rowOf(segment, row, names),
        bytes: 0,
      }));
      return rows;
    },
    rowsOf: ({ ids }) => {
      let segment: Segment | null = null;
      return ids.slice(0, PAGE_LIMIT).flatMap((id) => {
        if (!segment || id < segment.first || id >= segment.first + segment.count) {
          segment = readSegmentOf(db, id);
        }
        return segment ? [rowOf(segment, id - segment.first, names)] : [];
      });
    },
    count: async ({ where }, control) => {
      let count = 0;
      const matcher = createMatcher(where, names);
      const take = (): boolean => (count += 1) > 0;
      await scanner.run({ order: 'oldest', from: null, matcher, take }, control);
      return count;
    },
    places: async ({ where, through }, control) => {
      const places = new Map<string, Place>();
      const matcher = createMatcher(where, names);
      const take = ({ first, columns }: Segment, row: number): boolean => {
        if (first + row > through) return false;
        const [source] = names.origin(columns.origin[row] ?? 0);
        const { direction } = readFlags(columns.flags[row] ?? 0);
        const key = `${direction ?? ''} ${source}`;
        const { count = 0 } = places.get(key) ?? {};
        places.set(key, { source, direction, count: count + 1 });
        return true;
      };
      await scanner.run({ order: 'oldest', from: null, matcher, take }, control);
      return [...places.values()].sort((a, b) => b.count - a.count);
    },
    find: async ({ where, after, limit }, control): Promise<Found> => {
      const ids: number[] = [];
      const { last } = scanner.bounds();
      const matcher = createMatcher(where, names);
      const take = ({ first }: Segment, row: number): boolean =>
        first + row <= last && ids.push(first + row) < limit;
      const place = await scanner.run({ order: 'oldest', from: after, matcher, take }, control);
      const full = place !== null && place <= last && ids.length >= limit;
      return { ids: Float64Array.from(ids), through: full ? place : last, complete: !full };
    },
    detail: ({ id }) => detail(id),
    previousOnTopic: async ({ id }, control) => {
      const segment = readSegmentOf(db, id);
      const topic = segment?.columns.topic[id - segment.first] ?? 0;
      if (topic === 0) return null;
      let previous: RecordedRow | null = null;
      const matcher = {
        mayHold: ({ topics }: { topics: Uint32Array }) => topics.includes(topic),
        of:
          ({ columns }: Segment) =>
          (row: number) =>
            columns.topic[row] === topic && ((columns.flags[row] ?? 0) & 7) === 0,
      };
      const take = (at: Segment, row: number): boolean => {
        previous = rowOf(at, row, names);
        return false;
      };
      await scanner.run({ order: 'newest', from: id, matcher, take }, control);
      return previous;
    },
    marks: () => allMarks.all().map(markFrom),
  };

  function detail(id: number): RecordedDetail | null {
    const marked = oneMark.get(id);
    const mark = marked ? markFrom(marked) : null;
    const stored = intactSegmentOf(db, id);
    const kept = marked
      ? segmentFrom(id, 1, bytesOf(marked['columns']), bytesOf(marked['data']))
      : null;
    const segment = stored?.segment ?? kept;
    if (!segment) return null;
    const known = stored || !marked ? names : namesOf(marked, names);
    const message = messageOf(segment, id - segment.first, known);
    const sha256 = hash('sha256', message.payload, 'hex');
    return { ...message, sha256, intact: stored?.intact ?? true, mark };
  }
}

/** The names that a bookmark kept; one of an earlier version kept none. */
function namesOf(mark: Record<string, SQLOutputValue>, names: KnownNames): KnownNames {
  const { topic = null, source = null, client = null } = mark;
  const text = (value: SQLOutputValue): string => Buffer.from(bytesOf(value)).toString();
  return {
    ...names,
    topic: (id) => (topic === null ? names.topic(id) : text(topic)),
    origin: (id) =>
      source === null ? names.origin(id) : [text(source), client === null ? null : text(client)],
  };
}

function markFrom(row: Record<string, unknown>): Mark {
  return { id: Number(row['id']), at: Number(row['at']), note: String(row['note']) };
}
