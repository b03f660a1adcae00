import { type Clock } from '#core/ports';

/** 20 frames a second: smooth to the eye, and oRPC's event iterators have no flow control of their own. */
export const FRAME_GAP_MS = 50;

/**
 * What a stream hands over when it may speak: a frame, or null when there is nothing to tell after
 * all, and whether another one is due already.
 */
export type Taken<F> = { frame: F | null; more: boolean };

export type FrameStream<F> = AsyncIteratorObject<F, undefined, void> & {
  /** Something changed: a frame is due. Any number of calls between two frames cost one frame. */
  poke(): void;
};

/**
 * Frames at the reader's pace, never faster than one each FRAME_GAP_MS. The first is due at once.
 * `return()`, the signal or `end` let go of everything, even while a `next()` is waiting:
 * an async generator would queue the return behind it.
 */
export function paceFrames<F>(options: {
  clock: Clock;
  /** A failure ends the stream, and its reader gets to know it. */
  take: () => Taken<F> | Promise<Taken<F>>;
  onEnd: () => void;
  signal?: AbortSignal | undefined;
}): FrameStream<F> {
  const { clock, take, onEnd, signal } = options;
  const over = new AbortController();
  let due = true;
  let notBefore = Number.NEGATIVE_INFINITY;
  let wake: (() => void) | null = null;

  const isOver = (): boolean => over.signal.aborted;
  const end = (): void => {
    if (over.signal.aborted) return;
    over.abort();
    signal?.removeEventListener('abort', end);
    wake?.();
    onEnd();
  };
  signal?.addEventListener('abort', end, { once: true });
  // Not at once: the caller has not put the stream where `onEnd` takes it from.
  if (signal?.aborted) queueMicrotask(end);

  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });

  const taken = async (): Promise<Taken<F>> => {
    try {
      return await take();
    } catch (error) {
      // Who left needs no reason why nothing came any more.
      if (over.signal.aborted) return { frame: null, more: false };
      end();
      throw error;
    }
  };

  const next = async (): Promise<IteratorResult<F, undefined>> => {
    while (!over.signal.aborted) {
      const wait = notBefore - clock.monotonic();
      if (!due) {
        await changed();
      } else if (wait > 0) {
        // The only rejection is our own `over`, and the loop's condition sees it.
        await clock.sleep(wait, over.signal).catch(() => undefined);
      } else {
        // Before it is taken: what changes meanwhile is not in it.
        due = false;
        const begun = clock.monotonic();
        const { frame, more } = await taken();
        if (more) due = true;
        // From one beginning to the next; who takes long rests as long, for others ask as well.
        const took = clock.monotonic() - begun;
        notBefore = begun + took + Math.max(FRAME_GAP_MS - took, took);
        if (frame !== null && !isOver()) return { value: frame, done: false };
      }
    }
    return { value: undefined, done: true };
  };

  let turn: Promise<unknown> = Promise.resolve();
  const stream: FrameStream<F> = {
    poke() {
      due = true;
      wake?.();
    },
    next() {
      const mine = turn.then(next);
      turn = mine.catch(() => undefined);
      return mine;
    },
    async return() {
      end();
      return { value: undefined, done: true };
    },
    async throw(error) {
      end();
      throw error;
    },
    [Symbol.asyncIterator]: () => stream,
    async [Symbol.asyncDispose]() {
      end();
    },
  };
  return stream;
}
