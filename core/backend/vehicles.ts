import type { DatabaseSync } from 'node:sqlite';
import type { BankView, EcuView, JobView, UpdateStage, VehicleView } from '#core/contract';
import type { Clock } from '#core/ports';
import { adviseVin, Inventory, type InventoryBank, type InventoryEcu } from '#core/protocol';
import { BackendError } from './errors.ts';
import type { UpdateState } from './machine.ts';

/** A vehicle as it tells of itself. Whether we simulate it is known elsewhere. */
export type KnownVehicle = Omit<VehicleView, 'simulated' | 'profile' | 'conditions'>;

export type Vehicles = {
  hasInventory(vin: string, ecus: readonly InventoryEcu[]): void;
  hasPresence(vin: string, online: boolean): void;
  /** Something believable came from it; kept with the next inventory or presence. */
  seen(vin: string): void;
  ecus(vin: string): readonly InventoryEcu[] | null;
  /** @throws BackendError VEHICLE_UNKNOWN, ECU_UNKNOWN */
  ecu(vin: string, ecuId: string): InventoryEcu;
  list(): KnownVehicle[];
  forget(vin: string): void;
  one(vin: string): KnownVehicle | null;
  onVehicle(listener: (vehicle: KnownVehicle) => void): () => void;
  /** Tells the listeners, after an update of one of its ECUs moved. */
  announce(vin: string): void;
};

type Row = { ecus: readonly InventoryEcu[]; online: boolean; lastSeenAt: number | null };

