import { create } from 'zustand';
import type { FaultKindView, FaultView, RefusalView } from '#core/contract';
import type { Client } from '../connect.ts';
import { onClient } from './connection.store.ts';
import { follow } from './follow.ts';
import { foldFrame, type Folded } from './fold.ts';
import { toRefusal } from './refusal.ts';

type FaultsStore = {
  /** Everything that can go wrong. Null until it came. */
  kinds: readonly FaultKindView[] | null;
  /** Of all vehicles, in the order they were set. Null until the first snapshot came. */
  faults: readonly FaultView[] | null;
  refusal: RefusalView | null;
};

export const useFaults = create<FaultsStore>()(() => ({
  kinds: null,
  faults: null,
  refusal: null,
}));

/** What goes wrong on purpose, as long as somebody looks. */
export function followFaults(): () => void {
  let held: Folded<FaultView> | null = null;
  const refused = (refusal: RefusalView): void => {
    useFaults.setState({ refusal });
  };
  const undo = onClient((client) => {
    client?.faults.kinds().then(
      (kinds) => {
        useFaults.setState({ kinds, refusal: null });
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
      useFaults.setState({ faults: [...held.items.values()] });
      return 'taken';
    },
    onRefused: refused,
  });
  return () => {
    undo();
    stop();
  };
}

/** One fault of a vehicle, or all of them. */
export function clearFaults(client: Client, vin: string, faultId?: string): Promise<unknown> {
  return client.faults.clear({ vin, ...(faultId === undefined ? {} : { faultId }) });
}
