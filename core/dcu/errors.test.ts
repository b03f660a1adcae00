import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { nextFor, whyOf } from './errors.ts';

it('tells a full disk as one, whether a file or the journal met it', () => {
  const db = new DatabaseSync(':memory:');
  db.exec('PRAGMA max_page_count = 4; CREATE TABLE t (x)');
  let met: unknown = null;
  try {
    db.prepare('INSERT INTO t VALUES (zeroblob(100000))').run();
  } catch (error) {
    met = error;
  } finally {
    db.close();
  }
  expect(whyOf(met)).toEqual({ code: 'DISK_FULL', detail: 'database or disk is full' });
  expect(nextFor('DISK_FULL')).toContain('goes on by itself');
  const file = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
  expect(whyOf(file).code).toBe('DISK_FULL');
  expect(whyOf(new Error('odd')).code).toBe('IO_ERROR');
});
