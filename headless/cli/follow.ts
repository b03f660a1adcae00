import { type BenchClient } from '#core/bench';
import { type UpdateStage, type UpdateView } from '#core/contract';
import { type Output } from './output.ts';

/** Stages after which an update does not move any more. */
const ENDED: ReadonlySet<UpdateStage> = new Set<UpdateStage>([
  'completed',
  'refused',
  'failed',
  'cancelled',
  'rolled_back',
]);
export const hasEnded = ({ stage }: UpdateView): boolean => ENDED.has(stage);

/** A vehicle that failed after its first write goes back by itself: time for it to say so. */
const ROLLBACK_GRACE_MS = 3_000;

/**
 * Tells every step of one update until its end, and returns it as it ended.
 * A failure is final only once no rollback has followed it.
 */
export async function followUpdate(
  client: BenchClient,
  updateId: string,
  output: Output,
  signal: AbortSignal,
): Promise<UpdateView> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let last: UpdateView | undefined;
  let grace: NodeJS.Timeout | undefined;
  try {
    for await (const frame of await client.updates.watch(undefined, { signal: either })) {
      const update = frame.upserts.find((each) => each.updateId === updateId);
      if (update === undefined) continue;
      tellUpdate(update, last, output);
      last = update;
      clearTimeout(grace);
      if (update.stage === 'failed' && hasWritten(update)) {
        grace = setTimeout(() => stop.abort(), ROLLBACK_GRACE_MS);
      } else if (hasEnded(update)) break;
    }
  } catch (error) {
    if (!either.aborted) throw error;
  } finally {
    clearTimeout(grace);
    stop.abort();
  }
  signal.throwIfAborted();
  if (last === undefined) throw new Error('the stream of updates ended before the update did');
  return last;
}

/** Only what was written has to be taken back. */
const hasWritten = ({ steps }: UpdateView): boolean =>
  steps.some(({ stage }) => stage === 'installing' || stage === 'finalizing');

function tellUpdate(update: UpdateView, before: UpdateView | undefined, output: Output): void {
  const { updateId, vin, ecuId, version, stage, progress } = update;
  if (before?.stage === stage && before.progress === progress) return;
  // Frames coalesce: the steps that came between two of them are told one by one.
  for (const step of update.steps.slice(before?.steps.length ?? 0)) {
    const { detail, signature, at } = step;
    output.say(
      { event: 'step', update: step.stage, updateId, vin, ecuId, version, detail, signature, at },
      `  ${step.stage.padEnd(13)} ${detail}`,
    );
  }
  output.say({ event: 'progress', update: stage, updateId, progress }, null);
  if (!ENDED.has(stage)) output.progress(`  ${stage.padEnd(13)} ${bar(progress)}`);
}

function bar(percent: number): string {
  const filled = Math.round(percent / 4);
  return `${'█'.repeat(filled)}${'░'.repeat(25 - filled)} ${String(percent).padStart(3)} %`;
}
