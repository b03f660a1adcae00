import { type Clock } from '#core/ports';
import { BenchError } from '../errors.ts';
import { type Feed } from '../feed.ts';

/** Longer than any of it takes on a slow machine with simulated flash. */
const PATIENCE_MS = 120_000;

/** The first state of something in a feed that fits. @throws BenchError SAMPLE_INCOMPLETE */
export async function firstOf<T>(
  feed: Feed<T>,
  fits: (item: T) => boolean,
  what: string,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<T> {
  const over = new AbortController();
  const late = clock.sleep(PATIENCE_MS, over.signal).then(
    () => over.abort(),
    () => undefined,
  );
  try {
    for await (const frame of feed.watch(AbortSignal.any([signal, over.signal]))) {
      const found = frame.upserts.find(fits);
      if (found !== undefined) return found;
    }
  } finally {
    over.abort();
    await late;
  }
  signal.throwIfAborted();
  throw new BenchError('SAMPLE_INCOMPLETE', what, {
    next: 'remove the sample data, then load them again',
  });
}
