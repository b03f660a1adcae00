import type { DatabaseSync } from 'node:sqlite';
import type { Random } from '#core/ports';
import { benchIdOf } from './bench-id.ts';
import { createMoments, type Moments } from './moments.ts';
import { createReportKeys, type ReportKeys } from './report-keys.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createShelf, type Shelf } from './shelf.ts';
import { prepareTables } from './tables.ts';

/** Everything about reports that is kept in bench.db. */
export type ReportBooks = {
  readonly sessions: Sessions;
  readonly moments: Moments;
  readonly shelf: Shelf;
  readonly keys: ReportKeys;
  readonly benchId: string;
};

export function openReportBooks(db: DatabaseSync, random: Random): ReportBooks {
  prepareTables(db);
  return {
    sessions: createSessions(db),
    moments: createMoments(db),
    shelf: createShelf(db),
    keys: createReportKeys(db),
    benchId: benchIdOf(db, random),
  };
}
