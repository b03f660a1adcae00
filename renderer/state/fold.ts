import type { Frame } from '#core/contract';

/** What a stream has told so far: the newest value of every item, by key. */
export type Folded<T> = {
  readonly seq: number;
  /** Changes the core folded together because this reader was slow, summed up. */
  readonly skipped: number;
  readonly items: ReadonlyMap<string, T>;
};

export type FoldResult<T> =
  | { kind: 'folded'; folded: Folded<T> }
  /** A frame is missing. What is held may be wrong, so the stream is opened anew. */
  | { kind: 'gap'; expected: number; got: number };

/** True when a frame numbered `seq` continues a stream that stands at `held`. */
export function continues(held: number | null, seq: number): boolean {
  return held !== null && seq === held + 1;
}

/** Takes one frame. A snapshot replaces everything, a delta must follow the frame before it. */
export function foldFrame<T>(
  held: Folded<T> | null,
  frame: Frame<T>,
  keyOf: (item: T) => string,
): FoldResult<T> {
  if (frame.kind === 'snapshot') {
    const items = new Map(frame.upserts.map((item) => [keyOf(item), item]));
    return { kind: 'folded', folded: { seq: frame.seq, skipped: frame.skipped, items } };
  }
  if (held === null || !continues(held.seq, frame.seq)) {
    return { kind: 'gap', expected: (held?.seq ?? -1) + 1, got: frame.seq };
  }
  const items = new Map(held.items);
  for (const key of frame.removed) items.delete(key);
  for (const item of frame.upserts) items.set(keyOf(item), item);
  return {
    kind: 'folded',
    folded: { seq: frame.seq, skipped: held.skipped + frame.skipped, items },
  };
}
