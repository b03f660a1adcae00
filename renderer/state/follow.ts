import type { Client } from '../connect.ts';
import { onClient } from './connection.store.ts';
import { toRefusal } from './refusal.ts';
import { isAborted, pause, retryDelay } from './retry.ts';
import type { RefusalView } from '#core/contract';

export type Stream<F> = {
  open(client: Client, signal: AbortSignal): Promise<AsyncIterable<F>>;
  /** `gap` asks for the stream to be opened anew, which begins with a snapshot. */
  take(frame: F): 'taken' | 'gap';
  /** The core refused the stream; it is not tried again until the connection changes. */
  onRefused?(refusal: RefusalView): void;
};

/**
 * Keeps one stream open while there is a connection: opens it again after a gap, an end or an
 * error. What was folded before stays on the screen meanwhile. Returns the stop.
 */
export function follow<F>(stream: Stream<F>): () => void {
  const stopping = new AbortController();
  let current = new AbortController();
  const undo = onClient((client) => {
    // A lost connection ends its streams by itself; telling it so would be sent into the void.
    current.abort();
    current = new AbortController();
    if (client !== null) void run(stream, client, stopping.signal, current.signal);
  });
  return () => {
    undo();
    stopping.abort();
    current.abort();
  };
}

/** Until `outdated` aborts. Only `stopping` reaches the core, which then ends the stream. */
async function run<F>(
  stream: Stream<F>,
  client: Client,
  stopping: AbortSignal,
  outdated: AbortSignal,
): Promise<void> {
  let tries = 0;
  while (!isAborted(outdated)) {
    try {
      for await (const frame of await stream.open(client, stopping)) {
        if (isAborted(outdated)) return;
        if (stream.take(frame) === 'gap') break;
        tries = 0;
      }
    } catch (error) {
      if (isAborted(outdated)) return;
      const refusal = toRefusal(error);
      if (refusal.code !== 'CONNECTION_LOST') {
        stream.onRefused?.(refusal);
        return;
      }
    }
    tries += 1;
    await pause(retryDelay(tries), outdated);
  }
}
