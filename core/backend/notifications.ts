import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#core/ports';
import { canonicalText } from '#core/signing';
import { inTransaction } from '#core/storage';

/** A body without a time of its own counts as the same notice, retried, within this long. */
const RETRY_WINDOW_MS = 10 * 60_000;
/** Notices kept. */
const KEPT = 10_000;

export type Notice = {
  readonly id: number;
  readonly kind: 'failure' | 'rollback';
  readonly vehicleId: string;
  readonly ecuId: string;
  /** CN of the certificate it came with. */
  readonly reporter: string;
  /** The body as it was read. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Wall clock, ms. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** How often the same was posted. */
  readonly times: number;
};

export type Notifications = {
  /** Stored when this returns. */
  store(notice: {
    kind: Notice['kind'];
    vehicleId: string;
    ecuId: string;
    reporter: string;
    body: Readonly<Record<string, unknown>>;
  }): Notice;
  /** Newest first. */
  list(limit?: number): Notice[];
  onNotice(listener: (notice: Notice) => void): () => void;
};

export function createNotifications(db: DatabaseSync, clock: Clock): Notifications {
  const listeners = new Set<(notice: Notice) => void>();
  const same = db.prepare(
    `SELECT id FROM notification WHERE kind = ? AND digest = ? AND (dated = 1 OR last_at >= ?)
     ORDER BY id DESC LIMIT 1`,
  );
  const again = db.prepare(
    'UPDATE notification SET times = times + 1, last_at = ? WHERE id = ? RETURNING *',
  );
  const insert = db.prepare(
    `INSERT INTO notification
       (kind, digest, vehicle_id, ecu_id, reporter, body, dated, first_at, last_at, times)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING *`,
  );
  const prune = db.prepare(
    'DELETE FROM notification WHERE id <= (SELECT max(id) FROM notification) - ?',
  );
  const select = db.prepare('SELECT * FROM notification ORDER BY last_at DESC, id DESC LIMIT ?');

  return {
    store({ kind, vehicleId, ecuId, reporter, body }) {
      const now = clock.now();
      const digest = createHash('sha256').update(digestText(body)).digest('hex');
      const dated = typeof body['timestamp'] === 'string' ? 1 : 0;
      const row = inTransaction(db, () => {
        const known = same.get(kind, digest, now - RETRY_WINDOW_MS)?.['id'];
        if (typeof known === 'number') return again.get(now, known);
        const text = JSON.stringify(body);
        prune.run(KEPT);
        return insert.get(kind, digest, vehicleId, ecuId, reporter, text, dated, now, now);
      });
      const notice = read(row ?? {});
      for (const listener of [...listeners]) listener(notice);
      return notice;
    },
    list: (limit = 200) => select.all(limit).map(read),
    onNotice(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The order of members does not make another notice. */
function digestText(body: Readonly<Record<string, unknown>>): string {
  try {
    return canonicalText(body);
  } catch {
    // Content that cannot be signed [P1] is still a notice.
    return JSON.stringify(body);
  }
}

function read(row: Record<string, unknown>): Notice {
  return {
    id: Number(row['id']),
    kind: row['kind'] === 'rollback' ? 'rollback' : 'failure',
    vehicleId: String(row['vehicle_id']),
    ecuId: String(row['ecu_id']),
    reporter: String(row['reporter']),
    body: JSON.parse(String(row['body'])) as Record<string, unknown>,
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
    times: Number(row['times']),
  };
}
