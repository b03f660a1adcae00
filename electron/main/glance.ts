import { z } from 'zod';

/** Stages in which a vehicle is busy with an update: before, it only waits for its turn. */
const AT_WORK = [
  'acknowledged',
  'downloading',
  'installing',
  'finalizing',
  'rolling_back',
] as const;
const ENDS = ['completed', 'failed', 'refused', 'rolled_back', 'cancelled'] as const;

/**
 * A vehicle that has said nothing for so long is gone or held: it resumes by its journal whenever it
 * is back, and neither a computer that may not sleep nor a question before quitting helps it.
 */
const SILENCE_LIMIT_MS = 30 * 60_000;

const GlanceUpdate = z.object({
  updateId: z.string(),
  vin: z.string(),
  /** Empty for an update of several ECUs. */
  ecuId: z.string(),
  version: z.string(),
  stage: z.string(),
  progress: z.number(),
  paused: z.boolean(),
  /** When it last said anything, milliseconds since 1970. */
  heardAt: z.number(),
});
export type GlanceUpdate = z.infer<typeof GlanceUpdate>;

const RoleKind = z.enum(['off', 'starting', 'on', 'failed', 'stopping']);
export type RoleKind = z.infer<typeof RoleKind>;

/** What the shell has to know of the bench: little enough to be sent on every change. */
export const Glance = z.object({
  roles: z.object({ broker: RoleKind, backend: RoleKind, dcu: RoleKind }),
  /** Updates that have not ended. */
  running: z.array(GlanceUpdate),
  /** Those that ended since the glance before. */
  ended: z.array(GlanceUpdate),
  /** Why nothing can run on this workspace any more: it was moved or deleted. */
  gone: z.object({ code: z.string(), reason: z.string(), next: z.string() }).nullable(),
});
export type Glance = z.infer<typeof Glance>;
export type Role = keyof Glance['roles'];

export const NOTHING_SEEN: Glance = {
  roles: { broker: 'off', backend: 'off', dcu: 'off' },
  running: [],
  ended: [],
  gone: null,
};

export const hasEnded = (stage: string): boolean => (ENDS as readonly string[]).includes(stage);

/** The updates that a vehicle works on now, and that sleep or an end of the bench would hold up. */
export function atWork(glance: Glance, now: number): GlanceUpdate[] {
  return glance.running.filter(
    ({ stage, paused, heardAt }) =>
      !paused && (AT_WORK as readonly string[]).includes(stage) && now - heardAt < SILENCE_LIMIT_MS,
  );
}

/** When `atWork` may change by itself, because one of them has been silent too long; else null. */
export function silentIn(glance: Glance, now: number): number | null {
  const left = atWork(glance, now).map(({ heardAt }) => heardAt + SILENCE_LIMIT_MS - now);
  return left.length === 0 ? null : Math.min(...left);
}

/** How far those at work are together, from 0 to 1; null when none is. */
export function progressOf(glance: Glance, now: number): number | null {
  const busy = atWork(glance, now);
  if (busy.length === 0) return null;
  return busy.reduce((sum, { progress }) => sum + progress, 0) / (busy.length * 100);
}

/** What a restarted core has to start again. */
export function rolesToResume(glance: Glance): Role[] {
  // In the order in which they find one another.
  return (['broker', 'backend', 'dcu'] as const).filter((role) =>
    ['on', 'starting'].includes(glance.roles[role]),
  );
}
