import type { DatabaseSync } from 'node:sqlite';
import { ReportMoment } from '#core/contract';
import type { MomentName, NotedMoment, NotedSnapshot } from './material.ts';
import { Snapshot } from './sessions.ts';

/** Moments kept: those of some ten thousand updates. The oldest go. */
const KEPT = 60_000;
/** How many may be too many before they are counted again. */
const SLACK = 1_000;

/** What the vehicle was at each step of an update, whether somebody asked for a report or not. */
export type Moments = {
  /**
   * The first time counts: a step that is told twice was taken once. Only an end may be followed
   * by another, of an update that is taken back.
   */
  note(updateId: string, moment: MomentName, snapshot: NotedSnapshot): void;
  /** In the order in which they were noted. */
  of(updateId: string): NotedMoment[];
};

export function createMoments(db: DatabaseSync): Moments {
  const insert = db.prepare(
    `INSERT INTO report_moment (update_id, moment, snapshot) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET snapshot = excluded.snapshot WHERE moment = 'ended'`,
  );
  const select = db.prepare(
    'SELECT moment, snapshot FROM report_moment WHERE update_id = ? ORDER BY id',
  );
  const prune = db.prepare(
    'DELETE FROM report_moment WHERE id <= (SELECT max(id) FROM report_moment) - ?',
  );
  let since = 0;
  return {
    note(updateId, moment, snapshot) {
      insert.run(updateId, moment, JSON.stringify(snapshot));
      since += 1;
      if (since < SLACK) return;
      since = 0;
      prune.run(KEPT);
    },
    of: (updateId) =>
      select.all(updateId).map((row) => ({
        moment: ReportMoment.shape.moment.parse(row['moment']),
        snapshot: Snapshot.parse(JSON.parse(String(row['snapshot']))),
      })),
  };
}
