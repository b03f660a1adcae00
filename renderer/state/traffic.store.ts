import { create } from 'zustand';
import type { RefusalView } from '#core/contract';
import { follow } from './follow.ts';
import { emptyTraffic, foldTraffic, hold, release, type TrafficState } from './traffic.ts';

type TrafficStore = {
  traffic: TrafficState;
  filter: string;
  /** The core would not open the stream with this filter. */
  refusal: RefusalView | null;
  /** Row whose detail is open. */
  selectedId: number | null;
};

/** Rows the Traffic screen holds; the contract's largest. */
const TRAFFIC_LIMIT = 5_000;

export const useTraffic = create<TrafficStore>()(() => ({
  traffic: emptyTraffic,
  filter: '#',
  refusal: null,
  selectedId: null,
}));

/** Streams rows that match `filter`. A different filter begins with an empty list. */
export function followTraffic(filter: string): () => void {
  const known = useTraffic.getState();
  useTraffic.setState({
    filter,
    refusal: null,
    traffic: known.filter === filter ? known.traffic : emptyTraffic,
  });
  const stop = follow({
    open: (client, signal) => client.traffic.watch({ filter, limit: TRAFFIC_LIMIT }, { signal }),
    take: (frame) => {
      const next = foldTraffic(useTraffic.getState().traffic, frame, TRAFFIC_LIMIT);
      if (next === null) return 'gap';
      useTraffic.setState({ traffic: next, refusal: null });
      return 'taken';
    },
    onRefused: (refusal) => {
      useTraffic.setState({ refusal });
    },
  });
  return () => {
    stop();
    // Who comes back later wants to see what goes on, unless it was paused on purpose.
    const { hold } = useTraffic.getState().traffic;
    if (hold.kind === 'held' && hold.by === 'scroll') releaseTraffic();
  };
}

export function holdTraffic(by: 'button' | 'scroll'): void {
  useTraffic.setState(({ traffic }) => ({ traffic: hold(traffic, by) }));
}

export function releaseTraffic(): void {
  useTraffic.setState(({ traffic }) => ({ traffic: release(traffic, TRAFFIC_LIMIT) }));
}

/** Opens one message from elsewhere, among all others. */
export function openMessage(id: number): void {
  useTraffic.setState(({ filter, traffic }) => ({
    selectedId: id,
    filter: '#',
    traffic: filter === '#' ? traffic : emptyTraffic,
  }));
}

export function selectMessage(id: number | null): void {
  useTraffic.setState({ selectedId: id });
}

/** Empties what is on the screen, after the core was told to forget. */
export function forgetRows(): void {
  useTraffic.setState(({ traffic }) => ({
    selectedId: null,
    traffic: { ...traffic, rows: [], waiting: [], waitingCount: 0, skipped: 0 },
  }));
}
