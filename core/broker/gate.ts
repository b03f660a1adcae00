import type { AedesOptions, Client } from 'aedes';
import { type AclDecision, type AclRules, decide } from '#core/acl';
import { type Clock } from '#core/ports';
import type { EngineClient, Packet } from './aedes.ts';
import type { BrokerEvent } from './events.ts';
import type { Publisher } from './order.ts';
import type { RefusalCode } from './refusal.ts';
import { grantedQos, nameFault, subscriptionFault } from './topics.ts';

/** How an unreadable subscription is answered: SUBACK 0x80, or granted and never delivered to. */
export type SubscriptionMode = 'refuse' | 'deliver-only';

/** What a client may read, remembered for the rules of `generation`. */
type Readable = { readonly topics: Map<string, boolean>; generation: number };

export type Gate = Required<
  Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
> & {
  readonly rules: () => AclRules;
  readonly mayReceive: (clientId: string, user: string, topic: string) => boolean;
  readonly mayWrite: (clientId: string, user: string, topic: string) => boolean;
  readonly admits: (client: EngineClient, filter: string) => boolean;
  /** Durable clients whose queue is still going out. */
  readonly resuming: Set<string>;
  readonly setAcl: (rules: AclRules) => void;
};

/** Topics remembered for one client before it is asked anew. */
const READABLE_LIMIT = 4_096;

/** Nobody is nameless here, least of all somebody whose CONNECT has not been answered. */
const NOT_ADMITTED = new Error('sent something before it was let in');

/** What a connected client may write, subscribe to and be given. */
export function createGate(deps: {
  acl: AclRules;
  mode: SubscriptionMode;
  publisher: () => Publisher;
  userOf: (client: Client) => string | undefined;
  clock: Clock;
  emit: (event: BrokerEvent) => void;
}): Gate {
  const { clock, emit, userOf } = deps;
  let rules = deps.acl;
  let generation = 0;
  const readable = new WeakMap<Client, Readable>();
  const resuming = new Set<string>();

  const refuse = (
    client: Client,
    user: string,
    code: RefusalCode,
    detail: string,
    topic: string,
    line: number | null = null,
  ): void => {
    emit({
      kind: 'refused',
      at: clock.now(),
      clientId: client.id,
      user,
      code,
      detail,
      topic,
      ...(line === null ? {} : { aclLine: line }),
    });
  };

  const mayReceive = (clientId: string, user: string, topic: string): boolean =>
    decide(rules, { user, clientId, access: 'read', topic }).allowed;

  function mayRead(client: Client, topic: string): boolean {
    const user = userOf(client);
    if (user === undefined) return false;
    let known = readable.get(client);
    if (known?.generation !== generation || known.topics.size > READABLE_LIMIT) {
      known = { topics: new Map(), generation };
      readable.set(client, known);
    }
    let allowed = known.topics.get(topic);
    if (allowed === undefined) {
      allowed = mayReceive(client.id, user, topic);
      known.topics.set(topic, allowed);
    }
    return allowed;
  }

  return {
    rules: () => rules,
    mayReceive,
    mayWrite: (clientId, user, topic) =>
      nameFault(topic) === null &&
      decide(rules, { user, clientId, access: 'write', topic }).allowed,
    admits: (client, filter) => {
      const user = userOf(client);
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

    authorizePublish: (client, packet, callback) => {
      if (client === null) {
        callback(null);
        return;
      }
      const user = userOf(client);
      if (user === undefined) {
        callback(NOT_ADMITTED);
        return;
      }
      const { topic } = packet;
      const fault = nameFault(topic);
      if (fault !== null) {
        refuse(client, user, 'TOPIC_INVALID', fault, topic);
        callback(new Error(fault));
        return;
      }
      const question = { user, clientId: client.id, access: 'write', topic } as const;
      const decision = decide(rules, question);
      if (!decision.allowed) {
        const why = whyNot(`${user} may not write ${topic}`, decision);
        refuse(client, user, 'ACL_DENIED', why, topic, decision.line);
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
      const user = userOf(client);
      if (user === undefined) {
        callback(NOT_ADMITTED);
        return;
      }
      const { topic } = subscription;
      const fault = subscriptionFault(topic);
      if (fault !== null) {
        refuse(client, user, 'TOPIC_INVALID', fault, topic);
        callback(null, null);
        return;
      }
      const question = { user, clientId: client.id, access: 'subscribe', topic } as const;
      const decision = decide(rules, question);
      if (!decision.allowed && deps.mode === 'refuse') {
        const why = whyNot(`${user} may not read all of ${topic}`, decision);
        refuse(client, user, 'ACL_DENIED', why, topic, decision.line);
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
