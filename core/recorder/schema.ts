import { existsSync, renameSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Refusal } from '#core/ports';
import { migrate, StorageError } from '#core/storage';
import { isDamage, RecorderError, refusalOf, writingError } from './errors.ts';
import type { ThreadData } from './thread-messages.ts';

/** "OTAT", in the file's header: tells our captures from any other SQLite file. */
const APPLICATION_ID = 0x4f544154;
/** How long a statement waits for the other connection, which only reads. */
const BUSY_TIMEOUT_MS = 5_000;
/** The log is cut back to this after a checkpoint, so that a burst does not leave its size. */
const LOG_BYTES = 16 * 1_048_576;

/** Appended to only. */
const MIGRATIONS = [
  `-- A segment's id is the id of its first message; ids have no gaps between segments.
   CREATE TABLE segment (
     first INTEGER PRIMARY KEY, count INTEGER NOT NULL, bytes INTEGER NOT NULL,
     since REAL NOT NULL, until REAL NOT NULL, min_size INTEGER NOT NULL, max_size INTEGER NOT NULL,
     topics BLOB NOT NULL, origins BLOB NOT NULL
   ) STRICT;
   CREATE TABLE body (
     first INTEGER PRIMARY KEY, sha256 BLOB NOT NULL, columns BLOB NOT NULL, data BLOB NOT NULL
   ) STRICT;
   -- Names are bytes: a topic may hold what SQLite would end a text at.
   CREATE TABLE topic (
     id INTEGER PRIMARY KEY AUTOINCREMENT, name BLOB NOT NULL, held INTEGER NOT NULL DEFAULT 0,
     count INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
     last_id INTEGER NOT NULL DEFAULT 0, last_at REAL NOT NULL DEFAULT 0,
     last_size INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE TABLE origin (id INTEGER PRIMARY KEY, source BLOB NOT NULL, client BLOB) STRICT;
   CREATE TABLE mark (
     id INTEGER PRIMARY KEY, at REAL NOT NULL, note TEXT NOT NULL,
     columns BLOB NOT NULL, data BLOB NOT NULL
   ) STRICT;
   CREATE TABLE fact (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;`,
  `-- When its newest message was written down; what is imported happened long before that.
   ALTER TABLE segment ADD COLUMN stored REAL NOT NULL DEFAULT 0;
   UPDATE segment SET stored = until;`,
  `-- A bookmark outlives the rows that its numbers of topic and origin lead to.
   ALTER TABLE mark ADD COLUMN topic BLOB;
   ALTER TABLE mark ADD COLUMN source BLOB;
   ALTER TABLE mark ADD COLUMN client BLOB;`,
];

export type Opened = { readonly db: DatabaseSync; readonly notices: readonly Refusal[] };

/**
 * Opens or makes the capture. What is damaged or not ours is set aside, never changed.
 * @throws RecorderError CAPTURE_NEWER, CAPTURE_UNUSABLE, CAPTURE_DISK_FULL
 */
export function openCapture({ file, now, isDamaged = false, after = 0 }: ThreadData): Opened {
  const fault = isDamaged && existsSync(file) ? 'is damaged' : faultIn(file);
  const notices = fault === null ? [] : [setAside(file, now, fault)];
  try {
    return { db: make(file, fault === null ? 0 : after), notices };
  } catch (error) {
    if (!isDamage(error)) throw openingError(file, error);
  }
  const notice = setAside(file, now, 'is damaged');
  try {
    return { db: make(file, after), notices: [...notices, notice] };
  } catch (error) {
    throw openingError(file, error);
  }
}

/** For the thread that only reads. */
export function openForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
}

/** @param after ids go on behind it, where the file is a new one */
function make(file: string, after: number): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // auto_vacuum must be chosen before the first table. NORMAL: a power cut may cost the last
    // commits, a kill costs none, and nothing waits for the disk.
    db.exec(`
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA journal_size_limit = ${String(LOG_BYTES)};
      PRAGMA application_id = ${String(APPLICATION_ID)};
    `);
    migrate(db, { room: 'recorder', migrations: MIGRATIONS });
    if (after > 0) {
      db.prepare(`INSERT OR IGNORE INTO fact (name, value) VALUES ('next_id', ?)`).run(after + 1);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Null when the file is ours, or none. Only reads. */
function faultIn(file: string): string | null {
  let db: DatabaseSync | null = null;
  try {
    if (!existsSync(file) || statSync(file).size === 0) return null;
    db = openForReading(file);
    const { application_id: id } = db.prepare('PRAGMA application_id').get() ?? {};
    if (id !== APPLICATION_ID) return 'is no capture of OTA Bench';
    const { version } =
      db.prepare(`SELECT version FROM migration WHERE room = 'recorder'`).get() ?? {};
    if (typeof version === 'number' && version > MIGRATIONS.length) throw newer(file, version);
    db.prepare('SELECT * FROM segment ORDER BY first LIMIT 1').get();
    db.prepare('SELECT * FROM body ORDER BY first DESC LIMIT 1').get();
    return null;
  } catch (error) {
    if (isDamage(error)) return 'is damaged';
    // A table that is not there: made, but ended before its first migration was through.
    if (error instanceof Error && /^no such (table|column)/.test(error.message)) {
      return hasTables(db) ? 'is damaged' : null;
    }
    throw openingError(file, error);
  } finally {
    db?.close();
  }
}

function hasTables(db: DatabaseSync | null): boolean {
  const names = db?.prepare(`SELECT name FROM sqlite_schema WHERE name <> 'migration'`).all() ?? [];
  return names.some(({ name }) => typeof name === 'string' && !name.startsWith('sqlite_'));
}

function setAside(file: string, now: number, what: string): Refusal {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  let aside = `${file}.corrupt-${time}`;
  for (let n = 2; existsSync(aside); n += 1) aside = `${file}.corrupt-${time}-${String(n)}`;
  try {
    renameSync(file, aside);
    // The log belongs to it: with it the file may still be read by other means.
    for (const end of ['-wal', '-shm']) {
      if (existsSync(file + end)) renameSync(file + end, aside + end);
    }
  } catch (error) {
    throw openingError(file, error);
  }
  return {
    code: 'CAPTURE_DAMAGED',
    reason: `${file} ${what}; it was kept as ${aside} and a new capture begun`,
    next: 'Nothing needs doing; remove the old file when you do not need it.',
  };
}

function newer(file: string, version: number): RecorderError {
  return new RecorderError(
    'CAPTURE_NEWER',
    `${file} is of version ${String(version)}, this OTA Bench knows ${String(MIGRATIONS.length)}`,
    { next: 'Open it with the newer OTA Bench, or choose another workspace.' },
  );
}

function openingError(file: string, error: unknown): RecorderError {
  if (error instanceof RecorderError) return error;
  const full = writingError(file, error instanceof StorageError ? error.cause : error);
  if (full.code === 'CAPTURE_DISK_FULL') return full;
  const { reason } = refusalOf(error instanceof StorageError ? (error.cause ?? error) : error);
  return new RecorderError('CAPTURE_UNUSABLE', `cannot use ${file}: ${reason}`, {
    next: 'Check the folder and its free space, or choose another workspace.',
    cause: error,
  });
}
