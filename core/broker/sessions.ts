import { ClientQueue, type Waiting } from './queue.ts';
import {
  type Qos,
  type StoredMessage,
  decodeMessage,
  encodeMessage,
  keyOf,
  padded,
  partsOf,
} from './record.ts';
import { del, leftChange, qosOf, waitingChange, waitingOf, willOf } from './session-records.ts';
import type { Change, Store } from './store.ts';
import { TopicTree } from './topic-tree.ts';

export type Subscription = { topic: string; qos: Qos };

/** What a client left to be said when it is lost, and in whose name. */
export type Will = { readonly message: StoredMessage; readonly user: string };

type Session = {
  /** Who may take it up again. */
  user: string;
  /** When its client was last seen to go, milliseconds since 1970; null: not since it came. */
  leftAt: number | null;
  readonly subscriptions: Map<string, Qos>;
  readonly queue: ClientQueue;
  /** QoS 2 messages taken in and not yet released by their sender. */
  readonly incoming: Set<number>;
};

/**
 * Everything that outlives a connection, in memory and on disk: durable sessions, retained
 * messages, wills. Reads are answered from memory; changes go to the store in order.
 */
export class Sessions {
  readonly #store: Store;
  readonly #sessions = new Map<string, Session>();
  readonly #tree = new TopicTree();
  readonly retained = new Map<string, StoredMessage>();
  readonly #wills = new Map<string, Will>();
  #seq = 0;

  private constructor(store: Store) {
    this.#store = store;
  }

  /**
   * @param now since when sessions are taken to be away whose client never left: the broker was
   * killed.
   * @throws Error where a record cannot be read
   */
  static async load(store: Store, now: number): Promise<Sessions> {
    const sessions = new Sessions(store);
    for await (const [key, value] of store.entries()) {
      const [kind = '', id = '', rest = ''] = partsOf(key);
      sessions.#restore(kind, id, rest, value);
    }
    for (const [clientId, { leftAt }] of sessions.#sessions) {
      if (leftAt === null) sessions.left(clientId, now);
    }
    return sessions;
  }

  ownerOf(clientId: string): string | null {
    return this.#sessions.get(clientId)?.user ?? null;
  }

  /** Takes up the session of `clientId`, or begins one. */
  open(clientId: string, user: string): Session {
    const known = this.#sessions.get(clientId);
    if (known) {
      known.leftAt = null;
      this.later([del(keyOf('left', clientId))]);
      return known;
    }
    const session = this.#begin(clientId);
    session.user = user;
    this.later([{ key: keyOf('owner', clientId), value: Buffer.from(user) }]);
    return session;
  }

  session(clientId: string): Session | undefined {
    return this.#sessions.get(clientId);
  }

  /** Its client is gone, and may come back. */
  left(clientId: string, at: number): void {
    const session = this.#sessions.get(clientId);
    if (!session) return;
    session.leftAt = at;
    this.later([leftChange(clientId, at)]);
  }

  /** Clients that are away, and since when. */
  away(): [string, number][] {
    return [...this.#sessions].flatMap(([clientId, { leftAt }]): [string, number][] =>
      leftAt === null ? [] : [[clientId, leftAt]],
    );
  }

  /** MQTT-3.1.2-6: a clean session discards what was there. */
  discard(clientId: string): Promise<void> {
    const session = this.#sessions.get(clientId);
    if (!session) return Promise.resolve();
    this.#sessions.delete(clientId);
    const changes = [del(keyOf('owner', clientId)), del(keyOf('left', clientId))];
    for (const filter of session.subscriptions.keys()) {
      this.#tree.delete(filter, clientId);
      changes.push(del(keyOf('subscription', clientId, filter)));
    }
    for (const { seq } of session.queue.all()) {
      changes.push(del(keyOf('outgoing', clientId, padded(seq))));
    }
    for (const id of session.incoming) changes.push(del(keyOf('incoming', clientId, padded(id))));
    return this.#store.write(changes);
  }

