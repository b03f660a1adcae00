import type { Clock } from '#core/ports';

/** What a clock that is kept in step may move at once. */
const STEP_MS = 60_000;
/** So long a wall clock that leapt has to stay where it is until it is believed. */
const BELIEVED_AFTER_MS = 3_600_000;

/**
 * The wall clock for what ages. A clock that is set for a moment, by hand or by a faulty time
 * server, must not make everything old: its leap shows against the clock that never goes back.
 */
export function createCalendar(clock: Clock): () => number {
  const lead = (): number => clock.now() - clock.monotonic();
  let believed = lead();
  let doubted: { readonly lead: number; readonly since: number } | null = null;
  return () => {
    const now = lead();
    const monotonic = clock.monotonic();
    if (Math.abs(now - believed) <= STEP_MS) {
      believed = now;
      doubted = null;
    } else if (doubted === null || Math.abs(now - doubted.lead) > STEP_MS) {
      doubted = { lead: now, since: monotonic };
    } else if (monotonic - doubted.since >= BELIEVED_AFTER_MS) {
      believed = now;
      doubted = null;
    }
    return monotonic + believed;
  };
}
