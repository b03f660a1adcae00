import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StorageError, messageOf, openingError } from './errors.ts';

/** One step of a room's schema, as SQL. Steps are only ever appended. */
export type Migration = string;

/** How long a statement waits for another connection of this process, a worker's for instance. */
const BUSY_TIMEOUT_MS = 5_000;

export type Durability =
  /** A commit is on disk when it returns: it survives a power cut. */
  | 'lasting'
  /** The database goes with the process that made it: no commit waits for the disk. */
  | 'passing';

/**
 * Opens (or makes) a database whose commits survive a power cut, unless it is a passing one: WAL
 * with synchronous=FULL.
 *
 * @throws StorageError DATABASE_DAMAGED, DISK_FULL, WORKSPACE_READ_ONLY, WORKSPACE_UNUSABLE
 */
export function openDatabase(file: string, durability: Durability = 'lasting'): DatabaseSync {
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    const synchronous = durability === 'lasting' ? 'FULL' : 'OFF';
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
    // SQLite opens a file that it may only read without a word; asked to write, it says so.
    db.exec('BEGIN IMMEDIATE; ROLLBACK;');
    return db;
  } catch (error) {
    db?.close();
    throw openingError(file, error);
  }
}

/**
 * Brings `room`'s tables up to date in one transaction, so that a kill in between leaves a whole
 * earlier version and the disk is waited for once. A step that fails is undone by itself: those
 * before it are kept.
 *
 * @throws StorageError NEWER_SCHEMA, MIGRATION_FAILED
 */
export function migrate(db: DatabaseSync, room: string, migrations: readonly Migration[]): void {
  const version = schemaVersion(db, room);
  if (version > migrations.length) {
    throw new StorageError(
      'NEWER_SCHEMA',
      `the tables of ${room} are version ${String(version)}, this OTA Bench knows ${String(migrations.length)}`,
      { next: 'Open this workspace with the newer OTA Bench, or choose another folder.' },
    );
  }
  if (version === migrations.length) return;
  const failed = inTransaction(db, () => {
    db.exec(
      'CREATE TABLE IF NOT EXISTS migration (room TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT',
    );
    for (const [index, sql] of migrations.entries()) {
      if (index < version) continue;
      const error = step(db, room, index + 1, sql);
      if (error !== null) return error;
    }
    return null;
  });
  if (failed !== null) throw failed;
}

/** One step, whole or not at all; what went wrong is returned, so that the steps before it stay. */
function step(db: DatabaseSync, room: string, version: number, sql: string): StorageError | null {
  db.exec('SAVEPOINT step');
  try {
    db.exec(sql);
    db.prepare(
      `INSERT INTO migration (room, version) VALUES (?, ?)
       ON CONFLICT (room) DO UPDATE SET version = excluded.version`,
    ).run(room, version);
    db.exec('RELEASE step');
    return null;
  } catch (cause) {
    const error = new StorageError(
      'MIGRATION_FAILED',
      `step ${String(version)} of ${room} failed: ${messageOf(cause)}`,
      { next: 'Nothing of this step was kept; report it with the log.', cause },
    );
    // SQLite itself rolls all of it back on some errors, a full disk for instance.
    if (!db.isTransaction) throw error;
    db.exec('ROLLBACK TO step; RELEASE step');
    return error;
  }
}

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/**
 * A statement of this database, prepared once however many ask for it: each costs some kilobytes,
 * and thousands of vehicles may keep their books in one database. For `get`, `all` and `run`, which
 * are over when they return; whoever iterates prepares a statement of their own.
 */
export function prepared(db: DatabaseSync, sql: string): StatementSync {
  const known = statements.get(db) ?? new Map<string, StatementSync>();
  statements.set(db, known);
  const statement = known.get(sql) ?? db.prepare(sql);
  known.set(sql, statement);
  return statement;
}

/** Runs `work` and commits, or rolls all of it back when it throws. Not nestable. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite itself rolls back on some errors, a full disk for instance.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function schemaVersion(db: DatabaseSync, room: string): number {
  const known = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").get();
  if (known === undefined) return 0;
  const row = db.prepare('SELECT version FROM migration WHERE room = ?').get(room);
  return typeof row?.['version'] === 'number' ? row['version'] : 0;
}
