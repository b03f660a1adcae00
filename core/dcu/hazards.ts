import type { BankName } from './bank-meta.ts';
import type { VehicleConditions } from './profile.ts';

/**
 * What can go wrong with simulated hardware. Asked each time something of the kind happens, so
 * that whoever stands behind it can change its mind at any moment.
 */
export type Hazards = {
  /** Asked at each start of an ECU: true and that start fails. */
  bootFails(ecuId: string, bank: BankName): boolean;
  /** What the ECU's self-test complains of; null when all is well. */
  complaint(ecuId: string, version: string): string | null;
  /** The vehicle's conditions as they are this moment, over what is set. Also asked during install. */
  conditions(set: VehicleConditions): VehicleConditions;
};

/** Hardware that does what it should. */
export const noHazards: Hazards = {
  bootFails: () => false,
  complaint: () => null,
  conditions: (set) => set,
};

/** Hardware that does what it should, but for what its self-test says. */
export function complaining(complaint: Hazards['complaint']): Hazards {
  return { ...noHazards, complaint };
}
