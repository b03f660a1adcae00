import { create } from 'zustand';
import type { UpdateView } from '#core/contract';
import { follow } from './follow.ts';
import { foldFrame, type Folded } from './fold.ts';

type UpdatesStore = {
  /** Newest first. Null until the first snapshot came. */
  updates: readonly UpdateView[] | null;
  /** Changes folded together on the way here. */
  skipped: number;
  /** The one a person asked to look at; without it, the newest. */
  focusedId: string | null;
};

export const useUpdates = create<UpdatesStore>()(() => ({
  updates: null,
  skipped: 0,
  focusedId: null,
}));

export function focusUpdate(updateId: string | null): void {
  useUpdates.setState({ focusedId: updateId });
}

/**
 * Keeps `updateId` on show while somebody works on it, whatever begins meanwhile. What is called to
 * let go of it brings back what was looked at before, unless another was chosen.
 */
export function holdUpdate(updateId: string): () => void {
  const { focusedId } = useUpdates.getState();
  focusUpdate(updateId);
  return () => {
    if (useUpdates.getState().focusedId === updateId) focusUpdate(focusedId);
  };
}

/** The update that the Bench screen shows: the focused one once it is known, else the newest. */
export function shownUpdate(store: UpdatesStore): UpdateView | null {
  const focused = store.updates?.find((update) => update.updateId === store.focusedId);
  return focused ?? store.updates?.[0] ?? null;
}

export function followUpdates(): () => void {
  let held: Folded<UpdateView> | null = null;
  return follow({
    open: (client, signal) => client.updates.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, (update) => update.updateId);
      if (result.kind === 'gap') {
        held = null;
        return 'gap';
      }
      held = result.folded;
      const updates = [...held.items.values()].sort(
        (a, b) => b.createdAt - a.createdAt || (a.updateId < b.updateId ? 1 : -1),
      );
      useUpdates.setState({ updates, skipped: held.skipped });
      return 'taken';
    },
  });
}
