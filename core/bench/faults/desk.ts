import { type Fault, type FaultKindView, type FaultView } from '#core/contract';
import { createFaults, faultKinds, type Faults, type WrittenFault } from '#core/faults';
import { type Clock } from '#core/ports';
import { BenchError } from '../errors.ts';
import { type Feed } from '../feed.ts';

/** The faults of the bench's own vehicles, as they are set and cleared. */
export type FaultDesk = {
  /** @throws BenchError VEHICLE_UNKNOWN, ECU_UNKNOWN; FaultError FAULTS_TOO_MANY */
  set(vin: string, fault: Fault): Promise<string>;
  /** @throws BenchError VEHICLE_UNKNOWN; FaultError FAULT_UNKNOWN */
  clear(vin: string, faultId?: string): number;
  kinds(): FaultKindView[];
  /** What the vehicles are run with. */
  readonly faults: Faults;
};

export async function createFaultDesk(options: {
  /** Left out: always the same. */
  seed: string | undefined;
  clock: Clock;
  feed: Feed<FaultView>;
  vins: () => readonly string[];
  /** The ECUs of a simulated vehicle. */
  ecusOf: (vin: string) => Promise<readonly string[]>;
  /** For faults that are there from the start. */
  written: readonly WrittenFault[];
  /** In place of a power cut. */
  die: (() => void) | undefined;
}): Promise<FaultDesk> {
  const { seed = 'ota-bench', clock, feed, vins, ecusOf, written, die } = options;
  const faults = createFaults({
    seed,
    clock,
    changed: (view) => feed.set(view),
    gone: (faultId) => feed.remove(faultId),
    ...(die === undefined ? {} : { die }),
  });
  const checkVehicle = (vin: string): void => {
    if (vins().includes(vin)) return;
    throw new BenchError('VEHICLE_UNKNOWN', `${vin} is no vehicle that this bench simulates`, {
      next: `name one of: ${vins().join(', ')}`,
    });
  };
  const desk: FaultDesk = {
    faults,
    set: async (vin, fault) => {
      checkVehicle(vin);
      const ecuId = 'ecuId' in fault ? fault.ecuId : undefined;
      const ecus = await ecusOf(vin);
      // It may have been removed meanwhile, and with it all that was set.
      checkVehicle(vin);
      if (ecuId !== undefined && !ecus.includes(ecuId)) {
        throw new BenchError('ECU_UNKNOWN', `${vin} has no ECU ${ecuId}`, {
          next: `name one of: ${ecus.join(', ')}`,
        });
      }
      return faults.set(vin, fault);
    },
    clear: (vin, faultId) => {
      checkVehicle(vin);
      return faults.clear(vin, faultId);
    },
    kinds: () => [...faultKinds()],
  };
  for (const { vin, fault } of written) {
    for (const each of vin === null ? vins() : [vin]) await desk.set(each, fault);
  }
  return desk;
}
