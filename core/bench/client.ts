import { type ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { type BenchContract } from '#core/contract';
import { type BenchRouter } from './router.ts';

/** The contract, called in this very process: the same validation, no transport. */
export type BenchClient = ContractRouterClient<BenchContract>;

export function createClient(router: BenchRouter): BenchClient {
  return createRouterClient(router);
}
