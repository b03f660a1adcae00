import { type Gatekeeper, startGatekeeper } from '#core/gatekeeper';
import { type Context } from './context.ts';

/** Algorithms that the bench's own verifiers accept; `none` is not one of them [S2]. */
export const ALGORITHMS = ['EdDSA', 'ES256', 'HS256', 'hmac'] as const;

export type RunningGatekeeper = { close(): Promise<void> };

/** Checks every issue_details against this workspace's catalogue, as a client of the broker. */
export async function openGatekeeper(context: Context): Promise<RunningGatekeeper> {
  const { workspace, links, settings, topics, keys, ring, catalogue, clock, random, log } = context;
  const { algorithm, policies } = settings();
  const signer = await keys.key('gatekeeper', algorithm);
  const link = await links.open(context, 'gatekeeper', {
    user: 'gatekeeper',
    clientId: 'ota-gatekeeper',
  });
  let gatekeeper: Gatekeeper;
  try {
    gatekeeper = await startGatekeeper({
      db: workspace.db,
      link,
      topics: topics(),
      catalogue,
      keys: ring,
      policy: policies.gatekeeper,
      algorithms: ALGORITHMS,
      signer,
      clock,
      random,
      log,
    });
  } catch (error) {
    await links.close('gatekeeper');
    throw error;
  }
  return {
    async close() {
      await gatekeeper.close();
      await links.close('gatekeeper');
    },
  };
}
