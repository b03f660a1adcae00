import type { DatabaseSync } from 'node:sqlite';
import type { Random } from '#core/ports';

/** Names this workspace in its reports, for as long as it lasts. */
export function benchIdOf(db: DatabaseSync, random: Random): string {
  db.prepare('INSERT OR IGNORE INTO report_bench (one, id) VALUES (1, ?)').run(random.uuid());
  return String(db.prepare('SELECT id FROM report_bench').get()?.['id'] ?? '');
}
