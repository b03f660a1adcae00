import type { FaultView, VehicleView } from '#core/contract';

/** What a vehicle is at, in a word for its place in the rack. */
export type Doing = {
  kind: 'stopped' | 'down' | 'waiting' | 'paused' | 'busy' | 'off' | 'silent' | 'idle';
  words: string;
  /** 0–100 while something runs. */
  progress: number | null;
};

export const rackChoices = ['all', 'busy', 'faults', 'trouble', 'offline'] as const;
export type RackChoice = (typeof rackChoices)[number];

/** Remembered by the bench, and its DCU role is off. */
export function isOff(vehicle: VehicleView): boolean {
  return !vehicle.simulated && vehicle.profile !== null;
}

export function doingOf(vehicle: VehicleView): Doing {
  const { fault, job } = vehicle;
  if (fault) return { kind: 'stopped', words: `Stopped: ${fault.code}`, progress: null };
  if (job) {
    const ecu = vehicle.ecus.find(({ ecuId }) => ecuId === job.ecuId);
    const progress = ecu?.progress ?? null;
    const where = ecu?.name ?? job.ecuId;
    if (job.waiting === 'confirmation') {
      return { kind: 'waiting', words: `Waits for confirmation · ${where}`, progress };
    }
    if (job.paused) return { kind: 'paused', words: `Held · ${where}`, progress };
    const phase = job.phase.charAt(0).toUpperCase() + job.phase.slice(1).replaceAll('_', ' ');
    return { kind: 'busy', words: `${phase} · ${where}`, progress };
  }
  const down = vehicle.ecus.find(({ banks, activeBank }) =>
    banks.some(({ bank, state }) => bank === activeBank && state === 'bad'),
  );
  if (down) return { kind: 'down', words: `${down.name} does not start`, progress: null };
  if (isOff(vehicle)) return { kind: 'off', words: 'Switched off', progress: null };
  if (vehicle.ecus.length === 0) return { kind: 'silent', words: 'No inventory', progress: null };
  return { kind: 'idle', words: 'Idle', progress: null };
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
