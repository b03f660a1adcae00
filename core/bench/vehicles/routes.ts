import { type VehicleView } from '#core/contract';
import { type Feed } from '../feed.ts';
import { type BenchContractImplementer } from '../refuse.ts';
import { type UpdateDesk } from '../updates.ts';
import { type VehicleDesk } from './desk.ts';

/** The vehicles part of the contract. */
export function createVehicleRoutes(
  os: BenchContractImplementer,
  {
    vehicles,
    updates,
    feed,
  }: { vehicles: VehicleDesk; updates: UpdateDesk; feed: Feed<VehicleView> },
) {
  return {
    vehicles: {
      watch: os.vehicles.watch.handler(({ signal }) => feed.watch(signal)),
      rollback: os.vehicles.rollback.handler(async ({ input }) => ({
        updateId: await updates.rollback(input.vin, input.ecuId),
      })),
      profiles: os.vehicles.profiles.handler(() => vehicles.profiles()),
      saveProfile: os.vehicles.saveProfile.handler(({ input }) =>
        vehicles.saveProfile(input.name, input.text),
      ),
      add: os.vehicles.add.handler(async ({ input }) => {
        await vehicles.add(input.vin, input.profile);
        return { vin: input.vin };
      }),
      remove: os.vehicles.remove.handler(async ({ input }) => {
        await vehicles.remove(input.vin);
        return { removed: true } as const;
      }),
      setConditions: os.vehicles.setConditions.handler(({ input }) =>
        vehicles.setConditions(input.vin, input.conditions),
      ),
    },
  };
}
