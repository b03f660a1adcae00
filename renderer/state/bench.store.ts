import { create } from 'zustand';
import type { BenchView } from '#core/contract';
import { follow } from './follow.ts';
import { foldFrame, type Folded } from './fold.ts';

type BenchStore = {
  /** Null until the first snapshot came. */
  bench: BenchView | null;
};

export const useBench = create<BenchStore>()(() => ({ bench: null }));

/** Empty until the first snapshot came. */
export const useWorkspace = (): string => useBench((store) => store.bench?.workspace) ?? '';

export function followBench(): () => void {
  let held: Folded<BenchView> | null = null;
  return follow({
    open: (client, signal) => client.bench.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, () => 'bench');
      if (result.kind === 'gap') {
        held = null;
        return 'gap';
      }
      held = result.folded;
      const bench = held.items.get('bench');
      if (bench) useBench.setState({ bench });
      return 'taken';
    },
  });
}
