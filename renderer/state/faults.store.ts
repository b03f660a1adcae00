import { create } from 'zustand';
import type { FaultView } from '#core/contract';
import { follow } from './follow.ts';
import { foldFrame, type Folded } from './fold.ts';

type FaultsStore = {
  /** Of all vehicles, as they were set. Null until the first snapshot came. */
  faults: readonly FaultView[] | null;
};

export const useFaults = create<FaultsStore>()(() => ({ faults: null }));

/** What goes wrong on purpose, as long as somebody looks. */
export function followFaults(): () => void {
  let held: Folded<FaultView> | null = null;
  return follow({
    open: (client, signal) => client.faults.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, ({ faultId }) => faultId);
      held = result.kind === 'folded' ? result.folded : null;
      if (held === null) return 'gap';
      useFaults.setState({ faults: [...held.items.values()] });
      return 'taken';
    },
  });
}
