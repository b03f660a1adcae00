import { type VehicleView } from '#core/contract';
import { type Feed } from '../feed.ts';
import { type BenchContractImplementer } from '../refuse.ts';
import { type RollbackDesk } from '../rollbacks.ts';
import { type VehicleDesk } from './desk.ts';

/** The vehicles part of the contract. */
export function createVehicleRoutes(
  os: BenchContractImplementer,
  {
    vehicles,
    rollbacks,
    feed,
  }: { vehicles: VehicleDesk; rollbacks: RollbackDesk; feed: Feed<VehicleView> },
) {
  return {
    vehicles: {
      watch: os.vehicles.watch.handler(({ signal }) => feed.watch(signal)),
      rollback: os.vehicles.rollback.handler(async ({ input }) => ({
        updateId: await rollbacks.rollback(input),
      })),
      previewRollback: os.vehicles.previewRollback.handler(({ input }) =>
        rollbacks.preview(input.vin, input.ecuId),
      ),
      recall: os.vehicles.recall.handler(({ input }) => rollbacks.recall(input)),
      verdicts: os.vehicles.verdicts.handler(({ input }) => rollbacks.verdicts(input)),
      history: os.vehicles.history.handler(({ input }) => rollbacks.history(input)),
      confirm: os.vehicles.confirm.handler(async ({ input: { vin, updateId, accept } }) => {
        await rollbacks.confirm(vin, updateId, accept);
        return { updateId };
      }),
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
