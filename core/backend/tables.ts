import type { DatabaseSync } from 'node:sqlite';
import { migrate, type Schema } from '#core/storage';

const MIGRATIONS = [
  `CREATE TABLE update_record (
     update_id TEXT PRIMARY KEY,
     vin TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     ended INTEGER NOT NULL,
     version TEXT NOT NULL,
     -- What Compose showed, so that publishing it twice is publishing it once.
     composed_id TEXT UNIQUE,
     -- seq of the issue_details; null where we issued none.
     issue_seq INTEGER,
     state TEXT NOT NULL
   ) STRICT;
   CREATE INDEX update_by_vin ON update_record (vin, ended, created_at);

   CREATE TABLE backend_vehicle (
     vin TEXT PRIMARY KEY,
     ecus TEXT NOT NULL,
     online INTEGER NOT NULL,
     last_seen_at INTEGER
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE backend_refusal (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     at INTEGER NOT NULL,
     vin TEXT NOT NULL,
     kind TEXT NOT NULL,
     update_id TEXT,
     code TEXT NOT NULL,
     reason TEXT NOT NULL
   ) STRICT;

   CREATE TABLE notification (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     kind TEXT NOT NULL CHECK (kind IN ('failure', 'rollback')),
     digest TEXT NOT NULL,
     vehicle_id TEXT NOT NULL,
     ecu_id TEXT NOT NULL,
     reporter TEXT NOT NULL,
     body TEXT NOT NULL,
     dated INTEGER NOT NULL,
     first_at INTEGER NOT NULL,
     last_at INTEGER NOT NULL,
     times INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX notification_digest ON notification (digest, last_at);`,
  `CREATE TABLE rollback_verdict (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     verdict_id TEXT NOT NULL,
     vin TEXT NOT NULL,
     ecu_id TEXT NOT NULL,
     update_id TEXT NOT NULL,
     ended_at INTEGER NOT NULL,
     received_at INTEGER NOT NULL,
     view TEXT NOT NULL,
     UNIQUE (vin, verdict_id)
   ) STRICT;
   CREATE INDEX rollback_verdict_by_vin ON rollback_verdict (vin, received_at);`,
];

export const BACKEND_SCHEMA: Schema = { room: 'backend', migrations: MIGRATIONS };

/** The backend's tables in bench.db. */
export function prepareTables(db: DatabaseSync): void {
  migrate(db, BACKEND_SCHEMA);
}