  subscribe(clientId: string, subscriptions: readonly Subscription[]): Promise<void> {
    const session = this.#sessions.get(clientId);
    if (!session) return Promise.resolve();
    return this.#store.write(
      subscriptions.map(({ topic, qos }) => {
        session.subscriptions.set(topic, qos);
        this.#tree.set(topic, clientId, qos);
        return { key: keyOf('subscription', clientId, topic), value: Buffer.from(String(qos)) };
      }),
    );
  }

  unsubscribe(clientId: string, filters: readonly string[]): Promise<void> {
    const session = this.#sessions.get(clientId);
    if (!session) return Promise.resolve();
    return this.#store.write(
      filters.map((filter) => {
        session.subscriptions.delete(filter);
        this.#tree.delete(filter, clientId);
        return del(keyOf('subscription', clientId, filter));
      }),
    );
  }

  /** Durable sessions that want `topic`, with the QoS they asked for. */
  subscribersOf(topic: string): Map<string, number> {
    return this.#tree.match(topic);
  }

  /** Queues `message` in memory; the change is returned to be written with its fellows. */
  enqueue(clientId: string, message: StoredMessage, counter: number | null): Change[] {
    const session = this.#sessions.get(clientId);
    if (!session) return [];
    this.#seq += 1;
    const waiting: Waiting = {
      seq: this.#seq,
      counter,
      message,
      messageId: null,
      released: false,
    };
    session.queue.add(waiting);
    return [waitingChange(clientId, waiting)];
  }

  update(clientId: string, waiting: Waiting): Promise<void> {
    return this.#store.write([waitingChange(clientId, waiting)]);
  }

  settle(clientId: string, waiting: Waiting): void {
    this.#sessions.get(clientId)?.queue.remove(waiting);
    this.later([del(keyOf('outgoing', clientId, padded(waiting.seq)))]);
  }

  /** MQTT-3.3.1-10: an empty payload takes the retained message away. */
  retain(message: StoredMessage): Change[] {
    const key = keyOf('retained', message.topic);
    if (message.payload.length === 0) {
      return this.retained.delete(message.topic) ? [del(key)] : [];
    }
    this.retained.set(message.topic, message);
    return [{ key, value: encodeMessage(message) }];
  }

  receive(clientId: string, messageId: number): Change[] {
    const session = this.#sessions.get(clientId);
    if (!session) return [];
    session.incoming.add(messageId);
    return [{ key: keyOf('incoming', clientId, padded(messageId)), value: Buffer.alloc(0) }];
  }

  release(clientId: string, messageId: number): void {
    if (!this.#sessions.get(clientId)?.incoming.delete(messageId)) return;
    this.later([del(keyOf('incoming', clientId, padded(messageId)))]);
  }

  putWill(clientId: string, message: StoredMessage, user: string): Promise<void> {
    this.#wills.set(clientId, { message, user });
    const value = encodeMessage(message, { user });
    return this.#store.write([{ key: keyOf('will', clientId), value }]);
  }

  deleteWill(clientId: string): void {
    if (this.#wills.delete(clientId)) this.later([del(keyOf('will', clientId))]);
  }

  wills(): [string, Will][] {
    return [...this.#wills];
  }

  /** Written in order with everything else, with nobody waiting for it. */
  later(changes: readonly Change[]): void {
    // A failing disk is reported by the next write that somebody does wait for.
    this.#store.write(changes).catch(() => undefined);
  }

  write(changes: readonly Change[]): Promise<void> {
    return this.#store.write(changes);
  }

  #begin(clientId: string): Session {
    let session = this.#sessions.get(clientId);
    if (!session) {
      session = {
        user: '',
        leftAt: null,
        subscriptions: new Map(),
        queue: new ClientQueue(),
        incoming: new Set(),
      };
      this.#sessions.set(clientId, session);
    }
    return session;
  }

  #restore(kind: string, id: string, rest: string, value: Buffer): void {
    switch (kind) {
      case 'owner':
        this.#begin(id).user = value.toString();
        return;
      case 'left':
        this.#begin(id).leftAt = Number(value.toString());
        return;
      case 'subscription': {
        const qos = qosOf(value);
        this.#begin(id).subscriptions.set(rest, qos);
        this.#tree.set(rest, id, qos);
        return;
      }
      case 'outgoing': {
        const waiting = waitingOf(Number(rest), value);
        this.#begin(id).queue.add(waiting);
        this.#seq = Math.max(this.#seq, waiting.seq);
        return;
      }
      case 'incoming':
        this.#begin(id).incoming.add(Number(rest));
        return;
      case 'retained':
        this.retained.set(id, decodeMessage(value).message);
        return;
      case 'will':
        this.#wills.set(id, willOf(value));
        return;
      default:
        throw new Error(`unknown record ${kind}`);
    }
  }
}
