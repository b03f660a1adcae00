import { type DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ConditionsView } from '#core/contract';
import { parseVin } from '#core/protocol';
import { storedList, storedText } from '../store.ts';
import { DEMO_PROFILE, DEMO_VIN } from './demo-vehicle.ts';

const Entry = z.object({
  vin: z.string(),
  /** A name, or in one run the path of a file. */
  profile: z.string(),
  /** Null: those of the profile. */
  conditions: ConditionsView.nullable(),
});
export type Entry = z.infer<typeof Entry>;

/** The vehicles that this bench simulates, in their order. */
export type VehicleStore = {
  vins(): string[];
  get(vin: string): Entry | undefined;
  /** Whether somebody added it, in this run or an earlier one. */
  isRemembered(vin: string): boolean;
  /** In place of one of the same VIN. */
  put(entry: Entry): void;
  remove(vin: string): void;
};

/**
 * Remembered in bench.db; a bench that never had any begins with the demo vehicle. What a command
 * names holds for its run and is not remembered.
 */
export function openVehicleStore(options: {
  db: DatabaseSync;
  vins: readonly string[] | undefined;
  profile: string | undefined;
}): VehicleStore {
  const { db, vins, profile } = options;
  const list = storedList(db, 'vehicles', Entry);
  const fresh: Entry[] = [{ vin: DEMO_VIN, profile: DEMO_PROFILE, conditions: null }];
  const stored = storedText(db, 'vehicles').get() === null ? fresh : list.get();
  const passing = vins !== undefined || profile !== undefined;
  const entries = new Map<string, Entry>();
  for (const vin of passing ? (vins ?? [DEMO_VIN]).map(parseVin) : stored.map(({ vin }) => vin)) {
    const known = stored.find((entry) => entry.vin === vin);
    const made = known ?? { vin, profile: DEMO_PROFILE, conditions: null };
    entries.set(vin, profile === undefined ? made : { ...made, profile });
  }
  const keep = (): void => {
    if (!passing) list.set([...entries.values()]);
  };
  return {
    vins: () => [...entries.keys()],
    get: (vin) => entries.get(vin),
    isRemembered: (vin) => !passing && list.get().some((entry) => entry.vin === vin),
    put(entry) {
      entries.set(entry.vin, entry);
      keep();
    },
    remove(vin) {
      entries.delete(vin);
      keep();
    },
  };
}
