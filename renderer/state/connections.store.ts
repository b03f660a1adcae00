import { create } from 'zustand';
import type { ConnectionView, ReplayView } from '#core/contract';
import { follow } from './follow.ts';
import { foldFrame, type Folded } from './fold.ts';

type ConnectionsStore = {
  /** The bench's own first. Null until the first snapshot came. */
  connections: readonly ConnectionView[] | null;
  replays: readonly ReplayView[];
};

export const useConnections = create<ConnectionsStore>()(() => ({
  connections: null,
  replays: [],
}));

/** The connections that can be captured from and sent over. */
export function followConnections(): () => void {
  let held: Folded<ConnectionView> | null = null;
  return follow({
    open: (client, signal) => client.connections.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, ({ id }) => id);
      held = result.kind === 'folded' ? result.folded : null;
      if (held === null) return 'gap';
      useConnections.setState({ connections: [...held.items.values()] });
      return 'taken';
    },
  });
}

/** Replays, the newest first. */
export function followReplays(): () => void {
  let held: Folded<ReplayView> | null = null;
  return follow({
    open: (client, signal) => client.replay.watch(undefined, { signal }),
    take: (frame) => {
      const result = foldFrame(held, frame, ({ replayId }) => replayId);
      held = result.kind === 'folded' ? result.folded : null;
      if (held === null) return 'gap';
      const replays = [...held.items.values()].sort((a, b) => b.startedAt - a.startedAt);
      useConnections.setState({ replays });
      return 'taken';
    },
  });
}
