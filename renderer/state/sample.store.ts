import { create } from 'zustand';
import type { SampleView } from '#core/contract';
import { foldFrame, type Folded } from './fold.ts';
import { follow } from './follow.ts';

/** Null until the first snapshot came. */
export const useSample = create<{ sample: SampleView | null }>()(() => ({ sample: null }));

export function followSample(): () => void {
  let held: Folded<SampleView> | null = null;
  return follow({
    open: (client, signal) => client.sample.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, () => 'sample');
      if (result.kind === 'gap') {
        held = null;
        return 'gap';
      }
      held = result.folded;
      useSample.setState({ sample: held.items.get('sample') ?? null });
      return 'taken';
    },
  });
}
