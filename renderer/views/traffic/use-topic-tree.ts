import { useEffect, useState, useSyncExternalStore } from 'react';
import type { RefusalView } from '#core/contract';
import { useConnection } from '../../state/connection.store.ts';
import { NOT_CONNECTED, RefusedHere, toRefusal } from '../../state/refusal.ts';
import type { TopicRows } from '../../state/topic-rows.ts';
import { createTopicTree, type TopicTree } from '../../state/topic-tree.ts';
import { topicMemory } from '../../state/topic-memory.ts';

/** Counts and rates are read anew this often. */
const AGAIN_MS = 1_000;

/** The topic tree as far as it is seen, kept up to date. */
export function useTopicTree(): {
  tree: TopicTree;
  rows: TopicRows;
  refusal: RefusalView | null;
} {
  const [refusal, setRefusal] = useState<RefusalView | null>(null);
  const [{ tree, subscribe }] = useState(() => {
    const listeners = new Set<() => void>();
    return {
      tree: createTopicTree({
        memory: topicMemory,
        ask: async (under, offset, limit) => {
          const { state } = useConnection.getState();
          if (state.kind !== 'up') throw new RefusedHere(NOT_CONNECTED);
          return state.client.traffic.branches({ under, offset, limit });
        },
        onChange: () => {
          for (const listener of listeners) listener();
        },
        onError: (error) => {
          setRefusal(toRefusal(error));
        },
      }),
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  });
  const rows = useSyncExternalStore(subscribe, tree.rows);

  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = (): void => {
      const { state } = useConnection.getState();
      // The header says that there is no connection; the tree waits for the next one.
      const done = state.kind === 'up' ? tree.refresh() : Promise.resolve();
      done
        .then(
          () => {
            if (!gone.signal.aborted) setRefusal(null);
          },
          (error: unknown) => {
            if (!gone.signal.aborted) setRefusal(toRefusal(error));
          },
        )
        .finally(() => {
          if (!gone.signal.aborted) timer = setTimeout(turn, AGAIN_MS);
        });
    };
    turn();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [tree]);

  return { tree, rows, refusal };
}
