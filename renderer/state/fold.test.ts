import type { Frame } from '#core/contract';
import { describe, expect, it } from 'vitest';
import { foldFrame, type Folded, type FoldResult } from './fold.ts';

type Item = { id: string; value: number };
const keyOf = (item: Item): string => item.id;

function aFrame(over: Partial<Frame<Item>>): Frame<Item> {
  return { kind: 'delta', seq: 1, skipped: 0, upserts: [], removed: [], ...over };
}

function fold(...frames: Frame<Item>[]): Folded<Item> {
  let held: Folded<Item> | null = null;
  for (const frame of frames) {
    const result: FoldResult<Item> = foldFrame(held, frame, keyOf);
    if (result.kind === 'gap') throw new Error('unexpected gap');
    held = result.folded;
  }
  if (held === null) throw new Error('no frames');
  return held;
}

const snapshot = aFrame({
  kind: 'snapshot',
  seq: 7,
  upserts: [
    { id: 'a', value: 1 },
    { id: 'b', value: 2 },
  ],
});

describe('foldFrame', () => {
  it('takes a snapshot whatever its number', () => {
    expect([...fold(snapshot).items.keys()]).toEqual(['a', 'b']);
  });

  it('puts changes over what it holds and removes what is gone', () => {
    const folded = fold(
      snapshot,
      aFrame({ seq: 8, upserts: [{ id: 'b', value: 3 }], removed: ['a'] }),
    );
    expect([...folded.items.values()]).toEqual([{ id: 'b', value: 3 }]);
  });

  it('keeps an item that one frame removes and brings back', () => {
    const folded = fold(
      snapshot,
      aFrame({ seq: 8, upserts: [{ id: 'a', value: 9 }], removed: ['a'] }),
    );
    expect(folded.items.get('a')).toEqual({ id: 'a', value: 9 });
  });

  it('sums up what was skipped since the snapshot', () => {
    const folded = fold(snapshot, aFrame({ seq: 8, skipped: 2 }), aFrame({ seq: 9, skipped: 3 }));
    expect(folded.skipped).toBe(5);
  });

  it.each([8, 10, 7, 0])('tells a gap when after 8 comes %i', (seq) => {
    const held = fold(snapshot, aFrame({ seq: 8 }));
    expect(foldFrame(held, aFrame({ seq }), keyOf)).toEqual({ kind: 'gap', expected: 9, got: seq });
  });

  it('tells a gap when a delta comes first', () => {
    expect(foldFrame(null, aFrame({ seq: 0 }), keyOf).kind).toBe('gap');
  });

  it('leaves what it held untouched', () => {
    const held = fold(snapshot);
    foldFrame(held, aFrame({ seq: 8, removed: ['a'] }), keyOf);
    expect(held.items.has('a')).toBe(true);
  });

  it('begins anew with a later snapshot', () => {
    const folded = fold(
      snapshot,
      aFrame({ kind: 'snapshot', seq: 0, upserts: [{ id: 'c', value: 1 }] }),
    );
    expect([...folded.items.keys()]).toEqual(['c']);
  });
});
