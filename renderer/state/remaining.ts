import type { UpdateStage } from '#core/contract';

/** Where an update stood at a moment of this window's clock, ms. */
export type Sample = { at: number; progress: number; stage: UpdateStage };

/** `phase`: until what is under way now is done; how long the rest takes has never been measured. */
export type Remaining =
  { kind: 'unknown' } | { kind: 'phase'; ms: number } | { kind: 'whole'; ms: number };

/** Shares of the bar as vehicles fill it: fetched by 45, written by 90, the rest to start and test. */
const PHASES: Partial<Record<UpdateStage, { from: number; to: number }>> = {
  downloading: { from: 0, to: 45 },
  installing: { from: 45, to: 90 },
  finalizing: { from: 90, to: 100 },
};
/** Younger than this, a rate is a guess. */
const LEAST_MS = 2_000;
/** Older samples tell of a line or a flash as it was, not as it is. */
const LOOKED_BACK_MS = 30_000;
const LEAST_SAMPLES = 3;
/** With nothing new for longer it is not under way at all. */
const SILENT_MS = 15_000;

/**
 * How long an update will still take, by how fast this phase goes and how long such updates took.
 * Says nothing rather than something invented.
 *
 * @param usualMs what such updates took so far; null without any
 * @param several whether it takes several ECUs, whose phases follow each other more than once
 */
export function remaining(
  samples: readonly Sample[],
  now: number,
  { usualMs, several }: { usualMs: number | null; several: boolean },
): Remaining {
  const last = samples.at(-1);
  if (last === undefined || now - last.at > SILENT_MS) return { kind: 'unknown' };
  const here = samples.filter(
    ({ at, stage }) => now - at <= LOOKED_BACK_MS && (several || stage === last.stage),
  );
  const [first] = here;
  const phase = several ? { from: 0, to: 100 } : PHASES[last.stage];
  if (first === undefined || phase === undefined || here.length < LEAST_SAMPLES) {
    return { kind: 'unknown' };
  }
  const took = last.at - first.at;
  const done = last.progress - first.progress;
  if (took < LEAST_MS || done <= 0) return { kind: 'unknown' };
  const sinceMs = now - last.at;
  const ms = Math.max(0, ((phase.to - last.progress) * took) / done - sinceMs);
  if (several || phase.to === 100) return { kind: 'whole', ms };
  if (usualMs === null) return { kind: 'phase', ms };
  return { kind: 'whole', ms: ms + (usualMs * (100 - phase.to)) / 100 };
}

/** Rounded up to what a person would say: 5 s steps, then half minutes, then minutes. */
export function roundedMs(ms: number): number {
  const step = ms < 60_000 ? 5_000 : ms < 300_000 ? 30_000 : 60_000;
  return Math.max(step, Math.ceil(ms / step) * step);
}
