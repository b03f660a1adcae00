import type { DatabaseSync } from 'node:sqlite';
import { migrate } from '#core/storage';

const MIGRATIONS = [
  `CREATE TABLE report_session (
     session_id TEXT PRIMARY KEY,
     vin TEXT NOT NULL,
     begun_at INTEGER NOT NULL,
     running INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX report_session_running ON report_session (running, begun_at);

   CREATE TABLE report (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     report_id TEXT NOT NULL UNIQUE,
     session_id TEXT UNIQUE,
     vin TEXT NOT NULL,
     -- What a person may look for, in lower case.
     search TEXT NOT NULL,
     view TEXT NOT NULL,
     -- What was signed, byte for byte.
     text TEXT NOT NULL
   ) STRICT;
   CREATE INDEX report_by_vin ON report (vin, number);
   CREATE TABLE report_update (
     update_id TEXT NOT NULL,
     number INTEGER NOT NULL REFERENCES report (number),
     -- What the update had come to when the report was made.
     stage TEXT NOT NULL,
     PRIMARY KEY (update_id, number)
   ) STRICT, WITHOUT ROWID;
   -- A report is written once.
   CREATE TRIGGER report_unchanged BEFORE UPDATE ON report
     BEGIN SELECT RAISE(ABORT, 'a report is never changed'); END;
   CREATE TRIGGER report_kept BEFORE DELETE ON report
     BEGIN SELECT RAISE(ABORT, 'a report is never deleted'); END;

   CREATE TABLE report_moment (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     update_id TEXT NOT NULL,
     moment TEXT NOT NULL,
     snapshot TEXT NOT NULL,
     UNIQUE (update_id, moment)
   ) STRICT;

   CREATE TABLE report_key (
     kid TEXT PRIMARY KEY,
     jwk TEXT NOT NULL,
     -- Certificates in base64, and the CA that gave the first.
     chain TEXT NOT NULL,
     ca TEXT NOT NULL,
     ends_at INTEGER NOT NULL
   ) STRICT;

   CREATE TABLE report_bench (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL) STRICT;`,
];

/** The reports' tables in bench.db. */
export function prepareTables(db: DatabaseSync): void {
  migrate(db, 'report', MIGRATIONS);
}
