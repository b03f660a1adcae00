import { create } from 'zustand';
import type { RefusalView, TrafficCounts, TrafficState, TrafficSelection } from '#core/contract';
import type { Client } from '../connect.ts';
import { useConnection } from './connection.store.ts';
import { follow } from './follow.ts';
import { continues } from './fold.ts';
import { judgeDraft, noFilter, type FilterDraft } from './message-filter.ts';
import { createMessageList, type Hold, type ListOrder } from './message-list.ts';
import { NOT_CONNECTED, RefusedHere, toRefusal } from './refusal.ts';
import { searchMessages, type SearchState } from './search.ts';
import { trailing } from './trailing.ts';

/** What is said about the list, a few times a second; the rows themselves never pass through here. */
type TrafficStore = {
  filter: FilterDraft;
  /** The core would not open the stream with this filter, or not read rows. */
  refusal: RefusalView | null;
  /** Row whose detail is open. */
  selectedId: number | null;
  /** Row that others are compared with. */
  pinnedId: number | null;
  counts: TrafficCounts;
  recording: TrafficState;
  notices: readonly RefusalView[];
  /** Matching rows that came between two frames: in the capture, and on the way past this list. */
  skipped: number;
  listed: number;
  waiting: number;
  hold: Hold;
  order: ListOrder;
  search: SearchState;
};

/** What every frame says beside its rows. */
type Told = {
  readonly counts: TrafficCounts;
  readonly state: TrafficState;
  readonly notices: readonly RefusalView[];
};

/** More than the tallest screen shows; the rest is read from the capture when one scrolls there. */
const TOLD_ROWS = 120;
/** A number that changes faster cannot be read. */
const SUMMARY_MS = 250;

export const useTraffic = create<TrafficStore>()(() => ({
  filter: noFilter,
  refusal: null,
  selectedId: null,
  pinnedId: null,
  counts: {
    seen: 0,
    held: 0,
    evicted: 0,
    captured: 0,
    waiting: 0,
    dropped: { total: 0, queueFull: 0, stopped: 0, unfit: 0 },
  },
  recording: { kind: 'recording' },
  notices: [],
  skipped: 0,
  listed: 0,
  waiting: 0,
  hold: { kind: 'live' },
  order: 'newest',
  search: { kind: 'idle' },
}));

const drawers = new Set<() => void>();

/** The rows of the Traffic screen. Kept while one looks at other screens. */
export const messages = createMessageList({
  rowsOf: (ids) => clientNow().traffic.rowsOf({ ids }),
  onChange: () => {
    for (const draw of drawers) draw();
  },
  onError: (error) => {
    useTraffic.setState({ refusal: toRefusal(error) });
  },
});

/** Calls `draw` whenever other rows may be seen. Returns the undo. */
export function onRows(draw: () => void): () => void {
  drawers.add(draw);
  return () => {
    drawers.delete(draw);
  };
}

function clientNow(): Client {
  const { state } = useConnection.getState();
  if (state.kind !== 'up') throw new RefusedHere(NOT_CONNECTED);
  return state.client;
}

let listedFor: string | null = null;

/** Streams rows that match the filter. A different filter begins with an empty list. */
export function followTraffic(filter: FilterDraft): () => void {
  const verdict = judgeDraft(filter);
  if (verdict.kind === 'invalid') return () => undefined;
  const where: TrafficSelection | undefined = verdict.kind === 'some' ? verdict.where : undefined;
  const name = JSON.stringify(where ?? null);
  if (listedFor !== name) {
    listedFor = name;
    messages.begin(where === undefined ? 'everything' : 'found');
    useTraffic.setState({ refusal: null, skipped: 0 });
    summarise();
  }
  // Signatures are for the search to judge; the stream only says when there is something to find.
  const { verdicts, ...streamed } = where ?? {};
  const judged = verdicts !== undefined;
  const ending = new AbortController();
  const searching = where === undefined ? null : searchMessages(where, messages, setSearch);
  let seq: number | null = null;
  let skipped = 0;
  const tell = trailing<Told>(
    SUMMARY_MS,
    (frame) => {
      tellCounts(frame);
      useTraffic.setState({ skipped, refusal: null });
      summarise();
    },
    ending.signal,
  );
  const stop = follow({
    open: (client, signal) =>
      client.traffic.watch(
        { limit: judged ? 0 : TOLD_ROWS, ...(where === undefined ? {} : { where: streamed }) },
        { signal },
      ),
    take: (frame) => {
      if (frame.kind === 'delta' && !continues(seq, frame.seq)) return 'gap';
      seq = frame.seq;
      skipped += frame.skipped;
      const { rows } = frame;
      const missed = frame.kind === 'snapshot' ? 1 : frame.skipped;
      if (judged) messages.take([], frame.bounds, missed + rows.length);
      else messages.take(rows, frame.bounds, missed);
      tell(frame);
      searching?.poke();
      return 'taken';
    },
    onRefused: (refusal) => {
      useTraffic.setState({ refusal });
    },
  });
  return () => {
    ending.abort();
    stop();
    searching?.stop();
    // Who comes back later wants to see what goes on, unless it was paused on purpose.
    const { hold } = messages;
    if (hold.kind === 'held' && hold.by === 'scroll') releaseTraffic();
  };
}

/** The counts alone, for the tabs without the list. */
export function followCounts(): () => void {
  const ending = new AbortController();
  const tell = trailing<Told>(SUMMARY_MS, tellCounts, ending.signal);
  const stop = follow({
    open: (client, signal) => client.traffic.watch({ limit: 0 }, { signal }),
    take: (frame) => {
      tell(frame);
      return 'taken';
    },
  });
  return () => {
    ending.abort();
    stop();
  };
}

function tellCounts({ counts, state: recording, notices }: Told): void {
  useTraffic.setState({ counts, recording, notices });
}

function setSearch(search: SearchState): void {
  useTraffic.setState({ search, listed: messages.count });
}

function summarise(): void {
  const { count: listed, waiting, hold, order } = messages;
  useTraffic.setState({ listed, waiting, hold, order });
}

/** What the filter of the list asks for, for other commands. One that is wrong asks for nothing. */
export function useSelection(): ReturnType<typeof judgeDraft> {
  return judgeDraft(useTraffic((store) => store.filter));
}

export function setFilter(filter: FilterDraft): void {
  useTraffic.setState({ filter });
}

export function holdTraffic(by: 'button' | 'scroll'): void {
  messages.holdAt(by);
  summarise();
}

export function releaseTraffic(): void {
  messages.release();
  summarise();
}

export function setOrder(order: ListOrder): void {
  messages.setOrder(order);
  summarise();
}

/** Opens one message from elsewhere, among all others. */
export function openMessage(id: number): void {
  useTraffic.setState({ selectedId: id, filter: noFilter });
}

export function selectMessage(id: number | null): void {
  useTraffic.setState({ selectedId: id });
}

export function pinMessage(id: number | null): void {
  useTraffic.setState({ pinnedId: id });
}
