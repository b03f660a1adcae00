import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefusalView } from '#core/contract';
import { useConnection } from '../../state/connection.store.ts';
import { toRefusal } from '../../state/refusal.ts';
import { extend, type Level, type Under } from '../../state/topic-rows.ts';

/** Counts and rates are read anew this often. */
const AGAIN_MS = 1_000;
const PAGE = 500;
/** Levels longer than this are read anew only as far as one has scrolled. */
const FRESH_LIMIT = 1_000;

/** The opened levels of the topic tree, kept up to date. */
export function useTopicTree(opened: ReadonlySet<string>): {
  levels: ReadonlyMap<Under, Level>;
  refusal: RefusalView | null;
  loadMore: (under: Under) => void;
} {
  const [levels, setLevels] = useState<ReadonlyMap<Under, Level>>(new Map());
  const [refusal, setRefusal] = useState<RefusalView | null>(null);
  const known = useRef(levels);
  const loading = useRef(new Set<Under>());

  const put = useCallback((under: Under, level: Level): void => {
    known.current = new Map(known.current).set(under, level);
    setLevels(known.current);
  }, []);

  const loadMore = useCallback(
    (under: Under): void => {
      const { state } = useConnection.getState();
      if (state.kind !== 'up' || loading.current.has(under)) return;
      loading.current.add(under);
      const after = known.current.get(under)?.branches.at(-1)?.level;
      const asked = { under, limit: PAGE, ...(after === undefined ? {} : { after }) };
      state.client.traffic
        .branches(asked)
        .then(
          (came) => {
            put(under, extend(known.current.get(under), came));
          },
          (error: unknown) => {
            setRefusal(toRefusal(error));
          },
        )
        .finally(() => {
          loading.current.delete(under);
        });
    },
    [put],
  );

  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = async (): Promise<void> => {
      const { state } = useConnection.getState();
      if (state.kind === 'up') {
        for (const under of [null, ...opened]) {
          const limit = Math.min(
            FRESH_LIMIT,
            Math.max(PAGE, known.current.get(under)?.branches.length ?? 0),
          );
          const came = await state.client.traffic.branches(
            { under, limit },
            { signal: gone.signal },
          );
          const before = known.current.get(under)?.branches ?? [];
          const last = came.branches.at(-1)?.level;
          const behind = last === undefined ? [] : before.filter((branch) => branch.level > last);
          put(under, { branches: [...came.branches, ...behind], total: came.total });
        }
        setRefusal(null);
      }
    };
    const turn = (): void => {
      refresh()
        .catch((error: unknown) => {
          if (!gone.signal.aborted) setRefusal(toRefusal(error));
        })
        .finally(() => {
          if (!gone.signal.aborted) timer = setTimeout(turn, AGAIN_MS);
        });
    };
    turn();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [opened, put]);

  return { levels, refusal, loadMore };
}
