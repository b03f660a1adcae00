import type { Client } from 'aedes';
import type { AclRules } from '#core/acl';
import { type Engine, type EngineClient, createEngine, limitPackets } from './aedes.ts';
import { type Admission, createAdmission } from './admission.ts';
import { createReception } from './arrivals.ts';
import type { ClientCertificate } from './certificate.ts';
import { messageOf } from './errors.ts';
import { type EventFeed, createEventFeed } from './events.ts';
import { expireSessions } from './expiry.ts';
import { type Gate, createGate } from './gate.ts';
import { defaultLimits } from './limits.ts';
import type { Arrivals } from './door.ts';
import { createLogins } from './logins.ts';
import type { BrokerOptions, ConnectedClient } from './options.ts';
import { type Publisher, createPublisher } from './order.ts';
import { createPersistence } from './persistence.ts';
import { type Recall, createRecall } from './recall.ts';
import { fault, faultOf } from './refusal.ts';
import { Sessions } from './sessions.ts';
import { type Store, damaged } from './store.ts';
import type { Visitor } from './visitor.ts';

/** Longer than any client's patience: aedes asks it of brokers in a cluster, we are one. */
const HEARTBEAT_MS = 60_000;

export type Core = {
  /** At once, also for those who are there. */
  readonly setAcl: (rules: AclRules) => void;
  readonly arrivals: Arrivals;
  readonly onEvent: EventFeed['onEvent'];
  readonly clients: () => ConnectedClient[];
  readonly client: (clientId: string) => ConnectedClient | null;
  readonly recall: Recall;
  /** Ends the sessions of these certificates; how many were live. */
  readonly cut: (is: (certificate: ClientCertificate) => boolean) => number;
  /** Their clients were cut off when the broker ended: the will was meant for that. */
  readonly publishWillsOfEarlierRun: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** aedes with our gate before it, our order in it and our sessions behind it; no listener yet. */
export async function createCore(options: BrokerOptions, store: Store): Promise<Core> {
  const { clock, log } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const sessions = await Sessions.load(store, clock.now()).catch((error: unknown) => {
    throw damaged(options.dir, error);
  });
  const feed = createEventFeed((error) => {
    log('error', 'a listener of broker events failed', { error: messageOf(error) });
  });
  const visitors = new WeakMap<object, Visitor>();
  const online = new Map<string, EngineClient>();
  const farewell = new WeakMap<Client, string>();

  const recall = createRecall();
  const ending = new AbortController();

  // They know each other: aedes asks admission and gate, the gate hands to the publisher.
  const publisher = (): Publisher => ordered;
  const gate: Gate = createGate({
    acl: options.acl,
    mode: options.subscriptions ?? 'refuse',
    publisher,
    userOf: (client) => admission.presence(client)?.user,
    clock,
    emit: feed.emit,
  });
  const admission: Admission = createAdmission({
    rules: gate.rules,
    slashesFill: options.subscriptions === 'deliver-only',
    recall,
    logins: createLogins(options.credentials, limits, clock),
    sessions,
    visitorOf,
    liveUser: (clientId) => {
      const client = online.get(clientId);
      return client ? (admission.presence(client)?.user ?? null) : null;
    },
    onAdmitted: (client) => {
      const before = online.get(client.id);
      if (before) farewell.set(before, 'its client id connected again, which ends this connection');
    },
    clock,
    emit: feed.emit,
  });
  const engine: Engine = createEngine({
    id: `ota-bench-${String(clock.now())}`,
    ...gate,
    preConnect: admission.preConnect,
    authenticate: admission.authenticate,
    persistence: createPersistence({
      sessions,
      publisher,
      userOf: (client) => admission.presence(client)?.user,
      admits: gate.admits,
      onResume: (clientId) => {
        gate.resuming.add(clientId);
      },
    }),
    // Unlimited: at a limit, one frozen subscriber would hold up everybody.
    concurrency: 0,
    // Of a QoS 2 message under way only its id is kept: 65,535 of them at most.
    maxInflightInbound: 0,
    heartbeatInterval: HEARTBEAT_MS,
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.drainTimeoutMs,
  });
  const ordered: Publisher = createPublisher({
    engine,
    sessions,
    queuedPerClient: limits.queuedPerClient,
    mayReceive: gate.mayReceive,
    onDropped: (clientId, user, topic) => {
      const detail = `${String(limits.queuedPerClient)} messages wait for ${clientId}: this one is dropped`;
      feed.emit({
        kind: 'refused',
        at: clock.now(),
        clientId,
        user,
        topic,
        ...fault('QUEUE_FULL', detail),
      });
    },
  });
  engine.publish = ordered.publish;
  await engine.listen();

  watchClients();
  const reception = createReception({
    limits,
    clock,
    log,
    emit: feed.emit,
    onVisit: (visitor) => {
      visitors.set(visitor.stream, visitor);
      limitPackets(engine.handle(visitor.stream), limits.packetBytes);
    },
  });
  const expiring = expireSessions({
    sessions,
    sessionExpiryMs: limits.sessionExpiryMs,
    isOnline: (clientId) => online.has(clientId),
    clock,
    log,
    signal: ending.signal,
  });

  function visitorOf(client: Client): Visitor {
    const visitor = visitors.get(client.conn);
    if (!visitor) throw new Error('a client that came through no listener');
    return visitor;
  }

  function watchClients(): void {
    const tell = (kind: 'connect' | 'disconnect', client: Client, detail: string): void => {
      const user = admission.presence(client)?.user ?? '';
      feed.emit({ kind, at: clock.now(), clientId: client.id, user, detail });
    };
    engine.on('client', (client) => {
      online.set(client.id, client as EngineClient);
      const session = sessions.session(client.id);
      // Ids of what waits and of what is sent besides must not meet.
      if (session && session.queue.lastId > 0) {
        (client as EngineClient)._nextId = (session.queue.lastId % 65_535) + 1;
      }
      tell('connect', client, client.clean ? 'connected' : 'connected with a durable session');
    });
    engine.on('clientReady', (client) => {
      gate.resuming.delete(client.id);
      sendLate(client as EngineClient);
    });
    engine.on('clientDisconnect', (client) => {
      if (online.get(client.id) === client) {
        online.delete(client.id);
        if (!client.clean) sessions.left(client.id, clock.now());
      }
      tell('disconnect', client, farewell.get(client) ?? 'disconnected');
    });
    engine.on('keepaliveTimeout', (client) => {
      farewell.set(client, 'silent for longer than it promised');
    });
    engine.on('clientError', (client, error) => {
      if (!farewell.has(client)) farewell.set(client, error.message);
      // A refused CONNECT carries a code and was told; a connected client says goodbye below.
      if ('errorCode' in error || online.get(client.id) === client) return;
      reception.tell(visitorOf(client).address, faultOf(error, client.id));
    });
    engine.on('connectionError', (client, error) => {
      reception.tell(visitorOf(client).address, faultOf(error));
    });
    engine.on(
      'error' as 'closed',
      ((error: unknown) => {
        log('error', 'the broker met an error', { error: messageOf(error) });
      }) as () => void,
    );
  }

  /** What arrived for a durable client while its queue was going out. */
  function sendLate(client: EngineClient): void {
    for (const waiting of sessions.session(client.id)?.queue.all() ?? []) {
      if (waiting.messageId !== null || waiting.counter === null) continue;
      if (!ordered.hasPassed(waiting)) continue;
      client.deliverQoS(
        {
          cmd: 'publish',
          // Not of this broker, so that aedes does not take it for a duplicate.
          brokerId: null,
          brokerCounter: waiting.counter,
          ...waiting.message,
          dup: false,
          messageId: undefined,
        },
        () => undefined,
      );
    }
  }

  function described(client: EngineClient): ConnectedClient {
    const presence = admission.presence(client);
    const certificate = presence?.visitor.certificate?.fingerprint;
    return {
      clientId: client.id,
      user: presence?.user ?? '',
      address: presence?.visitor.address ?? '',
      via: presence?.visitor.via ?? 'tcp',
      ...(certificate === undefined ? {} : { certificate }),
      since: presence?.since ?? 0,
      durable: !client.clean,
      subscriptions: Object.keys(client.subscriptions),
    };
  }

  function setAcl(rules: AclRules): void {
    gate.setAcl(rules);
    for (const client of online.values()) {
      const why = admission.outgrown(client);
      if (!why) continue;
      reception.tell(visitorOf(client).address, why, visitorOf(client).certificate);
      farewell.set(client, why.detail);
      client.conn.destroy();
    }
  }

  return {
    setAcl,
    arrivals: reception,
    onEvent: feed.onEvent,
    clients: () => [...online.values()].map(described),
    client: (clientId) => {
      const client = online.get(clientId);
      return client ? described(client) : null;
    },
    recall,
    cut: (is) =>
      reception.cut(
        ({ certificate }) => certificate !== null && is(certificate),
        ({ stream }) => {
          const client = [...online.values()].find(({ conn }) => conn === stream);
          if (client) farewell.set(client, 'its certificate was revoked');
        },
      ),
    publishWillsOfEarlierRun: async () => {
      for (const [clientId, { message, user }] of sessions.wills()) {
        // The access list may be another than the one it was left under.
        if (gate.mayWrite(clientId, user, message.topic)) {
          await new Promise<void>((resolve) => {
            engine.publish({ ...message }, null, () => {
              resolve();
            });
          });
        } else {
          const detail = `the last will of ${clientId} is not published: ${user} may not write ${message.topic}`;
          log('warn', detail, { code: 'ACL_DENIED' });
        }
        sessions.deleteWill(clientId);
      }
    },
    close: async () => {
      ending.abort();
      await expiring;
      await new Promise<void>((resolve) => {
        engine.close(resolve);
      });
      reception.closeAll();
      await ordered.idle();
    },
  };
}
