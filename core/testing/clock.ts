import type { Clock } from '#core/ports';

/** A clock that stands still until the test moves it. */
export type FixedClock = Clock & {
  /** Moves both clocks on and wakes every sleeper whose time has come. */
  advance(ms: number): void;
  /** How many sleepers wait. */
  sleepers(): number;
};

/** @param start wall clock, an ISO instant or milliseconds since 1970 */
export function fixedClock(start: string | number = '2026-01-02T03:04:05.678Z'): FixedClock {
  const origin = typeof start === 'number' ? start : Date.parse(start);
  const sleeping = new Set<{ until: number; wake: () => void }>();
  let elapsed = 0;
  return {
    now: () => origin + elapsed,
    monotonic: () => elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { until: elapsed + ms, wake: resolve };
        sleeping.add(sleeper);
        signal?.addEventListener(
          'abort',
          () => {
            if (sleeping.delete(sleeper)) reject(signal.reason as Error);
          },
          { once: true },
        );
      }),
    advance: (ms) => {
      elapsed += ms;
      for (const sleeper of [...sleeping].sort((a, b) => a.until - b.until)) {
        if (sleeper.until <= elapsed && sleeping.delete(sleeper)) sleeper.wake();
      }
    },
    sleepers: () => sleeping.size,
  };
}
