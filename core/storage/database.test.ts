import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, migrate, openDatabase } from './index.ts';

let dir: string;
let db: DatabaseSync;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ota-storage-'));
  db = openDatabase(join(dir, 'bench.db'));
});
afterEach(() => {
  if (db.isOpen) db.close();
  rmSync(dir, { recursive: true });
});

describe('openDatabase', () => {
  it('commits durably and minds foreign keys', () => {
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
    expect(db.prepare('PRAGMA busy_timeout').get()).toEqual({ timeout: 5_000 });
  });

  it('names a file that is no database', () => {
    const file = join(dir, 'other.db');
    writeFileSync(
      file,
      'this is a shopping list, not a database, whatever its name says\n'.repeat(40),
    );
    expect(() => openDatabase(file)).toThrow(
      expect.objectContaining({
        code: 'DATABASE_DAMAGED',
        next: expect.stringContaining(file) as unknown,
      }),
    );
  });
});

describe('migrate', () => {
  const first = 'CREATE TABLE fruit (name TEXT PRIMARY KEY) STRICT';
  const second = "INSERT INTO fruit VALUES ('pear'); ALTER TABLE fruit ADD COLUMN weight INTEGER";
  const fruit = (): unknown[] => db.prepare('SELECT * FROM fruit').all();

  it('applies each step once, over a reopening', () => {
    migrate(db, { room: 'orchard', migrations: [first] });
    db.close();
    db = openDatabase(join(dir, 'bench.db'));
    migrate(db, { room: 'orchard', migrations: [first, second] });
    migrate(db, { room: 'orchard', migrations: [first, second] });
    expect(fruit()).toEqual([{ name: 'pear', weight: null }]);
  });

  it('keeps rooms apart', () => {
    migrate(db, { room: 'orchard', migrations: [first, second] });
    migrate(db, { room: 'garden', migrations: ['CREATE TABLE bean (name TEXT) STRICT'] });
    expect(db.prepare('SELECT room, version FROM migration ORDER BY room').all()).toEqual([
      { room: 'garden', version: 1 },
      { room: 'orchard', version: 2 },
    ]);
  });

  it('refuses tables of a newer version and touches nothing', () => {
    migrate(db, { room: 'orchard', migrations: [first, second] });
    expect(() => {
      migrate(db, { room: 'orchard', migrations: [first] });
    }).toThrow(expect.objectContaining({ code: 'NEWER_SCHEMA' }));
    expect(fruit()).toHaveLength(1);
  });

  it('keeps nothing of a step that fails, and all of those before it', () => {
    const broken = "INSERT INTO fruit VALUES ('plum'); INSERT INTO nowhere VALUES (1)";
    expect(() => {
      migrate(db, { room: 'orchard', migrations: [first, broken] });
    }).toThrow(expect.objectContaining({ code: 'MIGRATION_FAILED' }));
    expect(fruit()).toEqual([]);
    migrate(db, { room: 'orchard', migrations: [first, second] });
    expect(fruit()).toHaveLength(1);
  });
});

describe('inTransaction', () => {
  it('returns what the work returned, or undoes all of it', () => {
    migrate(db, { room: 'orchard', migrations: ['CREATE TABLE fruit (name TEXT) STRICT'] });
    const insert = db.prepare('INSERT INTO fruit VALUES (?)');
    expect(inTransaction(db, () => insert.run('fig').changes)).toBe(1);
    expect(() =>
      inTransaction(db, () => {
        insert.run('kiwi');
        throw new Error('no more room');
      }),
    ).toThrow('no more room');
    expect(db.prepare('SELECT name FROM fruit').all()).toEqual([{ name: 'fig' }]);
  });
});
