import { type Feeds } from '../feeds.ts';
import { type BenchContractImplementer } from '../refuse.ts';
import { type FaultDesk } from './desk.ts';

/** The faults of the contract. */
export function createFaultRoutes(
  os: BenchContractImplementer,
  { feeds, faults }: { feeds: Feeds; faults: FaultDesk },
) {
  return {
    faults: {
      set: os.faults.set.handler(async ({ input }) => ({
        faultId: await faults.set(input.vin, input.fault),
      })),
      clear: os.faults.clear.handler(({ input }) => ({
        cleared: faults.clear(input.vin, input.faultId),
      })),
      watch: os.faults.watch.handler(({ signal }) => feeds.faults.watch(signal)),
      kinds: os.faults.kinds.handler(() => faults.kinds()),
    },
  };
}
