import { type TrafficCounts, type TrafficFrame } from '#core/contract';
import { type Clock } from '#core/ports';
import { type Where } from '#core/recorder';
import { type FrameStream } from '../frames.ts';
import { type Capture } from './capture.ts';
import { createFeedReader, type FeedReader } from './feed-reader.ts';

/** Counts change also while nothing is captured: what is dropped, what left by age. */
const COUNTS_MS = 500;

export type TrafficFeed = {
  watch(query: { where: Where; limit: number }, signal?: AbortSignal): FrameStream<TrafficFrame>;
  /** Empties the capture for everybody: each reader gets a new snapshot. */
  clear(): Promise<TrafficCounts>;
  watchers(): number;
  close(): void;
};

/** What the recorder captures, as streams. Each reads the database at its own pace. */
export function createTrafficFeed(capture: Capture, clock: Clock): TrafficFeed {
  const readers = new Set<FeedReader>();
  let told = '';
  /** While there are readers. */
  let ticking: AbortController | null = null;

  const tick = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await clock.sleep(COUNTS_MS, signal);
      const now = JSON.stringify([capture.counts(), capture.state().kind]);
      if (now === told) continue;
      told = now;
      for (const reader of readers) reader.counted();
    }
  };
  const undo = capture.onChange(() => {
    for (const { stream } of readers) stream.poke();
  });

  return {
    watch(query, signal) {
      const reader = createFeedReader({
        ...{ ...query, capture, clock, signal },
        onEnd: () => {
          readers.delete(reader);
          if (readers.size > 0) return;
          ticking?.abort();
          ticking = null;
        },
      });
      readers.add(reader);
      if (ticking === null) {
        ticking = new AbortController();
        // Ends only by its signal.
        tick(ticking.signal).catch(() => undefined);
      }
      return reader.stream;
    },
    async clear() {
      await capture.recorder().clear();
      for (const reader of readers) reader.restart();
      return capture.counts();
    },
    watchers: () => readers.size,
    close() {
      undo();
      for (const reader of [...readers]) void reader.stream.return?.();
    },
  };
}
