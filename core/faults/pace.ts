import type { Clock } from '#core/ports';
import type { Book } from './book.ts';

/** Pieces of a slow download each second: few enough to be cheap, enough to look like a stream. */
const PIECES_PER_SECOND = 20;

/** How fast an image comes in, and where it stands still. */
export type Pace = {
  /** How many of `length` bytes at this place of the image come in one go. */
  piece(at: number, length: number): number;
  /**
   * Waits as long as these bytes take to come. Fails after `patienceMs` of nothing, as whoever
   * waits for them would; without one it waits to the end.
   */
  arrive(at: number, length: number, signal: AbortSignal, patienceMs?: number): Promise<void>;
  /** How much longer nothing comes at all, ms. */
  stalledFor(): number;
  /** Whether anything here takes its time. */
  readonly isSlow: boolean;
};

export function stillFor(ms: number): string {
  return `nothing came for ${ms} ms`;
}

export function createPace(book: Book, clock: Clock): Pace {
  let stalledUntil = Number.NEGATIVE_INFINITY;
  const rate = (): number => {
    return Math.min(...book.live('slowDownload').map(({ fault }) => fault.bytesPerSecond));
  };
  return {
    piece: (at, length) => {
      const [stall] = book
        .live('stalledDownload')
        .map(({ fault }) => fault.atByte - at)
        .filter((before) => before > 0);
      return Math.min(length, stall ?? length, Math.max(1, Math.ceil(rate() / PIECES_PER_SECOND)));
    },
    arrive: async (at, length, signal, patienceMs = Infinity) => {
      for (const armed of book.live('stalledDownload')) {
        const { atByte, forMs } = armed.fault;
        if (atByte < at || atByte >= at + length) continue;
        book.strike(armed, 'spent');
        stalledUntil = clock.monotonic() + forMs;
        await clock.sleep(Math.min(forMs, patienceMs), signal);
        if (forMs > patienceMs) throw new Error(stillFor(patienceMs));
      }
      const bytesPerSecond = rate();
      if (bytesPerSecond === Infinity) return;
      // Counted once for each fault: a download has thousands of pieces.
      for (const armed of book.live('slowDownload')) {
        if (armed.state === 'armed') book.strike(armed, 'active');
      }
      await clock.sleep((length * 1_000) / bytesPerSecond, signal);
    },
    stalledFor: () => Math.max(0, stalledUntil - clock.monotonic()),
    get isSlow() {
      return book.live('slowDownload').length + book.live('stalledDownload').length > 0;
    },
  };
}
