import { type BenchClient } from '#core/bench';
import { type UpdateView, type VehicleView } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { hasEnded } from './follow.ts';
import { type Session } from './session.ts';

/** Simulated vehicles report within a second; outside ones may just be connecting. */
const VEHICLES_WAIT_MS = 15_000;
/** Nobody knows how many are still to come: nothing new for so long, and all have come. */
const QUIET_MS = 2_000;

export type Recall = { ecuId: string; version: string; askedBy?: string };

/**
 * Takes a version back wherever it runs, and follows every rollback to its end. A vehicle that is
 * not there keeps its command waiting at the broker, and nobody waits for it here.
 *
 * @throws HeadlessError NOTHING_TO_RECALL
 */
export async function recallEverywhere(
  client: BenchClient,
  wish: Recall,
  { output, signal }: Session,
): Promise<ExitCode> {
  const { ecuId, version } = wish;
  const online = await vehiclesOnline(client, signal);
  const { asked, unasked } = await client.vehicles.recall(wish);
  if (asked.length + unasked.length === 0) {
    throw new HeadlessError('NOTHING_TO_RECALL', `no vehicle runs ${version} on ${ecuId}`, {
      next: 'check --fw-version and --ecu, and that the vehicles are on and connected here',
    });
  }
  output.say(
    { event: 'rollback', ecuId, version, asked, unasked },
    `Taking ${version} back from ${ecuId} of ${String(asked.length)} vehicles`,
  );
  for (const { refusal } of unasked) output.refuse(refusal);
  const here = asked.filter(({ vin }) => online.has(vin));
  const ended = await followAll(client, new Set(here.map(({ updateId }) => updateId)), signal);
  for (const { vin, updateId, stage, refusal } of ended) {
    if (stage !== 'rolled_back' && refusal) output.refuse(refusal);
    output.say(
      { event: 'update', update: stage, updateId, vin, ecuId, refusal },
      `  ${vin}  ${stage}`,
    );
  }
  const away = asked.filter(({ vin }) => !online.has(vin)).map(({ vin }) => vin);
  for (const vin of away) {
    output.say({ event: 'notice', vin }, `  ${vin}  is not connected; its command waits`);
  }
  const back = ended.filter(({ stage }) => stage === 'rolled_back').length;
  const all = asked.length + unasked.length;
  const counts = { rolledBack: back, failed: ended.length - back, unasked: unasked.length };
  output.say(
    { event: 'end', ecuId, version, vehicles: all, ...counts, waiting: away },
    `${back === all ? '✔' : '✘'} rolled back: ${String(back)} of ${String(all)}`,
  );
  return back === all ? EXIT.ok : EXIT.updateFailed;
}

/** Who is there and told what it has, once all who are known did or nobody new comes. */
async function vehiclesOnline(client: BenchClient, signal: AbortSignal): Promise<Set<string>> {
  const known = new Map<string, boolean>();
  const quiet = new AbortController();
  const limit = AbortSignal.timeout(VEHICLES_WAIT_MS);
  const either = AbortSignal.any([signal, quiet.signal, limit]);
  let timer: NodeJS.Timeout | undefined;
  try {
    for await (const frame of await client.vehicles.watch(undefined, { signal: either })) {
      const before = known.size;
      for (const vehicle of frame.upserts) known.set(vehicle.vin, isReady(vehicle));
      const isWaiting = known.size === 0 || [...known.values()].includes(false);
      if (isWaiting || known.size > before) clearTimeout(timer);
      if (isWaiting) continue;
      timer = setTimeout(() => quiet.abort(), QUIET_MS);
    }
  } catch (error) {
    if (!either.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
  signal.throwIfAborted();
  return new Set([...known].filter(([, ready]) => ready).map(([vin]) => vin));
}

const isReady = ({ online, ecus }: VehicleView): boolean => online && ecus.length > 0;

/** Each as it ended, in the order in which they did. */
async function followAll(
  client: BenchClient,
  open: Set<string>,
  signal: AbortSignal,
): Promise<UpdateView[]> {
  const ended: UpdateView[] = [];
  if (open.size === 0) return ended;
  for await (const frame of await client.updates.watch(undefined, { signal })) {
    for (const update of frame.upserts) {
      if (hasEnded(update) && open.delete(update.updateId)) ended.push(update);
    }
    if (open.size === 0) return ended;
  }
  signal.throwIfAborted();
  throw new Error('the stream of updates ended before the rollbacks did');
}
