import type { FaultView, VehicleView } from '#core/contract';

/** What a vehicle is at, for its place in the rack; `progress` is 0–100 while something runs. */
export type Doing =
  | { kind: 'stopped'; code: string; progress: null }
  | { kind: 'down'; ecu: string; progress: null }
  | { kind: 'waiting' | 'paused'; ecu: string; progress: number | null }
  | { kind: 'busy'; phase: string; ecu: string; progress: number | null }
  | { kind: 'off' | 'silent' | 'idle'; progress: null };

export const rackChoices = ['all', 'busy', 'faults', 'trouble', 'offline'] as const;
export type RackChoice = (typeof rackChoices)[number];

/** Remembered by the bench, and its DCU role is off. */
export function isOff(vehicle: VehicleView): boolean {
  return !vehicle.simulated && vehicle.profile !== null;
}

export function doingOf(vehicle: VehicleView): Doing {
  const { fault, job } = vehicle;
  if (fault) return { kind: 'stopped', code: fault.code, progress: null };
  if (job) {
    const known = vehicle.ecus.find(({ ecuId }) => ecuId === job.ecuId);
    const at = { ecu: known?.name ?? job.ecuId, progress: known?.progress ?? null };
    if (job.waiting === 'confirmation') return { kind: 'waiting', ...at };
    if (job.paused) return { kind: 'paused', ...at };
    return { kind: 'busy', phase: job.phase, ...at };
  }
  const down = vehicle.ecus.find(({ banks, activeBank }) =>
    banks.some(({ bank, state }) => bank === activeBank && state === 'bad'),
  );
  if (down) return { kind: 'down', ecu: down.name, progress: null };
  if (isOff(vehicle)) return { kind: 'off', progress: null };
  return { kind: vehicle.ecus.length === 0 ? 'silent' : 'idle', progress: null };
}

/** Faults that may still strike, by vehicle. */
export function liveFaults(faults: readonly FaultView[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { vin, state } of faults) {
    if (state !== 'spent') counts.set(vin, (counts.get(vin) ?? 0) + 1);
  }
  return counts;
}

/** Those that are listed: by VIN or profile, and by what they are at. */
export function rackOf(
  vehicles: readonly VehicleView[],
  faults: ReadonlyMap<string, number>,
  { text, choice }: { text: string; choice: RackChoice },
): VehicleView[] {
  const wanted = text.trim().toLowerCase();
  return vehicles.filter((vehicle) => {
    const named = `${vehicle.vin} ${vehicle.profile ?? ''}`.toLowerCase();
    return named.includes(wanted) && fits(vehicle, faults, choice);
  });
}

function fits(
  vehicle: VehicleView,
  faults: ReadonlyMap<string, number>,
  choice: RackChoice,
): boolean {
  switch (choice) {
    case 'all':
      return true;
    case 'busy':
      return vehicle.job !== null;
    case 'faults':
      return (faults.get(vehicle.vin) ?? 0) > 0;
    case 'trouble':
      return ['stopped', 'down'].includes(doingOf(vehicle).kind);
    case 'offline':
      return !vehicle.online;
  }
}
