import { create } from 'zustand';
import type { EcuView, VehicleView } from '#core/contract';
import { follow } from './follow.ts';
import { foldFrame, type Folded } from './fold.ts';

type VehiclesStore = {
  /** Those online first, then by VIN. Null until the first snapshot came. */
  vehicles: readonly VehicleView[] | null;
  /** VIN of the one that was shown last: whoever comes back to the screen finds it again. */
  lookedAt: string | null;
};

export const useVehicles = create<VehiclesStore>()(() => ({ vehicles: null, lookedAt: null }));

export function lookAt(vin: string): void {
  useVehicles.setState({ lookedAt: vin });
}

/** `vin`, or the first where it is not among them: what is shown does not change by itself. */
export function keptAmong(vehicles: readonly VehicleView[], vin: string | null): string | null {
  return vehicles.some((each) => each.vin === vin) ? vin : (vehicles[0]?.vin ?? null);
}

export function ecuOf(store: VehiclesStore, vin: string, ecuId: string): EcuView | null {
  const vehicle = store.vehicles?.find((candidate) => candidate.vin === vin);
  return vehicle?.ecus.find((ecu) => ecu.ecuId === ecuId) ?? null;
}

export function followVehicles(): () => void {
  let held: Folded<VehicleView> | null = null;
  return follow({
    open: (client, signal) => client.vehicles.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, (vehicle) => vehicle.vin);
      if (result.kind === 'gap') {
        held = null;
        return 'gap';
      }
      held = result.folded;
      const vehicles = [...held.items.values()].sort(
        (a, b) => Number(b.online) - Number(a.online) || (a.vin < b.vin ? -1 : 1),
      );
      useVehicles.setState(({ lookedAt }) => ({
        vehicles,
        lookedAt: keptAmong(vehicles, lookedAt),
      }));
      return 'taken';
    },
  });
}
