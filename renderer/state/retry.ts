const FIRST_DELAY_MS = 500;
/** Long enough to be gentle, short enough that a restarted host is found while one looks on. */
const LONGEST_DELAY_MS = 8_000;

/** Wait before the next try, after `tries` that failed in a row: doubling, capped. */
export function retryDelay(tries: number): number {
  if (tries <= 0) return 0;
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(tries - 1, 16));
}

/** Asked anew each time: the compiler would remember the answer over an `await`. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Resolves after `ms`, or at once when `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
