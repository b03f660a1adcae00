import { randomUUID } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { type Bench } from '#core/bench';
import { type GuidedItem } from '#core/contract';
import { startRoles, tellEnd } from './demo.ts';
import { type ExitCode } from './exit.ts';
import { followUpdate } from './follow.ts';
import { type Session } from './session.ts';
import { waitForEcu } from './vehicle.ts';

/** `brake=0198…`: a release of the catalogue and the ECU it is for; given again it is added. */
export function parseRelease(text: string, before: readonly GuidedItem[] = []): GuidedItem[] {
  const at = text.lastIndexOf('=');
  const ecuId = text.slice(0, at);
  const releaseId = text.slice(at + 1);
  if (at < 1 || releaseId === '') {
    throw new InvalidArgumentError('give it as ECU=RELEASE-ID, such as brake=0198c0de');
  }
  if (before.some((item) => item.ecuId === ecuId)) {
    throw new InvalidArgumentError(`two releases are for ECU ${ecuId}`);
  }
  return [...before, { ecuId, releaseId }];
}

/** Publishes releases as they were signed, as the guided update does, and follows it to its end. */
export async function publishReleases(
  bench: Bench,
  order: { vin: string; items: readonly GuidedItem[] },
  roles: Parameters<typeof startRoles>[1],
  { output, signal }: Session,
): Promise<ExitCode> {
  const { vin } = order;
  const items = [...order.items];
  await startRoles(bench, roles, output);
  for (const { ecuId } of items) await waitForEcu(bench.client, { vin, ecuId }, signal);
  const { updateId } = await bench.client.guided.start({ startId: randomUUID(), vin, items });
  output.say(
    { event: 'published', update: 'queued', updateId, vin, releases: items },
    `Published ${items.map(({ ecuId, releaseId }) => `${releaseId} for ${ecuId}`).join(', ')} of ${vin}`,
  );
  const update = await followUpdate(bench.client, updateId, output, signal);
  return tellEnd(bench.client, update, 'completed', output, signal);
}
