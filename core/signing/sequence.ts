import type { DatabaseSync } from 'node:sqlite';
import { prepared } from '#core/storage';
import { prepareTables } from './tables.ts';

/**
 * [P4] The next `seq` of a sender for a vehicle: durable before it returns, never given twice.
 *
 * @param floor lowest number to give. With the wall clock in milliseconds a sender whose
 *   workspace was lost does not begin again below what its receivers remember.
 */
export function nextSeq(db: DatabaseSync, sender: string, vin: string, floor = 1): number {
  prepareTables(db);
  const row = prepared(
    db,
    `INSERT INTO own_seq (sender, vin, last) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET last = max(last + 1, excluded.last) RETURNING last`,
  ).get(sender, vin, floor);
  const last = row?.['last'];
  if (typeof last !== 'number') throw new Error('own_seq returned no number');
  return last;
}
