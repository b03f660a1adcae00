import type { AedesOptions, AuthenticateError, Client, ConnectPacket } from 'aedes';
import { type AclDecision, type AclRules, decide } from '#core/acl';
import { type Clock } from '#core/ports';
import type { EngineClient, Packet } from './aedes.ts';
import type { Credentials } from './credentials.ts';
import { messageOf } from './errors.ts';
import type { BrokerEvent } from './events.ts';
import { ConnectReturn, clientIdFault, identify } from './identity.ts';
import type { Publisher } from './order.ts';
import type { Sessions } from './sessions.ts';
import { grantedQos, nameFault, subscriptionFault } from './topics.ts';

/** How an unreadable subscription is answered: SUBACK 0x80, or granted and never delivered to. */
export type SubscriptionMode = 'refuse' | 'deliver-only';

/** What is known of a connected client. */
export type Presence = {
  readonly user: string;
  readonly address: string;
  readonly since: number;
  /** Topic → may it be read; for the rules of `generation`. */
  readonly readable: Map<string, boolean>;
  generation: number;
};

export type Gate = Required<
  Pick<
    AedesOptions,
    'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'
  >
> & {
  readonly presence: (client: Client) => Presence | undefined;
  readonly mayReceive: (clientId: string, user: string, topic: string) => boolean;
  readonly admits: (client: EngineClient, filter: string) => boolean;
  /** Durable clients whose queue is still going out. */
  readonly resuming: Set<string>;
  readonly setAcl: (rules: AclRules) => void;
};

/** Topics remembered for one client before it is asked anew. */
const READABLE_LIMIT = 4_096;

