import type { MessagePort } from 'node:worker_threads';
import type { DatabaseSync } from 'node:sqlite';
import { answerCalls, type Handlers } from './answers.ts';
import type { Batch } from './batch.ts';
import { columnBytes, cutOut, payloadOf } from './columns.ts';
import { isDamage, refusalOf, RecorderError, writingError } from './errors.ts';
import type { Mark, Retention } from './recorder-types.ts';
import { openCapture } from './schema.ts';
import { boundsOf, openStore, type Store } from './store.ts';
import { readSegmentOf } from './stored.ts';
import type { FromThread, ThreadData, ToThread, WriterCalls } from './thread-messages.ts';
import { HEAD_BYTES } from './topic-book.ts';
import { createTopicViews } from './topic-views.ts';

/** Segments removed in one transaction, so that a batch never waits long behind it. */
const STEP_SEGMENTS = 16;
const STEPS_PER_CALL = 4;
/** Room kept free below the limit: the traffic of a second or two until the next look. */
const HEADROOM_BYTES = 32 * 1_048_576;
/** Pages given back to the file system in one call. */
const VACUUM_PAGES = 2_048;

/** About a batch at full rate. */
const PROBE_BYTES = 256 * 1_024;

/** The thread that owns the database's only writing connection. */
export function runWriter(port: MessagePort, data: ThreadData): void {
  const { file } = data;
  const say = (message: FromThread, moved: ArrayBuffer[] = []): void => {
    port.postMessage(message, moved);
  };
  let db: DatabaseSync | null = null;
  let store: Store;
  try {
    const opened = openCapture(data);
    db = opened.db;
    // Told before the topics are read, of which there may be many: batches wait for them here.
    say({ kind: 'ready', notices: opened.notices, bounds: boundsOf(db) });
    store = openStore(db);
  } catch (error) {
    db?.close();
    say({ kind: 'failed', why: refusalOf(isDamage(error) ? writingError(file, error) : error) });
    port.close();
    return;
  }
  serve(port, say, { file, db, store });
}

function serve(
  port: MessagePort,
  say: (message: FromThread, moved?: ArrayBuffer[]) => void,
  { file, db, store }: { file: string; db: DatabaseSync; store: Store },
): void {
  /** Once a write failed nothing more is written: what memory says may differ from the file. */
  let failure: RecorderError | null = null;
  const writing = <T>(work: () => T): T => {
    if (failure) throw failure;
    try {
      return work();
    } catch (error) {
      // Refused by ourselves, such as a note on a message that left: nothing is wrong with the file.
      if (error instanceof RecorderError) throw error;
      failure = writingError(file, error);
      throw failure;
    }
  };
  const append = (batch: Batch): void => {
    try {
      writing(() => store.append(batch));
    } catch (error) {
      say({ kind: 'lost', why: refusalOf(error) });
      return;
    }
    const { columns, data } = batch;
    say({ kind: 'stored', buffers: { columns, data }, bounds: store.bounds() }, [columns, data]);
  };
  const answer = answerCalls<WriterCalls>(say, handlers());
  port.on('message', (message: ToThread) => {
    if (message.kind === 'batch') append(message.batch);
    else answer(message);
  });

  function handlers(): Handlers<WriterCalls> {
    const views = createTopicViews(store.book, (id) => {
      const segment = readSegmentOf(db, id);
      return segment
        ? payloadOf(segment, id - segment.first).slice(0, HEAD_BYTES)
        : new Uint8Array();
    });
    return {
      retain: ({ retention, now: at }) => {
        const more = writing(() => retain(retention, at));
        return { more, bounds: store.bounds() };
      },
      clear: ({ through }) => {
        const more = writing(() => dropSteps(({ last }) => last <= through));
        return { more, bounds: store.bounds() };
      },
      mark: ({ id, note, now: at }) => writing(() => mark({ id, note, at })),
      unmark: ({ id }) => {
        writing(() => db.prepare('DELETE FROM mark WHERE id = ?').run(id));
        return null;
      },
      topics: (query) => views.topics(query),
      branches: (query) => views.branches(query),
      probe: () => {
        // Whatever failed before. Two commits: what only passes through memory proves nothing.
        try {
          db.exec(`INSERT INTO body VALUES (-1, x'', x'', zeroblob(${String(PROBE_BYTES)}))`);
          db.exec('DELETE FROM body WHERE first = -1');
        } catch (error) {
          throw writingError(file, error);
        }
        return null;
      },
      close: () => {
        if (!failure) writing(() => store.close());
        db.close();
        return null;
      },
    };
  }

  function dropSteps(leaves: Parameters<Store['drop']>[0]): boolean {
    for (let step = 0; step < STEPS_PER_CALL; step += 1) {
      if (store.drop(leaves, STEP_SEGMENTS) < STEP_SEGMENTS) return false;
    }
    return true;
  }

  function retain({ bytes, ageMs }: Retention, at: number): boolean {
    const limit = bytes - Math.min(HEADROOM_BYTES, bytes / 10);
    const pageBytes = pragma('page_size');
    const used = (): number => (pragma('page_count') - pragma('freelist_count')) * pageBytes;
    let before = used();
    const more = dropSteps(({ stored, freed, last }) => {
      if (freed === 0) before = used();
      if (stored < at - ageMs) return true;
      // The newest stays, however small the limit.
      return before - freed > limit && last < store.bounds().last;
    });
    if (pragma('page_count') * pageBytes > bytes && pragma('freelist_count') > 0) {
      db.exec(`PRAGMA incremental_vacuum(${String(VACUUM_PAGES)})`);
    }
    return more;
  }

  function pragma(name: 'page_size' | 'page_count' | 'freelist_count'): number {
    return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
  }

  /** With a copy of the message, so that it stays when its segment leaves. */
  function mark({ id, note, at }: Mark): Mark {
    const set = db.prepare('UPDATE mark SET note = ?, at = ? WHERE id = ?');
    if (set.run(note, at, id).changes > 0) return { id, note, at };
    const segment = readSegmentOf(db, id);
    if (!segment) {
      throw new RecorderError('MESSAGE_GONE', `message ${String(id)} is not held any more`, {
        next: 'Look at a newer one.',
      });
    }
    const own = cutOut(segment, id - segment.first);
    db.prepare(
      `INSERT INTO mark (id, at, note, columns, data, topic, source, client)
       VALUES (?, ?, ?, ?, ?, (SELECT name FROM topic WHERE id = ?),
         (SELECT source FROM origin WHERE id = ?), (SELECT client FROM origin WHERE id = ?))`,
    ).run(
      ...[id, at, note, columnBytes(own), own.data],
      ...[own.columns.topic[0] ?? 0, own.columns.origin[0] ?? 0, own.columns.origin[0] ?? 0],
    );
    return { id, note, at };
  }
}
