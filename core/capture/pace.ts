import type { Clock } from '#core/ports';
import type { Drift } from './replay-types.ts';

/**
 * Timers of an operating system are good to a millisecond or two, and a collection of garbage
 * takes some more: what is later than this was held up by something else.
 */
const BEHIND_MS = 5;

/** When each message is due, with its speed, its pauses and how late it was. */
export interface Pace {
  /** Resolves when the message of this time (µs) is due and nothing is paused. */
  due(stampUs: number, signal: AbortSignal): Promise<void>;
  /** The message is being handed over now. */
  sent(): void;
  pause(): void;
  resume(): void;
  readonly paused: boolean;
  drift(): Drift;
}

export function createPace(clock: Clock, speed: number): Pace {
  let first: { readonly stampUs: number; at: number } | null = null;
  let last = 0;
  let dueAt = 0;
  let count = 0;
  let sum = 0;
  let max = 0;
  let behind = 0;
  let pausedAt: number | null = null;
  let resumed = Promise.withResolvers<undefined>();
  /** Wakes the wait for a message when the replay is paused meanwhile. */
  let interrupt = new AbortController();

  const untilResumed = async (signal: AbortSignal): Promise<void> => {
    const stopped = Promise.withResolvers<never>();
    const stop = (): void => {
      stopped.reject(reasonOf(signal));
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([resumed.promise, stopped.promise]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };

  return {
    async due(stampUs, signal) {
      // Paused before its first message: that one is due when it goes on.
      first ??= { stampUs, at: pausedAt ?? clock.monotonic() };
      // A clock that was set back must not make the replay go back.
      last = Math.max(last, (stampUs - first.stampUs) / 1_000 / speed);
      for (;;) {
        signal.throwIfAborted();
        if (pausedAt !== null) await untilResumed(signal);
        dueAt = first.at + last;
        const wait = dueAt - clock.monotonic();
        if (pausedAt === null && wait <= 0) return;
        const woken = AbortSignal.any([signal, interrupt.signal]);
        await clock.sleep(wait, woken).catch(() => undefined);
      }
    },
    sent() {
      const late = Math.max(0, clock.monotonic() - dueAt);
      // As fast as possible has no time to be late for.
      if (speed === Infinity) return;
      count += 1;
      sum += late;
      max = Math.max(max, late);
      if (late > BEHIND_MS) behind += 1;
    },
    pause() {
      if (pausedAt !== null) return;
      pausedAt = clock.monotonic();
      resumed = Promise.withResolvers();
      interrupt.abort();
    },
    resume() {
      if (pausedAt === null) return;
      if (first) first.at += clock.monotonic() - pausedAt;
      pausedAt = null;
      interrupt = new AbortController();
      resumed.resolve(undefined);
    },
    get paused() {
      return pausedAt !== null;
    },
    drift: () => ({ meanMs: count === 0 ? 0 : sum / count, maxMs: max, behind }),
  };
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('stopped');
}
