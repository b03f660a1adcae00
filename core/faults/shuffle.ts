import type { Incoming } from '#core/link';
import type { Clock } from '#core/ports';
import type { Book } from './book.ts';

/** Nothing else has come for this long: what is held goes on. */
const QUIET_MS = 250;

type Held = {
  readonly message: Incoming;
  readonly deliver: (message: Incoming) => Promise<void>;
};

/** Messages that overtake each other. */
export type Shuffle = {
  /** True when it was taken, to be delivered in a moment in another order. */
  hold(message: Incoming, deliver: Held['deliver']): boolean;
};

export function createShuffle(options: { book: Book; clock: Clock; signal: AbortSignal }): Shuffle {
  const { book, clock, signal } = options;
  let held: Held[] = [];
  let delivering: Promise<void> = Promise.resolve();
  let quiet = new AbortController();

  const release = (): void => {
    quiet.abort();
    const batch = held;
    held = [];
    const [armed] = book.live('reorder');
    const changed =
      armed === undefined ? batch : shuffled(batch, (limit) => armed.dice.below(limit));
    if (armed !== undefined && batch.length > 1) book.strike(armed, 'active');
    delivering = delivering.then(async () => {
      for (const { message, deliver } of changed) {
        if (signal.aborted) return;
        // Whatever it was about is said by whoever handles it; the next one comes all the same.
        await deliver(message).catch(() => undefined);
      }
    });
  };

  return {
    hold: (message, deliver) => {
      const [armed] = book.live('reorder');
      if (armed === undefined && held.length === 0) return false;
      held.push({ message, deliver });
      quiet.abort();
      if (armed === undefined || held.length >= armed.fault.window) {
        release();
        return true;
      }
      quiet = new AbortController();
      clock.sleep(QUIET_MS, AbortSignal.any([quiet.signal, signal])).then(release, () => undefined);
      return true;
    },
  };
}

/** Fisher–Yates; one that changes nothing is turned round, since nothing would be no fault. */
function shuffled<T>(items: readonly T[], below: (limit: number) => number): T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const chosen = below(last + 1);
    const [a, b] = [mixed[last], mixed[chosen]];
    if (a === undefined || b === undefined) continue;
    mixed[last] = b;
    mixed[chosen] = a;
  }
  return mixed.every((item, index) => item === items[index]) ? mixed.reverse() : mixed;
}
