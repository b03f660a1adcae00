import { create } from 'zustand';
import type { TrafficRow } from '#core/contract';
import { follow } from './follow.ts';
import { emptyTraffic, foldTraffic } from './traffic.ts';

type MessagesStore = {
  /** The bench's own topics, oldest first. */
  rows: readonly TrafficRow[];
};

/** Enough for one update by HTTPS many times over; the Traffic screen has the rest. */
const MESSAGES_LIMIT = 400;

/** The short list under the pipeline. The Traffic screen streams for itself. */
export const useMessages = create<MessagesStore>()(() => ({ rows: [] }));

export function followMessages(filter: string): () => void {
  let traffic = emptyTraffic;
  return follow({
    open: (client, signal) => client.traffic.watch({ filter, limit: MESSAGES_LIMIT }, { signal }),
    take: (frame) => {
      const next = foldTraffic(traffic, frame, MESSAGES_LIMIT);
      if (next === null) return 'gap';
      traffic = next;
      useMessages.setState({ rows: next.rows });
      return 'taken';
    },
  });
}
