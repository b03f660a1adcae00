import { type BenchClient, refusalOf } from '#core/bench';
import { type UpdateView, type VehicleView } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { hasEnded } from './follow.ts';
import { type Session } from './session.ts';
import { silentVehicle } from './vehicle.ts';

/** Simulated vehicles report within a second; outside ones may just be connecting. */
const VEHICLES_WAIT_MS = 15_000;
/** Nobody knows how many are still to come: nothing new for so long, and all have come. */
const QUIET_MS = 2_000;

export type Recall = { ecuId: string; version: string; askedBy?: string };

/**
 * Takes a version back wherever it runs, and follows every rollback to its end. A vehicle that is
 * not there keeps its command waiting at the broker, and nobody waits for it here; one that says
 * nothing more for `silenceMs` is named as unreachable.
 *
 * @throws HeadlessError NOTHING_TO_RECALL
 */
export async function recallEverywhere(
  client: BenchClient,
  { silenceMs, ...wish }: Recall & { silenceMs: number },
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
  const open = here.map(({ updateId }) => updateId);
  const { ended, silent } = await followAll(client, open, silenceMs, signal);
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
  const lost = here.filter(({ updateId }) => silent.has(updateId)).map(({ vin }) => vin);
  for (const vin of lost) {
    output.refuse(refusalOf(silentVehicle(vin, silenceMs)));
    output.say({ event: 'unreachable', vin, ecuId }, `  ${vin}  unreachable`);
  }
  const back = ended.filter(({ stage }) => stage === 'rolled_back').length;
  const all = asked.length + unasked.length;
  const counts = { rolledBack: back, failed: ended.length - back, unasked: unasked.length };
  output.say(
    { event: 'end', ecuId, version, vehicles: all, ...counts, waiting: away, unreachable: lost },
    `${back === all ? '✔' : '✘'} rolled back: ${String(back)} of ${String(all)}`,
  );
  if (back === all) return EXIT.ok;
  return back + lost.length === all ? EXIT.environment : EXIT.updateFailed;
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

/**
 * Each as it ended, in the order in which they did, and those of which nothing was heard for
 * `silenceMs`: a vehicle that drops out says no last word.
 */
export async function followAll(
  client: { updates: Pick<BenchClient['updates'], 'watch'> },
  updateIds: readonly string[],
  silenceMs: number,
  signal: AbortSignal,
): Promise<{ ended: UpdateView[]; silent: Set<string> }> {
  const ended: UpdateView[] = [];
  const silent = new Set<string>();
  const open = new Map<string, NodeJS.Timeout>();
  const done = new AbortController();
  const close = (updateId: string): boolean => {
    clearTimeout(open.get(updateId));
    const wasOpen = open.delete(updateId);
    if (open.size === 0) done.abort();
    return wasOpen;
  };
  const waitFor = (updateId: string): void => {
    clearTimeout(open.get(updateId));
    const onSilence = (): void => {
      silent.add(updateId);
      close(updateId);
    };
    open.set(updateId, setTimeout(onSilence, silenceMs));
  };
  updateIds.forEach(waitFor);
  if (open.size === 0) return { ended, silent };
  const either = AbortSignal.any([signal, done.signal]);
  try {
    for await (const frame of await client.updates.watch(undefined, { signal: either })) {
      for (const update of frame.upserts) {
        if (!open.has(update.updateId)) continue;
        if (!hasEnded(update)) waitFor(update.updateId);
        else if (close(update.updateId)) ended.push(update);
      }
      if (done.signal.aborted) break;
    }
  } catch (error) {
    if (!either.aborted) throw error;
  } finally {
    for (const timer of open.values()) clearTimeout(timer);
  }
  signal.throwIfAborted();
  if (open.size > 0) throw new Error('the stream of updates ended before the rollbacks did');
  return { ended, silent };
}
