import { type BenchClient, type BenchOptions } from '#core/bench';
import { type FaultView } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { type FaultOptions } from './options.ts';
import { type Output } from './output.ts';

/** What goes wrong in the vehicles of this run. @throws HeadlessError BAD_ARGUMENT */
export function faultsOf(
  { fault, faultSeed, realPowerCut }: FaultOptions,
  temporary: boolean,
): Pick<BenchOptions, 'faults' | 'faultSeed' | 'onPowerCut'> {
  if (realPowerCut === true && fault === undefined) {
    throw new HeadlessError('BAD_ARGUMENT', '--real-power-cut says how the power goes, not when', {
      next: 'say when with --fault powerCut:…',
    });
  }
  if (realPowerCut === true && temporary) {
    throw new HeadlessError(
      'BAD_ARGUMENT',
      'a vehicle whose process dies leaves a temporary workspace that nobody finds again',
      { next: 'name a folder with --workspace, and start the command again on it afterwards' },
    );
  }
  return {
    ...(fault === undefined ? {} : { faults: fault }),
    ...(faultSeed === undefined ? {} : { faultSeed }),
    // SIGKILL: no handler, no flush, no goodbye, as when the supply goes.
    ...(realPowerCut === true ? { onPowerCut: () => process.kill(process.pid, 'SIGKILL') } : {}),
  };
}

/** Tells each fault as it is set and whenever it strikes, until what it returns is called. */
export async function tellFaults(
  client: BenchClient,
  output: Output,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const done = new AbortController();
  const told = new Map<string, string>();
  const tell = (view: FaultView): void => {
    const { faultId, vin, fault, summary, state, fired } = view;
    const now = `${state} ${fired}`;
    if (told.get(faultId) === now) return;
    told.set(faultId, now);
    const words = fired === 0 ? 'fault set' : state === 'spent' ? 'fault struck' : 'fault at work';
    output.note(
      { event: 'fault', vin, faultId, kind: fault.kind, state, fired, summary },
      `${words} in ${vin}: ${summary}`,
    );
  };
  const either = AbortSignal.any([signal, done.signal]);
  const frames = await client.faults.watch(undefined, { signal: either });
  const following = (async () => {
    for await (const frame of frames) frame.upserts.forEach(tell);
  })().catch(() => undefined);
  return async () => {
    done.abort();
    await following;
  };
}
