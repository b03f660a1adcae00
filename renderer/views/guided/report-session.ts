import type { Client } from '../../connect.ts';
import type { GuidedRun } from '../../state/guided-steps.ts';

export const beginSession = async (client: Client, run: GuidedRun): Promise<void> => {
  void client;
  void run;
};

export async function attachToSession(
  client: Client,
  sessionId: string | null,
  updateId: string,
): Promise<void> {
  void client;
  void sessionId;
  void updateId;
}
