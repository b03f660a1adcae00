import { Readable } from 'node:stream';
import { filterMatches } from '#core/acl';
import type { Acknowledgement, EngineClient, Packet } from './aedes.ts';
import type { Publisher } from './order.ts';
import type { ClientQueue, Waiting } from './queue.ts';
import type { StoredMessage } from './record.ts';
import type { Sessions, Subscription } from './sessions.ts';

type Will = StoredMessage & { clientId?: string };

/** The face of `Sessions` that aedes 1.x asks for. Its names and returns are aedes'. */
export function createPersistence(deps: {
  sessions: Sessions;
  publisher: () => Publisher;
  userOf: (client: EngineClient) => string | undefined;
  /** May this client keep this subscription? aedes stores the refused ones of a packet too. */
  admits: (client: EngineClient, filter: string) => boolean;
  /** A durable client is being connected: its queue goes out before anything newer. */
  onResume: (clientId: string) => void;
}): object {
  const { sessions } = deps;
  const queueOf = (clientId: string): ClientQueue | undefined => sessions.session(clientId)?.queue;
  /** QoS 2 ids of clean sessions. */
  const transient = new WeakMap<EngineClient, Set<number>>();
  const passing = (client: EngineClient): Set<number> => {
    const ids = transient.get(client) ?? new Set();
    transient.set(client, ids);
    return ids;
  };
  const incomingOf = (client: EngineClient): Set<number> | undefined =>
    client.clean ? passing(client) : sessions.session(client.id)?.incoming;
  return {
    // aedes looks at the kind of this function, so it stays async.
    async setup(): Promise<void> {
      await Promise.resolve();
    },

    storeRetained: () => Promise.resolve(),
    createRetainedStreamCombi: (filters: string[]) => Readable.from(retainedFor(filters)),

    addSubscriptions: (client: EngineClient, given: Subscription[]) =>
      sessions.subscribe(
        client.id,
        given.filter(({ topic }) => deps.admits(client, topic)),
      ),
    removeSubscriptions: (client: EngineClient, filters: string[]) =>
      sessions.unsubscribe(client.id, filters),
    subscriptionsByClient: ({ id }: { id: string }) => {
      deps.onResume(id);
      const kept = [...(sessions.session(id)?.subscriptions ?? [])];
      return Promise.resolve(kept.map(([topic, qos]) => ({ topic, qos })));
    },
    cleanSubscriptions: ({ id }: EngineClient) => sessions.discard(id),

    outgoingUpdate: (client: EngineClient, packet: Packet | Acknowledgement): Promise<void> => {
      const waiting = waitingFor(client.id, packet);
      if (!waiting) return Promise.resolve();
      if (packet.cmd === 'publish') {
        const queue = queueOf(client.id);
        packet.messageId = queue?.identify(waiting, packet.messageId ?? 1) ?? packet.messageId;
        packet.qos = waiting.message.qos;
      } else if (packet.cmd === 'pubrel') {
        waiting.released = true;
      }
      const written = sessions.update(client.id, waiting);
      // Exactly once needs the same id after a crash; at least once does not.
      if (waiting.message.qos === 2) return written;
      written.catch(() => undefined);
      return Promise.resolve();
    },
    outgoingClearMessageId: ({ id }: EngineClient, { messageId }: { messageId?: number }) => {
      const waiting = messageId === undefined ? undefined : queueOf(id)?.ofMessageId(messageId);
      if (!waiting) return Promise.resolve(undefined);
      sessions.settle(id, waiting);
      return Promise.resolve({ cmd: 'publish', messageId, ...waiting.message });
    },
    outgoingStream: ({ id }: EngineClient) => Readable.from(queued(queueOf(id), deps.publisher())),

    incomingStorePacket: (client: EngineClient, packet: Packet & { messageId: number }) => {
      if (client.clean) passing(client).add(packet.messageId);
      else deps.publisher().rememberIncoming(packet, client.id, packet.messageId);
      return Promise.resolve();
    },
    incomingGetPacket: (client: EngineClient, { messageId }: { messageId: number }) =>
      incomingOf(client)?.has(messageId)
        ? Promise.resolve({ messageId })
        : Promise.reject(new Error('no such packet')),
    incomingDelPacket: (client: EngineClient, { messageId }: { messageId: number }) => {
      if (client.clean) passing(client).delete(messageId);
      else sessions.release(client.id, messageId);
      return Promise.resolve();
    },
    // A clean session's ids end with its connection; a durable one's stay.
    cleanIncoming: () => Promise.resolve(),

    putWill: (client: EngineClient, will: Will) => {
      const { topic, qos, retain } = will;
      const message = { topic, qos, retain, payload: Buffer.from(will.payload) };
      return sessions.putWill(client.id, message, deps.userOf(client) ?? '');
    },
    delWill: ({ id }: { id: string }) => {
      sessions.deleteWill(id);
      return Promise.resolve();
    },
    // Wills of an earlier run are published when the broker starts.
    streamWill: () => Readable.from([]),
  };

  function waitingFor(clientId: string, packet: Packet | Acknowledgement): Waiting | undefined {
    const queue = queueOf(clientId);
    if (packet.cmd !== 'publish') return queue?.ofMessageId(packet.messageId);
    return (
      queue?.ofCounter(packet.brokerCounter) ??
      (packet.messageId === undefined ? undefined : queue?.ofMessageId(packet.messageId))
    );
  }

  function* retainedFor(filters: readonly string[]): Generator<object> {
    for (const filter of filters) {
      if (!/[+#]/.test(filter)) {
        const exact = sessions.retained.get(filter);
        if (exact) yield { cmd: 'publish', ...exact };
        continue;
      }
      // Most topics of a large fleet part from the filter before its wildcard, which is cheap to see.
      const before = filter.slice(0, filter.search(/[/]?[+#]/));
      for (const message of sessions.retained.values()) {
        if (!message.topic.startsWith(before)) continue;
        if (filterMatches(filter, message.topic)) yield { cmd: 'publish', ...message };
      }
    }
  }
}

/** The queue as aedes sends it: what was sent before goes under its first id, and marked so. */
function* queued(queue: ClientQueue | undefined, publisher: Publisher): Generator<object> {
  for (const waiting of queue?.all() ?? []) {
    if (!publisher.hasPassed(waiting)) continue;
    // MQTT-3.3.1-1
    const dup = waiting.messageId !== null;
    const messageId = queue?.identify(waiting, queue.lastId + 1);
    if (waiting.released) yield { cmd: 'pubrel', messageId };
    else yield { cmd: 'publish', ...waiting.message, messageId, dup };
  }
}
