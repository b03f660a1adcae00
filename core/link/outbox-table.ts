import type { DatabaseSync } from 'node:sqlite';
import { createHash } from 'node:crypto';
import { migrate, prepared, type Schema } from '#core/storage';
import { LinkError, type LinkErrorCode } from './errors.ts';
import type { OutboxMessage, OutboxResult, Qos } from './types.ts';

const MIGRATIONS = [
  `CREATE TABLE outbox (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     sender TEXT NOT NULL,
     key TEXT NOT NULL,
     topic TEXT NOT NULL,
     payload BLOB,
     qos INTEGER NOT NULL,
     retain INTEGER NOT NULL,
     digest TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('waiting', 'acknowledged', 'parked')),
     strikes INTEGER NOT NULL DEFAULT 0,
     code TEXT,
     reason TEXT,
     settled_at INTEGER,
     UNIQUE (sender, key)
   ) STRICT;
   CREATE INDEX outbox_waiting ON outbox (sender, topic, id) WHERE state = 'waiting';
   CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;`,
  // The first waiting message of each topic is marked, so that filling the lanes reads as many
  // rows as there are lanes, not as many as wait. Triggers keep the mark, whoever writes.
  `ALTER TABLE outbox ADD COLUMN head INTEGER NOT NULL DEFAULT 0;
   UPDATE outbox SET head = 1 WHERE id IN
     (SELECT min(id) FROM outbox WHERE state = 'waiting' GROUP BY sender, topic);
   CREATE INDEX outbox_heads ON outbox (sender, strikes DESC, id) WHERE head = 1;
   CREATE TRIGGER outbox_first AFTER INSERT ON outbox
     WHEN NEW.state = 'waiting' AND NOT EXISTS
       (SELECT 1 FROM outbox WHERE state = 'waiting'
          AND sender = NEW.sender AND topic = NEW.topic AND id < NEW.id)
   BEGIN
     UPDATE outbox SET head = 1 WHERE id = NEW.id;
   END;
   CREATE TRIGGER outbox_next AFTER UPDATE OF state ON outbox
     WHEN OLD.state = 'waiting' AND NEW.state <> 'waiting'
   BEGIN
     UPDATE outbox SET head = 0 WHERE id = NEW.id;
     UPDATE outbox SET head = 1 WHERE id =
       (SELECT id FROM outbox WHERE state = 'waiting'
          AND sender = NEW.sender AND topic = NEW.topic ORDER BY id LIMIT 1);
   END;`,
];

export const OUTBOX_SCHEMA: Schema = { room: 'outbox', migrations: MIGRATIONS };

/** Long enough that a sender which comes back after a week still finds its key. */
const KEEP_SETTLED_MS = 7 * 24 * 3_600_000;

export type OutboxRow = OutboxMessage & {
  readonly id: number;
  /** How often the connection ended while it was in flight. */
  readonly strikes: number;
};

export interface OutboxTable {
  insert(message: OutboxMessage): void;
  /** The oldest waiting message of each topic not in `busy`, oldest first. */
  heads(busy: ReadonlySet<string>, limit: number): OutboxRow[];
  /** The oldest waiting message of one topic. */
  head(topic: string): OutboxRow | null;
  strike(id: number): void;
  /** Takes back the strikes of everything that waits. */
  forgive(): void;
  settle(id: number, result: OutboxResult, now: number): void;
  result(key: string): OutboxResult | { kind: 'waiting'; key: string } | null;
  waiting(): number;
}

/** The messages of one sender: roles share a database, and each sends by its own link. */
export function openOutboxTable(db: DatabaseSync, sender: string, now: number): OutboxTable {
  migrate(db, OUTBOX_SCHEMA);
  prepared(db, `DELETE FROM outbox WHERE state = 'acknowledged' AND settled_at < ?`).run(
    now - KEEP_SETTLED_MS,
  );
  const byKey = prepared(
    db,
    'SELECT digest, state, code, reason FROM outbox WHERE sender = ? AND key = ?',
  );
  const insert = prepared(
    db,
    `INSERT INTO outbox (sender, key, topic, payload, qos, retain, digest, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')`,
  );
  const heads = prepared(
    db,
    `SELECT id, key, topic, payload, qos, retain, strikes FROM outbox
     WHERE sender = ? AND head = 1 ORDER BY strikes DESC, id LIMIT ?`,
  );
  const head = prepared(
    db,
    `SELECT id, key, topic, payload, qos, retain, strikes FROM outbox
     WHERE sender = ? AND topic = ? AND state = 'waiting' ORDER BY id LIMIT 1`,
  );
  const strike = prepared(db, 'UPDATE outbox SET strikes = strikes + 1 WHERE id = ?');
  const forgive = prepared(
    db, // Only a topic's first message is ever in flight.
    'UPDATE outbox SET strikes = 0 WHERE sender = ? AND head = 1 AND strikes > 0',
  );
  const settle = prepared(
    db,
    `UPDATE outbox SET state = ?, code = ?, reason = ?, settled_at = ?,
       payload = CASE WHEN ? = 'acknowledged' THEN NULL ELSE payload END
     WHERE id = ?`,
  );
  const count = prepared(
    db,
    `SELECT count(*) AS n FROM outbox WHERE state = 'waiting' AND sender = ?`,
  );

  return {
    insert(message) {
      const digest = digestOf(message);
      const known = byKey.get(sender, message.key);
      if (known?.['digest'] === digest) return;
      if (known) throw keyReused(message.key);
      const { key, topic, payload, qos, retain } = message;
      insert.run(sender, key, topic, payload, qos, retain ? 1 : 0, digest);
    },
    heads: (busy, limit) =>
      heads
        .all(sender, limit + busy.size)
        .map(asRow)
        .filter(({ topic }) => !busy.has(topic))
        .slice(0, limit),
    head(topic) {
      const row = head.get(sender, topic);
      return row ? asRow(row) : null;
    },
    strike(id) {
      strike.run(id);
    },
    forgive() {
      forgive.run(sender);
    },
    settle(id, result, now) {
      const why = result.kind === 'parked' ? result : null;
      settle.run(result.kind, why?.code ?? null, why?.reason ?? null, now, result.kind, id);
    },
    result(key) {
      const row = byKey.get(sender, key);
      switch (row?.['state']) {
        case 'waiting':
        case 'acknowledged':
          return { kind: row['state'], key };
        case 'parked':
          return {
            kind: 'parked',
            key,
            code: row['code'] as LinkErrorCode,
            reason: String(row['reason']),
          };
        default:
          return null;
      }
    },
    waiting: () => Number(count.get(sender)?.['n'] ?? 0),
  };
}

function asRow(row: Record<string, unknown>): OutboxRow {
  return {
    id: Number(row['id']),
    key: String(row['key']),
    topic: String(row['topic']),
    payload: row['payload'] instanceof Uint8Array ? row['payload'] : new Uint8Array(),
    qos: Number(row['qos']) as Qos,
    retain: row['retain'] === 1,
    strikes: Number(row['strikes']),
  };
}

/** Tells the same message from another one under its key, also after its payload was let go. */
function digestOf({ topic, payload, qos, retain }: OutboxMessage): string {
  return createHash('sha256')
    .update(JSON.stringify([topic, qos, retain]))
    .update(payload)
    .digest('hex');
}

function keyReused(key: string): LinkError {
  return new LinkError('KEY_REUSED', `another message was sent under the key ${key}`, {
    next: 'Give each message a key of its own.',
  });
}
