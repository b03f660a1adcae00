import { type BenchContractImplementer } from '../refuse.ts';
import { type GuidedDesk } from './desk.ts';

/** The guided part of the contract. */
export function createGuidedRoutes(os: BenchContractImplementer, guided: GuidedDesk) {
  return {
    guided: {
      plan: os.guided.plan.handler(async ({ input: { vin, chosen } }) => ({
        vin,
        fits: await guided.plan(vin, chosen),
      })),
      check: os.guided.check.handler(async ({ input }) => ({ checks: await guided.check(input) })),
      start: os.guided.start.handler(async ({ input: { startId, vin, items } }) => ({
        updateId: await guided.start(startId, { vin, items }),
      })),
      addSamples: os.guided.addSamples.handler(async () => ({ added: await guided.addSamples() })),
    },
  };
}
