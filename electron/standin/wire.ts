import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** One end of a two-way line between two ports, wherever they live. */
export type Wire = {
  post(data: unknown): void;
  /** Called once; what came before is delivered then. */
  listen(ear: WireEar): void;
  close(): void;
};
export type WireEar = { message(data: unknown): void; close(): void };

type Held = { kind: 'message'; data: unknown } | { kind: 'close' };

/** Collects for the other end until somebody listens. */
export class Inbox {
  #ear: WireEar | null = null;
  #held: Held[] = [];

  put(item: Held): void {
    if (this.#ear === null) {
      this.#held.push(item);
      return;
    }
    const ear = this.#ear;
    // Never within the sender's call: a port's message is always a task of its own.
    setImmediate(() => {
      if (item.kind === 'message') ear.message(item.data);
      else ear.close();
    });
  }

  listen(ear: WireEar): void {
    this.#ear = ear;
    const held = this.#held;
    this.#held = [];
    for (const item of held) this.put(item);
  }
}

/** Two ends within this process. Data is copied as the structured clone algorithm copies it. */
export function createWirePair(): [Wire, Wire] {
  const inboxes = [new Inbox(), new Inbox()] as const;
  const end = (own: Inbox, other: Inbox): Wire => ({
    post: (data) => {
      other.put({ kind: 'message', data: structuredClone(data) });
    },
    listen: (ear) => {
      own.listen(ear);
    },
    close: () => {
      other.put({ kind: 'close' });
    },
  });
  return [end(inboxes[0], inboxes[1]), end(inboxes[1], inboxes[0])];
}

/** Hands a wire to a page: pages hold the DOM's MessagePort, not Electron's. */
export function domPortOf(wire: Wire): MessagePort {
  const { port1, port2 } = new MessageChannel();
  let open = true;
  wire.listen({
    message: (data) => {
      port1.postMessage(data);
    },
    close: () => {
      open = false;
      port1.close();
    },
  });
  port1.on('message', (data) => {
    wire.post(data);
  });
  port1.on('close', () => {
    if (open) wire.close();
    open = false;
  });
  return port2;
}