export function createVehicles(
  db: DatabaseSync,
  clock: Clock,
  openUpdates: (vin: string) => UpdateState[],
): Vehicles {
  const listeners = new Set<(vehicle: KnownVehicle) => void>();
  const seenAt = new Map<string, number>();
  const one = db.prepare('SELECT * FROM backend_vehicle WHERE vin = ?');
  const all = db.prepare('SELECT vin FROM backend_vehicle ORDER BY vin');
  const upsert = db.prepare(
    `INSERT INTO backend_vehicle (vin, ecus, online, last_seen_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET ecus = excluded.ecus, online = excluded.online,
       last_seen_at = excluded.last_seen_at`,
  );

  const read = (vin: string): Row | null => {
    const row = one.get(vin);
    if (typeof row?.['ecus'] !== 'string') return null;
    return {
      ecus: Inventory.shape.ecus.parse(JSON.parse(row['ecus'])),
      online: row['online'] === 1,
      lastSeenAt:
        seenAt.get(vin) ?? (row['last_seen_at'] === null ? null : Number(row['last_seen_at'])),
    };
  };
  const view = (vin: string): KnownVehicle | null => {
    const row = read(vin);
    if (row === null) return null;
    const open = openUpdates(vin);
    return {
      vin,
      online: row.online,
      lastSeenAt: row.lastSeenAt,
      advice: adviseVin(vin),
      ecus: row.ecus.map((ecu) => ecuView(ecu, open)),
      job: jobOf(open),
      waiting: 0,
      fault: null,
    };
  };
  const announce = (vin: string): void => {
    const vehicle = view(vin);
    if (vehicle !== null) for (const listener of [...listeners]) listener(vehicle);
  };
  const store = (vin: string, change: Partial<Row>): void => {
    const before = read(vin) ?? { ecus: [], online: false };
    const { ecus, online } = { ...before, ...change };
    const now = clock.now();
    seenAt.set(vin, now);
    upsert.run(vin, JSON.stringify(ecus), online ? 1 : 0, now);
  };

  return {
    // Whoever publishes what it has is there, whatever the broker said before.
    hasInventory: (vin, ecus) => store(vin, { ecus }),
    hasPresence: (vin, online) => store(vin, { online }),
    seen: (vin) => seenAt.set(vin, clock.now()),
    ecus: (vin) => read(vin)?.ecus ?? null,
    ecu: (vin, ecuId) => findEcu(vin, ecuId, read(vin)?.ecus ?? []),
    forget(vin) {
      seenAt.delete(vin);
      db.prepare('DELETE FROM backend_vehicle WHERE vin = ?').run(vin);
    },
    one: view,
    list: () => all.all().flatMap((row) => view(String(row['vin'])) ?? []),
    onVehicle(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    announce,
  };
}

function findEcu(vin: string, ecuId: string, ecus: readonly InventoryEcu[]): InventoryEcu {
  if (ecus.length === 0) {
    throw new BackendError('VEHICLE_UNKNOWN', `no vehicle ${vin} has told what it has`, {
      next: 'Start the vehicle and wait for its inventory, or check the VIN.',
    });
  }
  const ecu = ecus.find((one) => String(one.ecuId) === ecuId);
  if (ecu !== undefined) return ecu;
  const known = ecus.map((one) => String(one.ecuId)).join(', ');
  throw new BackendError('ECU_UNKNOWN', `${vin} has no ECU ${ecuId}, it has ${known}`, {
    next: 'Choose one of the ECUs of its inventory.',
  });
}

/** [D7] The bank a rollback would boot, or null. */
export function previousBank(ecu: InventoryEcu): InventoryBank | null {
  return (
    ecu.banks.find(
      (bank) => bank.bank !== ecu.activeBank && bank.state === 'valid' && bank.sha256 !== null,
    ) ?? null
  );
}

const WORKING: ReadonlySet<UpdateStage> = new Set<UpdateStage>([
  'downloading',
  'installing',
  'finalizing',
  'rolling_back',
]);

function ecuView(ecu: InventoryEcu, open: readonly UpdateState[]): EcuView {
  const ecuId = String(ecu.ecuId);
  const doing = open
    .flatMap((update) => (update.members.length > 0 ? update.members : [update]))
    .find((each) => each.ecuId === ecuId && WORKING.has(each.stage));
  return {
    ecuId,
    name: ecu.name,
    hardwareId: ecu.hardwareId,
    partNumber: ecu.partNumber,
    bootloaderSha256: ecu.bootloaderSha256,
    layout: ecu.layout ?? 'dual',
    boot: null,
    dependsOn: [...(ecu.dependsOn ?? [])],
    activeBank: ecu.activeBank,
    banks: ecu.banks.map(bankView),
    activity: doing?.stage ?? 'idle',
    progress: doing?.progress ?? 0,
    rollback: rollbackOf(ecu),
  };
}

/** What a vehicle seems to be doing; it decides itself what it then takes. */
function jobOf(open: readonly UpdateState[]): JobView | null {
  const doing = open.find(({ stage }) => WORKING.has(stage));
  if (doing === undefined) return null;
  const { updateId, ecuId, installs, stage, paused, waiting } = doing;
  const possible = { possible: true } as const;
  return {
    ...{ updateId, ecuId, kind: installs ? 'update' : 'rollback', phase: stage, paused, waiting },
    controls: { pause: possible, resume: possible, cancel: possible },
  };
}

function bankView({
  bank,
  state,
  version,
  sha256,
  length,
  releaseCounter,
}: InventoryBank): BankView {
  return { bank, state, version, sha256, length, releaseCounter };
}

function rollbackOf(ecu: InventoryEcu): EcuView['rollback'] {
  const bank = previousBank(ecu);
  if (bank !== null) return { possible: true, toVersion: bank.version ?? 'an unnamed version' };
  const other = ecu.banks.find(({ bank: name }) => name !== ecu.activeBank);
  return {
    possible: false,
    refusal: {
      code: 'NO_VALID_BANK',
      reason: other
        ? `bank ${other.bank} of ECU ${String(ecu.ecuId)} is ${other.state}`
        : `ECU ${String(ecu.ecuId)} has no second bank`,
      next: 'Install an update first; the version before it can then be returned to.',
    },
  };
}
