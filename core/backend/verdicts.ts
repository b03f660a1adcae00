import type { DatabaseSync } from 'node:sqlite';
import { RollbackVerdictView, type SignatureMark } from '#core/contract';
import type { RollbackVerdict } from '#core/protocol';

/** Kept of each vehicle: what one says pushes out nothing of another's. */
const KEPT = 2_000;
const NEXT = 'Look the code up in docs/PROTOCOL.md.';

export type VerdictQuery = {
  readonly vin?: string | undefined;
  readonly ecuId?: string | undefined;
  readonly updateId?: string | undefined;
  readonly limit: number;
};

/** How rollbacks ended, in bench.db. One for each, however often it is told. */
export type Verdicts = {
  /**
   * Within the caller's transaction. False for one that is known. Ids can be foretold: one whose
   * signature was not proven makes way for the same id with a proof.
   */
  store(verdict: RollbackVerdict, mark: SignatureMark, now: number): boolean;
  /** Newest first. */
  list(query: VerdictQuery): RollbackVerdictView[];
};

export function createVerdicts(db: DatabaseSync, kept = KEPT): Verdicts {
  const insert = db.prepare(
    `INSERT INTO rollback_verdict
       (verdict_id, vin, ecu_id, update_id, ended_at, received_at, view)
     VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (vin, verdict_id) DO UPDATE SET
       ecu_id = excluded.ecu_id, update_id = excluded.update_id, ended_at = excluded.ended_at,
       received_at = excluded.received_at, view = excluded.view
     WHERE view ->> 'signature' <> 'valid' AND excluded.view ->> 'signature' = 'valid'`,
  );
  const count = db.prepare('SELECT count(*) AS has FROM rollback_verdict WHERE vin = ?');
  // Those that prove nothing go before those that do, then the oldest.
  const prune = db.prepare(
    `DELETE FROM rollback_verdict WHERE id IN (
       SELECT id FROM rollback_verdict WHERE vin = ?
       ORDER BY view ->> 'signature' = 'valid' DESC, received_at DESC, id DESC LIMIT -1 OFFSET ?)`,
  );
  const select = db.prepare(
    `SELECT view FROM rollback_verdict
     WHERE (?1 IS NULL OR vin = ?1) AND (?2 IS NULL OR ecu_id = ?2)
       AND (?3 IS NULL OR update_id = ?3)
     ORDER BY received_at DESC, id DESC LIMIT ?4`,
  );
  return {
    store(verdict, mark, now) {
      const view = viewOf(verdict, mark, now);
      const { verdictId, vin, ecuId, updateId, endedAt } = view;
      const text = JSON.stringify(view);
      const { changes } = insert.run(verdictId, vin, ecuId, updateId, endedAt, now, text);
      if (changes === 0) return false;
      if (Number(count.get(vin)?.['has']) > kept) prune.run(vin, kept);
      return true;
    },
    list: ({ vin, ecuId, updateId, limit }) =>
      select
        .all(vin ?? null, ecuId ?? null, updateId ?? null, limit)
        .map((row) => RollbackVerdictView.parse(JSON.parse(String(row['view'])))),
  };
}

function viewOf(verdict: RollbackVerdict, mark: SignatureMark, now: number): RollbackVerdictView {
  const { code, detail, next = NEXT } = verdict.reason;
  return RollbackVerdictView.parse({
    ...verdict,
    requestedAt: Date.parse(verdict.requestedAt),
    endedAt: Date.parse(verdict.endedAt),
    reason: { code, reason: detail, next },
    signature: mark,
    receivedAt: now,
  });
}
