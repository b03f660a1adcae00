import type { Client } from '../../connect.ts';

export type Wanted = {
  id?: string;
  text?: string;
  seed?: number;
  counterfactual?: boolean;
};

/** The id of the run, for whoever wants to follow this one. */
export const startRun = async (
  client: Client,
  wanted: Wanted,
  onStarted?: (runId: string) => void,
): Promise<void> => {
  const { runId } = await client.lab.run(wanted);
  onStarted?.(runId);
};

export const stopRun = (client: Client, runId: string): Promise<unknown> =>
  client.lab.stop({ runId });
