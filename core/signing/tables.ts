import type { DatabaseSync } from 'node:sqlite';
import { migrate, type Migration, type Schema } from '#core/storage';

const MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE signing_key (
    kid TEXT PRIMARY KEY,
    added INTEGER NOT NULL,        -- rises by one per key added
    name TEXT NOT NULL,
    jwk TEXT NOT NULL,             -- public part only
    uses TEXT NOT NULL             -- JSON array of KeyUse
  ) STRICT;
  CREATE INDEX signing_key_by_name ON signing_key (name, added);

  CREATE TABLE seen_message (
    receiver TEXT NOT NULL,
    sender TEXT NOT NULL,
    vin TEXT NOT NULL,
    message_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    keep_until INTEGER NOT NULL,   -- wall clock, ms
    PRIMARY KEY (receiver, sender, vin, message_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX seen_message_by_end ON seen_message (keep_until);

  CREATE TABLE seen_seq (
    receiver TEXT NOT NULL,
    sender TEXT NOT NULL,
    vin TEXT NOT NULL,
    kind TEXT NOT NULL,
    highest INTEGER NOT NULL,
    PRIMARY KEY (receiver, sender, vin, kind)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE own_seq (
    sender TEXT NOT NULL,
    vin TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (sender, vin)
  ) STRICT, WITHOUT ROWID;
  `,
];

export const SIGNING_SCHEMA: Schema = { room: 'signing', migrations: MIGRATIONS };

const prepared = new WeakSet<DatabaseSync>();

/** Makes this room's tables once per open database. */
export function prepareTables(db: DatabaseSync): void {
  if (prepared.has(db)) return;
  migrate(db, SIGNING_SCHEMA);
  prepared.add(db);
}
