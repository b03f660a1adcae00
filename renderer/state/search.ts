import type { RefusalView, TrafficSelection } from '#core/contract';
import { onClient } from './connection.store.ts';
import type { Client } from '../connect.ts';
import type { MessageList } from './message-list.ts';
import { toRefusal } from './refusal.ts';
import { isAborted, pause } from './retry.ts';

export type SearchState =
  | { kind: 'idle' }
  | { kind: 'running'; scanned: number; total: number; found: number }
  /** Complete is false where there are more matches than a list holds. */
  | { kind: 'ended'; complete: boolean }
  | { kind: 'cancelled' }
  | { kind: 'refused'; refusal: RefusalView };

/** Between two searches for what the stream left out. */
const AGAIN_MS = 1_000;

/**
 * Finds what matches in the capture, and again what a fast stream left out. `poke` says that the
 * list may miss something.
 */
export function searchMessages(
  where: TrafficSelection,
  list: MessageList,
  tell: (state: SearchState) => void,
): { poke(): void; stop(): void } {
  let current = new AbortController();
  let running = false;
  let client: Client | null = null;

  const run = async (): Promise<void> => {
    const mine = current;
    const { signal } = mine;
    if (running || client === null || isAborted(signal)) return;
    running = true;
    try {
      while (list.missingAfter !== null && !isAborted(signal)) {
        const complete = await once(client, where, list, tell, signal);
        tell({ kind: 'ended', complete });
        if (!complete) return;
        await pause(AGAIN_MS, signal);
      }
    } catch (error) {
      if (!isAborted(signal)) tell({ kind: 'refused', refusal: toRefusal(error) });
      mine.abort();
    } finally {
      if (mine === current) running = false;
    }
  };

  const cancel = (): void => {
    current.abort();
    tell({ kind: 'cancelled' });
  };
  cancelCurrent = cancel;
  const undo = onClient((next) => {
    client = next;
    current.abort();
    current = new AbortController();
    running = false;
    void run();
  });
  return {
    poke: () => {
      void run();
    },
    stop: () => {
      undo();
      current.abort();
      if (cancelCurrent === cancel) cancelCurrent = null;
      tell({ kind: 'idle' });
    },
  };
}

let cancelCurrent: (() => void) | null = null;

/** Ends the search that runs; what was found so far stays listed. */
export function cancelSearch(): void {
  cancelCurrent?.();
}

async function once(
  client: Client,
  where: TrafficSelection,
  list: MessageList,
  tell: (state: SearchState) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const after = list.missingAfter ?? -1;
  const events = await client.traffic.find({ where, ...(after < 0 ? {} : { after }) }, { signal });
  for await (const event of events) {
    if (isAborted(signal)) return false;
    switch (event.kind) {
      case 'progress': {
        const { scanned, total, found } = event;
        tell({ kind: 'running', scanned, total, found });
        break;
      }
      case 'ids':
        list.takeIds(summed(event.first, event.deltas));
        break;
      case 'end':
        list.searched(event.through);
        return event.complete;
    }
  }
  return true;
}

function* summed(first: number, deltas: readonly number[]): Generator<number> {
  let id = first;
  yield id;
  for (const delta of deltas) {
    id += delta;
    yield id;
  }
}
