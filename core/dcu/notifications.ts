import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Log } from '#core/ports';
import { migrate, prepared } from '#core/storage';
import { mayPass, type BackendApi } from './backend-api.ts';

const MIGRATIONS = [
  `CREATE TABLE notification (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     key TEXT NOT NULL UNIQUE,
     path TEXT NOT NULL,
     body TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'refused'))
   ) STRICT;`,
  // Several vehicles may keep their books in one database; one that had its own takes its rows up.
  `ALTER TABLE notification ADD COLUMN vehicle TEXT NOT NULL DEFAULT '';
   CREATE INDEX notification_waiting ON notification (vehicle, id) WHERE state = 'waiting';
   CREATE INDEX notification_settled ON notification (vehicle, id) WHERE state <> 'waiting';`,
];

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
/** Settled ones kept, so that a restart does not say them again. */
const KEEP_SETTLED = 1_000;

export type Notification = {
  /** The same key is stored and sent once. */
  readonly key: string;
  readonly path: '/notify_failure' | '/rollback_notification';
  readonly body: Readonly<Record<string, unknown>>;
};

/** What the backend must hear by HTTPS: stored first, sent in order until it answers 200. */
export interface Notifications {
  /** Durable when it returns. */
  enqueue(notification: Notification): void;
  pending(): number;
  close(): Promise<void>;
}

export function createNotifications(options: {
  /** Whose they are. */
  vin: string;
  db: DatabaseSync;
  api: BackendApi;
  clock: Clock;
  log: Log;
}): Notifications {
  const { vin, db, api, clock, log } = options;
  migrate(db, { room: 'dcu.notifications', migrations: MIGRATIONS });
  prepared(
    db,
    `UPDATE notification SET vehicle = ?1, key = ?1 || '/' || key WHERE vehicle = ''`,
  ).run(vin);
  const insert = prepared(
    db,
    `INSERT INTO notification (vehicle, key, path, body, state) VALUES (?, ?, ?, ?, 'waiting')
     ON CONFLICT (key) DO NOTHING`,
  );
  const first = prepared(
    db,
    `SELECT id, path, body FROM notification WHERE vehicle = ? AND state = 'waiting'
     ORDER BY id LIMIT 1`,
  );
  const count = prepared(
    db,
    `SELECT count(*) AS n FROM notification WHERE vehicle = ? AND state = 'waiting'`,
  );
  const settle = prepared(db, 'UPDATE notification SET state = ? WHERE id = ?');
  const prune = prepared(
    db,
    `DELETE FROM notification WHERE vehicle = ?1 AND state <> 'waiting' AND id <=
       (SELECT id FROM notification WHERE vehicle = ?1 AND state <> 'waiting'
        ORDER BY id DESC LIMIT 1 OFFSET ${KEEP_SETTLED})`,
  );
  const closing = new AbortController();
  let running: Promise<void> | null = null;

  const drain = async (): Promise<void> => {
    let delay = FIRST_RETRY_MS;
    while (!closing.signal.aborted) {
      const row = first.get(vin);
      if (row === undefined) return;
      const outcome = await send(String(row['path']), String(row['body']));
      if (outcome === 'later') {
        await clock.sleep(delay, closing.signal).catch(() => undefined);
        delay = Math.min(delay * 2, LONGEST_RETRY_MS);
        continue;
      }
      delay = FIRST_RETRY_MS;
      settle.run(outcome, Number(row['id']));
      prune.run(vin);
    }
  };

  const send = async (path: string, body: string): Promise<'sent' | 'refused' | 'later'> => {
    try {
      const status = await api.post(path, JSON.parse(body) as object, closing.signal);
      if (status === 200) return 'sent';
      log(mayPass(status) ? 'warn' : 'error', `${path} was answered ${status}`, { body });
      return mayPass(status) ? 'later' : 'refused';
    } catch (error) {
      if (!closing.signal.aborted) {
        log('debug', `${path} was not delivered`, {
          reason: error instanceof Error ? error.message : String(error),
        });
      }
      return 'later';
    }
  };

  const start = (): void => {
    running ??= drain()
      .catch((error: unknown) => {
        // Its table cannot be read or written; the next one, or the next start, tries again.
        if (!closing.signal.aborted) log('error', 'notifications could not go on', { error });
      })
      .finally(() => {
        running = null;
      });
  };
  start();
  return {
    enqueue: ({ key, path, body }) => {
      insert.run(vin, `${vin}/${key}`, path, JSON.stringify(body));
      start();
    },
    pending: () => Number(count.get(vin)?.['n'] ?? 0),
    close: async () => {
      closing.abort(new Error('the DCU is closing'));
      await running;
    },
  };
}
