import type { Qos, StoredMessage } from './record.ts';

/** What waits for one client until it acknowledges, oldest first. */
export type Waiting = {
  /** Order of arrival; grows over restarts. */
  readonly seq: number;
  /** Which publication of this run of the broker it is; null for one of an earlier run. */
  readonly counter: number | null;
  readonly message: StoredMessage;
  /** Given when it was first sent. A message sent again keeps it, MQTT-4.4.0-1. */
  messageId: number | null;
  /** QoS 2 past PUBREC: only PUBREL is owed. */
  released: boolean;
};

export class ClientQueue {
  readonly #bySeq = new Map<number, Waiting>();
  readonly #byCounter = new Map<number, Waiting>();
  readonly #byMessageId = new Map<number, Waiting>();

  /** The number given last; the next free one follows it. */
  lastId = 0;

  get size(): number {
    return this.#bySeq.size;
  }

  add(waiting: Waiting): void {
    this.#bySeq.set(waiting.seq, waiting);
    if (waiting.counter !== null) this.#byCounter.set(waiting.counter, waiting);
    if (waiting.messageId !== null) {
      this.#byMessageId.set(waiting.messageId, waiting);
      this.lastId = waiting.messageId;
    }
  }

  ofCounter(counter: number): Waiting | undefined {
    return this.#byCounter.get(counter);
  }

  ofMessageId(messageId: number): Waiting | undefined {
    return this.#byMessageId.get(messageId);
  }

  /** Gives `wanted`, or the next number no other waiting message has. MQTT-2.3.1-2. */
  identify(waiting: Waiting, wanted: number): number {
    if (waiting.messageId !== null) return waiting.messageId;
    let messageId = wanted > 65_535 ? 1 : wanted;
    while (this.#byMessageId.has(messageId)) messageId = messageId >= 65_535 ? 1 : messageId + 1;
    waiting.messageId = messageId;
    this.lastId = messageId;
    this.#byMessageId.set(messageId, waiting);
    return messageId;
  }

  remove(waiting: Waiting): void {
    this.#bySeq.delete(waiting.seq);
    if (waiting.counter !== null) this.#byCounter.delete(waiting.counter);
    if (waiting.messageId !== null) this.#byMessageId.delete(waiting.messageId);
  }

  all(): Waiting[] {
    return [...this.#bySeq.values()];
  }
}

export function lowerQos(a: Qos, b: number): Qos {
  return a <= b ? a : b === 1 ? 1 : 0;
}
