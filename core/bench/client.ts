import { createRouterClient, type RouterClient } from '@orpc/server';
import { type BenchRouter } from './router.ts';

/** The contract, called in this very process: the same validation, no transport. */
export type BenchClient = RouterClient<BenchRouter>;

export function createClient(router: BenchRouter): BenchClient {
  return createRouterClient(router);
}
