/** Where a vehicle stands with the broker. */
export type Standing = 'waiting' | 'connecting' | 'connected' | 'lost';

/** How its newest update stands, by its own words. */
export type Outcome =
  'none' | 'updating' | 'completed' | 'refused' | 'failed' | 'rolled_back' | 'cancelled';

/** How many vehicles stand how. Each sum is the size of the fleet. */
export type FleetTally = {
  readonly vehicles: number;
  readonly standing: Readonly<Record<Standing, number>>;
  readonly updates: Readonly<Record<Outcome, number>>;
  /** Connections that were lost so far, of all vehicles together. */
  readonly losses: number;
};

/** Counts of a fleet, kept as it changes: nobody goes through thousands of vehicles to count. */
export interface TallyBook {
  moved(from: Standing, to: Standing): void;
  turned(from: Outcome, to: Outcome): void;
  read(): FleetTally;
}

export function createTally(vehicles: number, changed: () => void): TallyBook {
  const standing: Record<Standing, number> = {
    waiting: vehicles,
    connecting: 0,
    connected: 0,
    lost: 0,
  };
  const updates: Record<Outcome, number> = {
    none: vehicles,
    updating: 0,
    completed: 0,
    refused: 0,
    failed: 0,
    rolled_back: 0,
    cancelled: 0,
  };
  let losses = 0;
  return {
    moved(from, to) {
      if (from === to) return;
      standing[from] -= 1;
      standing[to] += 1;
      if (to === 'lost') losses += 1;
      changed();
    },
    turned(from, to) {
      if (from === to) return;
      updates[from] -= 1;
      updates[to] += 1;
      changed();
    },
    read: () => ({ vehicles, standing: { ...standing }, updates: { ...updates }, losses }),
  };
}
