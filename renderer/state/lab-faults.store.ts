import { create } from 'zustand';
import type { FaultKindView, FaultView, RefusalView } from '#core/contract';
import { onClient } from './connection.store.ts';
import { follow } from './follow.ts';
import { foldFrame, type Folded } from './fold.ts';
import { toRefusal } from './refusal.ts';

type LabFaultsStore = {
  /** Everything that can go wrong. Null until it came. */
  kinds: readonly FaultKindView[] | null;
  /** In the order they were set. Null until the first snapshot came. */
  faults: readonly FaultView[] | null;
  refusal: RefusalView | null;
};

export const useLabFaults = create<LabFaultsStore>()(() => ({
  kinds: null,
  faults: null,
  refusal: null,
}));

export function followLabFaults(): () => void {
  let held: Folded<FaultView> | null = null;
  const refused = (refusal: RefusalView): void => {
    useLabFaults.setState({ refusal });
  };
  const undo = onClient((client) => {
    client?.faults.kinds().then(
      (kinds) => {
        useLabFaults.setState({ kinds, refusal: null });
      },
      (error: unknown) => {
        refused(toRefusal(error));
      },
    );
  });
  const stop = follow({
    open: (client, signal) => client.faults.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, ({ faultId }) => faultId);
      held = result.kind === 'folded' ? result.folded : null;
      if (held === null) return 'gap';
      useLabFaults.setState({ faults: [...held.items.values()] });
      return 'taken';
    },
    onRefused: refused,
  });
  return () => {
    undo();
    stop();
  };
}
