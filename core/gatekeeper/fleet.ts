import type { DatabaseSync } from 'node:sqlite';
import type { Clock, Log } from '#core/ports';
import {
  checkExpiry,
  decodePayload,
  Inventory,
  parseMessage,
  ProtocolError,
  type InventoryEcu,
} from '#core/protocol';
import {
  applyPolicy,
  typOf,
  verifyObject,
  type Algorithm,
  type KeyRing,
  type Policy,
  type ReplayGuard,
} from '#core/signing';
import { inTransaction, migrate, type Schema } from '#core/storage';
import { replayEntry } from './replay-entry.ts';

const MIGRATIONS = [
  `CREATE TABLE gatekeeper_inventory (
     vin TEXT PRIMARY KEY,
     ecus TEXT NOT NULL,
     heard_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID`,
];

export const GATEKEEPER_SCHEMA: Schema = { room: 'gatekeeper', migrations: MIGRATIONS };

/** Vehicles remembered; beyond it the longest silent is forgotten. */
const VEHICLES = 10_000;

/** What every vehicle last said it has, over restarts. */
export type Fleet = {
  /** Takes one `inventory` message. False when it was refused or is older than what is known. */
  hear(vin: string, payload: Uint8Array): Promise<boolean>;
  ecus(vin: string): readonly InventoryEcu[] | null;
};

export function createFleet(deps: {
  db: DatabaseSync;
  keys: KeyRing;
  policy: Policy;
  algorithms: readonly Algorithm[];
  replay: ReplayGuard;
  clock: Clock;
  log: Log;
}): Fleet {
  const { db, keys, policy, algorithms, replay, clock, log } = deps;
  migrate(db, GATEKEEPER_SCHEMA);
  const select = db.prepare('SELECT ecus FROM gatekeeper_inventory WHERE vin = ?');
  const upsert = db.prepare(
    `INSERT INTO gatekeeper_inventory (vin, ecus, heard_at) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET ecus = excluded.ecus, heard_at = excluded.heard_at`,
  );
  const forget = db.prepare(
    `DELETE FROM gatekeeper_inventory WHERE vin IN (
       SELECT vin FROM gatekeeper_inventory ORDER BY heard_at DESC LIMIT -1 OFFSET ?)`,
  );

  // Counted once: to count or sort thousands for each message would take longer than to judge it.
  let known = Number(
    db.prepare('SELECT count(*) AS n FROM gatekeeper_inventory').get()?.['n'] ?? 0,
  );

  const accept = async (vin: string, payload: Uint8Array): Promise<boolean> => {
    const object = decodePayload(payload);
    const inventory = parseMessage('inventory', vin, object);
    const verdict = await verifyObject(object, {
      typ: typOf('inventory'),
      algorithms,
      keys,
      use: `dcu:${vin}`,
    });
    const outcome = applyPolicy(verdict, policy);
    if (!outcome.accepted) {
      log('warn', 'inventory refused', { vin, code: outcome.code, detail: outcome.detail });
      return false;
    }
    checkExpiry(inventory, clock.now());
    const entry = replayEntry('inventory', vin, inventory, payload, outcome.mark);
    // The broker hands out the retained one on every subscription: known, not suspicious.
    if (replay.check(entry).kind === 'replayed') return false;
    inTransaction(db, () => {
      replay.remember(entry);
      if (select.get(vin) === undefined) known += 1;
      upsert.run(vin, JSON.stringify(inventory.ecus), clock.now());
      if (known > VEHICLES) known -= Number(forget.run(VEHICLES).changes);
    });
    return true;
  };

  return {
    async hear(vin, payload) {
      try {
        return await accept(vin, payload);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        log('warn', 'inventory refused', { vin, code: error.code, detail: error.reason });
        return false;
      }
    },
    ecus(vin) {
      const row = select.get(vin);
      if (typeof row?.['ecus'] !== 'string') return null;
      return Inventory.shape.ecus.parse(JSON.parse(row['ecus']));
    },
  };
}
