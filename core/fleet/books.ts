import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '#core/storage';

/** Kilobytes of the database that stay in memory, for all vehicles together. */
const CACHE_KIB = 8_192;

/**
 * One database for what every vehicle must not say or hear twice; each of its rows names the
 * vehicle. A fleet begins anew with each start, so that nothing in it has to outlive a power cut:
 * no commit waits for the disk.
 */
export function openBooks(dir: string): DatabaseSync {
  const db = openDatabase(join(dir, 'fleet.db'), 'passing');
  db.exec(`PRAGMA cache_size = -${String(CACHE_KIB)};`);
  return db;
}
