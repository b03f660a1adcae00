import type { Link, LinkState, MessageHandler, PublishOptions, Qos } from '#core/link';
import { decodePayload, type Topics } from '#core/protocol';
import type { Outcome } from './tally.ts';

export type Ears = {
  readonly told: (outcome: Outcome) => void;
  /** Its banks are made, and nothing has been offered to it yet. */
  readonly listening: () => void;
};

/**
 * A vehicle's link, with an ear on what the vehicle says of its updates: the same words that a
 * backend hears, so that a fleet can be counted whoever publishes to it. A class, because its
 * methods are there once for all vehicles.
 */
export class OverheardLink implements Link {
  readonly #link: Link;
  readonly #topics: Topics;
  readonly #ears: Ears;

  constructor(link: Link, topics: Topics, ears: Ears) {
    this.#link = link;
    this.#topics = topics;
    this.#ears = ears;
  }

  get clientId(): string {
    return this.#link.clientId;
  }
  get state(): LinkState {
    return this.#link.state;
  }
  onState(listener: (state: LinkState) => void): () => void {
    return this.#link.onState(listener);
  }
  whenUp(signal?: AbortSignal): Promise<void> {
    return this.#link.whenUp(signal);
  }
  /** Counted once the broker has it: what never left the vehicle nobody else knows either. */
  async publish(
    topic: string,
    payload: Uint8Array,
    options: PublishOptions,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#link.publish(topic, payload, options, signal);
    const outcome = outcomeIn(this.#topics.parse(topic)?.kind, payload);
    if (outcome !== null) this.#ears.told(outcome);
  }
  subscribe(filter: string, qos: Qos): Promise<void> {
    return this.#link.subscribe(filter, qos);
  }
  onMessage(handler: MessageHandler): () => void {
    this.#ears.listening();
    return this.#link.onMessage(handler);
  }
  drop(): void {
    this.#link.drop();
  }
  retry(): void {
    this.#link.retry();
  }
  close(): Promise<void> {
    return this.#link.close();
  }
}

/** What an `acknowledgment` or `progress` says of an update; null for everything else. */
export function outcomeIn(kind: string | undefined, payload: Uint8Array): Outcome | null {
  if (kind !== 'acknowledgment' && kind !== 'progress') return null;
  const message = decodePayload(payload);
  if (kind === 'acknowledgment') {
    // A refused command says nothing of how an update ended.
    if ('command' in message) return null;
    return message['acknowledgment'] === 'Refused' ? 'refused' : 'updating';
  }
  // What concerns one member of a group is not yet the end of the update; the whole names no ECU.
  if ('bundleId' in message && 'ecuId' in message) return 'updating';
  switch (message['status']) {
    case 'completed':
    case 'failed':
    case 'rolled_back':
    case 'cancelled':
      return message['status'];
    default:
      return 'updating';
  }
}
