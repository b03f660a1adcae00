import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { SigningError } from './errors.ts';
import type { KeyUse, VerifyKey } from './key.ts';
import { importPublicJwk } from './public-key.ts';
import { prepareTables } from './tables.ts';

export type RingEntry = { readonly key: VerifyKey; readonly uses: readonly KeyUse[] };

/** The part of a key ring that lives in SQLite: public keys and what they may vouch for. */
export type StoredKeys = {
  put(key: Extract<VerifyKey, { jwk: unknown }>, uses: readonly KeyUse[]): void;
  find(kid: string): RingEntry | null;
  list(): RingEntry[];
  remove(kid: string): void;
};

/**
 * A bench makes its keys anew for each process, so that this many processes' keys of one name
 * are kept: messages of an earlier one may still be on their way.
 */
const SAME_NAME_LIMIT = 32;

/** Keys kept as read: a fleet of vehicles speaks in turn, and each message is verified. */
const READ_LIMIT = 10_000;

const Row = z.object({ kid: z.string(), name: z.string(), jwk: z.string(), uses: z.string() });
const Uses = z.array(
  z.custom<KeyUse>(
    (use) => typeof use === 'string' && /^(release|backend|gatekeeper|report|dcu:.+)$/.test(use),
  ),
);

export function createStoredKeys(db: DatabaseSync): StoredKeys {
  prepareTables(db);
  const reading = createReading();
  const put = db.prepare(
    `INSERT INTO signing_key (kid, added, name, jwk, uses)
     VALUES (?, (SELECT coalesce(max(added), 0) + 1 FROM signing_key), ?, ?, ?)
     ON CONFLICT (kid) DO UPDATE
       SET added = excluded.added, name = excluded.name, uses = excluded.uses`,
  );
  const trim = db.prepare(
    `DELETE FROM signing_key WHERE name = ?1 AND added <
       (SELECT min(added) FROM
         (SELECT added FROM signing_key WHERE name = ?1 ORDER BY added DESC LIMIT ?2))`,
  );
  const find = db.prepare('SELECT kid, name, jwk, uses FROM signing_key WHERE kid = ?');
  const list = db.prepare('SELECT kid, name, jwk, uses FROM signing_key ORDER BY added');
  const remove = db.prepare('DELETE FROM signing_key WHERE kid = ?');
  return {
    put: (key, uses) => {
      put.run(key.kid, key.name, JSON.stringify(key.jwk), JSON.stringify(uses));
      trim.run(key.name, SAME_NAME_LIMIT);
    },
    find: (kid) => {
      const row = find.get(kid);
      return row === undefined ? null : reading(row);
    },
    list: () => list.all().map((row) => entryOf(Row.parse(row))),
    remove: (kid) => {
      remove.run(kid);
    },
  };
}

/** A row that says what it said before need not be understood again. */
function createReading(): (row: unknown) => RingEntry {
  const known = new Map<string, { text: string; entry: RingEntry }>();
  return (raw) => {
    const row = Row.parse(raw);
    const text = JSON.stringify(row);
    const before = known.get(row.kid);
    if (before?.text === text) return before.entry;
    const entry = entryOf(row);
    if (known.size >= READ_LIMIT) known.clear();
    known.set(row.kid, { text, entry });
    return entry;
  };
}

/** A row is trusted only as far as its key has the id it is filed under. */
function entryOf({ kid, name, jwk, uses }: z.infer<typeof Row>): RingEntry {
  try {
    const key = importPublicJwk(JSON.parse(jwk), name);
    if (key.kid === kid) return { key, uses: Uses.parse(JSON.parse(uses)) };
  } catch (cause) {
    throw new SigningError('KEY_STORE_DAMAGED', `the stored key ${kid} cannot be read`, cause);
  }
  throw new SigningError('KEY_STORE_DAMAGED', `the key stored as ${kid} is another one`);
}