/** Every question aedes asks before it lets something through. */
export function createGate(deps: {
  acl: AclRules;
  mode: SubscriptionMode;
  credentials: Pick<Credentials, 'verify'>;
  sessions: Sessions;
  publisher: () => Publisher;
  liveUser: (clientId: string) => string | null;
  onAdmitted: (client: Client) => void;
  clock: Clock;
  emit: (event: BrokerEvent) => void;
}): Gate {
  const { sessions, clock, emit } = deps;
  let rules = deps.acl;
  let generation = 0;
  const connecting = new WeakMap<Client, ConnectPacket>();
  const known = new WeakMap<Client, Presence>();
  const resuming = new Set<string>();

  const refuse = (
    client: Client | null,
    user: string,
    detail: string,
    more: { topic?: string; decision?: AclDecision } = {},
  ): void => {
    const line = more.decision?.line ?? null;
    emit({
      kind: 'refused',
      at: clock.now(),
      clientId: client?.id ?? '',
      user,
      detail,
      ...(more.topic === undefined ? {} : { topic: more.topic }),
      ...(line === null ? {} : { aclLine: line }),
    });
  };

  const mayReceive = (clientId: string, user: string, topic: string): boolean =>
    decide(rules, { user, clientId, access: 'read', topic }).allowed;

  function mayRead(client: Client, topic: string): boolean {
    const presence = known.get(client);
    if (!presence) return false;
    if (presence.generation !== generation || presence.readable.size > READABLE_LIMIT) {
      presence.readable.clear();
      presence.generation = generation;
    }
    let allowed = presence.readable.get(topic);
    if (allowed === undefined) {
      allowed = mayReceive(client.id, presence.user, topic);
      presence.readable.set(topic, allowed);
    }
    return allowed;
  }

  async function admit(
    client: Client,
    packet: ConnectPacket | undefined,
    name: string | undefined,
    password: Uint8Array | undefined,
  ): Promise<{ returnCode: number; user: string; detail: string } | null> {
    const fault = clientIdFault(packet?.clientId ?? '', client.clean);
    if (fault !== null) {
      return { returnCode: ConnectReturn.identifier, user: name ?? '', detail: fault };
    }
    const identity = await identify(client.conn, name, password, deps.credentials);
    if (identity.kind === 'refused') return identity;
    const { user } = identity;
    const owner = deps.liveUser(client.id) ?? sessions.ownerOf(client.id);
    if (owner !== null && owner !== user) {
      // Taking it over would hand out, and empty, somebody else's queue.
      const detail = `the client id ${client.id} belongs to another user`;
      return { returnCode: ConnectReturn.identifier, user, detail };
    }
    const will = packet?.will?.topic;
    if (will !== undefined) {
      const question = { user, clientId: client.id, access: 'write', topic: will } as const;
      if (nameFault(will) !== null || !decide(rules, question).allowed) {
        const detail = `may not leave its last will on ${will}`;
        return { returnCode: ConnectReturn.notAuthorized, user, detail };
      }
    }
    known.set(client, {
      user,
      address: addressOf(client),
      since: clock.now(),
      readable: new Map(),
      generation,
    });
    deps.onAdmitted(client);
    if (!client.clean) sessions.open(client.id, user);
    return null;
  }

  return {
    presence: (client) => known.get(client),
    mayReceive,
    admits: (client, filter) => {
      const user = known.get(client)?.user;
      if (user === undefined || subscriptionFault(filter) !== null) return false;
      if (deps.mode === 'deliver-only') return true;
      return decide(rules, { user, clientId: client.id, access: 'subscribe', topic: filter })
        .allowed;
    },
    resuming,
    setAcl: (next) => {
      rules = next;
      generation += 1;
    },

    preConnect: (client, packet, callback) => {
      connecting.set(client, packet);
      if (packet.protocolVersion === 5) {
        refuse(
          null,
          packet.username ?? '',
          `${packet.clientId}: MQTT 5 is not spoken here, use 3.1.1`,
        );
      }
      callback(null, true);
    },

    authenticate: (client, name, password, callback) => {
      admit(client, connecting.get(client), name, password).then(
        (refusal) => {
          connecting.delete(client);
          if (refusal === null) {
            callback(null, true);
            return;
          }
          refuse(client, refusal.user, refusal.detail);
          callback(connectError(refusal.returnCode, refusal.detail), false);
        },
        (error: unknown) => {
          refuse(client, name ?? '', messageOf(error));
          callback(connectError(ConnectReturn.notAuthorized, messageOf(error)), false);
        },
      );
    },

    authorizePublish: (client, packet, callback) => {
      if (client === null) {
        callback(null);
        return;
      }
      const user = known.get(client)?.user ?? '';
      const { topic } = packet;
      const fault = nameFault(topic);
      if (fault !== null) {
        refuse(client, user, fault, { topic });
        callback(new Error(fault));
        return;
      }
      const question = { user, clientId: client.id, access: 'write', topic } as const;
      const decision = decide(rules, question);
      if (!decision.allowed) {
        refuse(client, user, whyNot(`${user} may not write ${topic}`, decision), {
          topic,
          decision,
        });
        callback(new Error(`may not write ${topic}`));
        return;
      }
      emit({
        kind: 'publish',
        at: clock.now(),
        clientId: client.id,
        user,
        topic,
        payload: packet.payload as Buffer,
        qos: packet.qos,
        retain: packet.retain,
        dup: packet.dup,
      });
      // A will is published by aedes alone: it has nobody waiting for a PUBACK.
      if (packet.qos === 1 && !client.closed) {
        deps.publisher().accept(packet, client as EngineClient, callback);
      } else callback(null);
    },

    authorizeSubscribe: (client, subscription, callback) => {
      const user = known.get(client)?.user ?? '';
      const { topic } = subscription;
      const fault = subscriptionFault(topic);
      if (fault !== null) {
        refuse(client, user, fault, { topic });
        callback(null, null);
        return;
      }
      const question = { user, clientId: client.id, access: 'subscribe', topic } as const;
      const decision = decide(rules, question);
      if (!decision.allowed && deps.mode === 'refuse') {
        refuse(client, user, whyNot(`${user} may not read all of ${topic}`, decision), {
          topic,
          decision,
        });
        callback(null, null);
        return;
      }
      emit({
        kind: 'subscribe',
        at: clock.now(),
        clientId: client.id,
        user,
        topic,
        detail: `subscribed to ${topic} with QoS ${String(subscription.qos)}`,
        ...(decision.line === null ? {} : { aclLine: decision.line }),
      });
      callback(null, subscription);
    },

    authorizeForward: (given, packet) => {
      const client = given as EngineClient;
      // MQTT-3.2.0-1: nothing goes before CONNACK.
      if (!client.connackSent || !mayRead(client, packet.topic)) return null;
      // The queue goes first, and a message that comes fresh, without an id, is in it already.
      const fresh = packet.qos > 0 && packet.messageId === undefined && !packet.retain;
      if (fresh && resuming.has(client.id)) return null;
      if (packet.qos === 2) packet.qos = grantedQos(client, packet as Packet);
      return packet;
    },
  };
}

function whyNot(what: string, decision: AclDecision): string {
  return decision.line === null
    ? `${what}: no line of the access list allows it`
    : `${what}: denied by line ${String(decision.line)} of the access list`;
}

function connectError(returnCode: number, detail: string): AuthenticateError {
  const error: unknown = Object.assign(new Error(detail), { returnCode });
  // aedes declares its codes as a const enum, which type stripping cannot import.
  return error as AuthenticateError;
}

function addressOf(client: Client): string {
  return (client as EngineClient).conn.remoteAddress ?? '';
}
