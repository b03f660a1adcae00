import type { Done, Engine, EngineClient, Packet, Publication } from './aedes.ts';
import { type Waiting, lowerQos } from './queue.ts';
import type { Sessions } from './sessions.ts';
import type { Change } from './store.ts';

/** aedes, mqemitter and their matchers throw above this. */
const LEVEL_LIMIT = 100;

export type Publisher = {
  /** Stands in for aedes' own `publish`. */
  publish: Engine['publish'];
  /**
   * Takes in a QoS 1 message before it is acknowledged: `stored` is called once it is on disk
   * for every durable session that wants it. aedes by itself sends PUBACK first, and a crash
   * between the two loses a message which its sender believes delivered. MQTT-4.3.2-2.
   */
  accept(packet: Publication, client: EngineClient, stored: Done): void;
  /** Notes that `packet` must be remembered with its id, in one write with its queueing. */
  rememberIncoming(packet: Publication, clientId: string, messageId: number): void;
  /**
   * Has this message been given to those online? One still being stored is left to that: sent
   * out of a queue as well, it would arrive twice.
   */
  hasPassed(waiting: Waiting): boolean;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
};

type Passage = {
  readonly packet: Packet;
  readonly stored: Done | null;
  state: 'storing' | 'stored' | Error;
  done: Done | null;
  ended: { error: Error | null } | null;
};

/**
 * Publishes in the order of arrival: each message is first stored, then given to those online,
 * never before the one ahead of it. aedes lets a QoS 0 message overtake a QoS 1 one still being
 * stored, and its receivers then take the older one for a duplicate and drop it.
 */
export function createPublisher(deps: {
  engine: Engine;
  sessions: Sessions;
  queuedPerClient: number;
  mayReceive: (clientId: string, user: string, topic: string) => boolean;
  onDropped: (clientId: string, user: string, topic: string) => void;
}): Publisher {
  const { engine, sessions } = deps;
  const line: Passage[] = [];
  const accepted = new WeakMap<Publication, Passage>();
  const incoming = new WeakMap<Publication, Change[]>();
  let waiters: (() => void)[] = [];
  let underWay = 0;
  let passed = 0;

  function enter(given: Publication, client: EngineClient | null, stored: Done | null): Passage {
    engine.counter += 1;
    const packet: Packet = {
      cmd: 'publish',
      brokerId: engine.id,
      brokerCounter: engine.counter,
      topic: given.topic,
      payload: toBuffer(given.payload),
      qos: given.qos ?? 0,
      retain: given.retain ?? false,
      dup: false,
      messageId: undefined,
    };
    if (client) packet.clientId = client.id;
    const changes = [
      ...(incoming.get(given) ?? []),
      ...(packet.retain ? sessions.retain({ ...packet }) : []),
      ...(packet.qos > 0 ? queueForSessions(packet) : []),
    ];
    const passage: Passage = { packet, stored, state: 'stored', done: null, ended: null };
    underWay += 1;
    line.push(passage);
    if (changes.length > 0) {
      passage.state = 'storing';
      sessions.write(changes).then(
        () => {
          passage.state = 'stored';
          advance();
        },
        (error: unknown) => {
          passage.state = error instanceof Error ? error : new Error(String(error));
          advance();
        },
      );
    }
    return passage;
  }

  function queueForSessions(packet: Packet): Change[] {
    const changes: Change[] = [];
    for (const [clientId, qos] of sessions.subscribersOf(packet.topic)) {
      const session = sessions.session(clientId);
      if (qos === 0 || !session || !deps.mayReceive(clientId, session.user, packet.topic)) continue;
      if (session.queue.size >= deps.queuedPerClient) {
        deps.onDropped(clientId, session.user, packet.topic);
        continue;
      }
      const message = {
        topic: packet.topic,
        payload: packet.payload,
        qos: lowerQos(packet.qos, qos),
        retain: false,
      };
      changes.push(...sessions.enqueue(clientId, message, packet.brokerCounter));
    }
    return changes;
  }

  function advance(): void {
    for (;;) {
      const first = line[0];
      if (!first || first.state === 'storing') return;
      line.shift();
      if (first.state !== 'stored') {
        first.stored?.(first.state);
        finish(first, first.state);
        continue;
      }
      passed = first.packet.brokerCounter;
      first.stored?.(null);
      engine.mq.emit(first.packet, (error) => {
        finish(first, error ?? null);
      });
    }
  }

  function finish(passage: Passage, error: Error | null): void {
    passage.ended = { error };
    passage.done?.(error);
    underWay -= 1;
    if (underWay > 0) return;
    for (const wake of waiters) wake();
    waiters = [];
  }

  return {
    publish: (given, clientOrDone, maybeDone) => {
      const client = typeof clientOrDone === 'function' ? null : clientOrDone;
      const done = typeof clientOrDone === 'function' ? clientOrDone : (maybeDone ?? null);
      const passage = accepted.get(given);
      if (passage) {
        // Already on its way since before its PUBACK; its sender waits for the rest.
        accepted.delete(given);
        if (passage.ended) done?.(passage.ended.error);
        else passage.done = done;
        return;
      }
      if (given.topic.split('/').length > LEVEL_LIMIT) {
        done?.(new Error('topic has too many levels'));
        return;
      }
      enter(given, client, null).done = done;
      advance();
    },
    accept: (given, client, stored) => {
      accepted.set(given, enter(given, client, stored));
      advance();
    },
    rememberIncoming: (packet, clientId, messageId) => {
      incoming.set(packet, sessions.receive(clientId, messageId));
    },
    hasPassed: ({ counter }) => counter === null || counter <= passed,
    idle: () =>
      underWay === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiters.push(resolve);
          }),
  };
}

function toBuffer(payload: Buffer | string | undefined): Buffer {
  if (payload === undefined) return Buffer.alloc(0);
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
