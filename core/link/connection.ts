import { Socket } from 'node:net';
import { connect, type IPublishPacket, type MqttClient, type Packet } from 'mqtt';
import { LinkError } from './errors.ts';
import { clientOptions } from './options.ts';
import { fromWire, limitsIn } from './properties.ts';
import { answerIn, spoken } from './reasons.ts';
import {
  closedByBroker,
  connectionError,
  disconnectReason,
  linkClosed,
  notConnected,
} from './refusals.ts';
import { createSending } from './sending.ts';
import type { Session, Settle } from './session.ts';
import type { BrokerAnswer } from './answer.ts';
import type { Incoming, LinkOptions, OutgoingMessage, Qos, ServerLimits } from './types.ts';

/** One TCP connection, from CONNECT to the end of its socket. It never reconnects. */
export interface Connection {
  /** Resolves on CONNACK 0, rejects with why there was none. */
  readonly opened: Promise<Opened>;
  /** What the broker takes; null with MQTT 3.1.1, which does not say. */
  readonly limits: ServerLimits | null;
  /** Resolves with the reason once the socket is gone. */
  readonly ended: Promise<LinkError>;
  /** Settles exactly once. Returns how to stop caring about it. */
  publish(message: OutgoingMessage, settle: Settle): () => void;
  subscribe(filter: string, qos: Qos): Promise<void>;
  /** Ends the socket without a word to the broker. */
  cut(why: LinkError): void;
  disconnect(): Promise<void>;
}

export type Opened = { readonly sessionPresent: boolean };

/** `acknowledge` sends PUBACK or PUBREC; `message` is null for a copy already handed over. */
export type Receive = (message: Incoming | null, qos: Qos, acknowledge: () => void) => boolean;

/**
 * mqtt.js handles packets strictly one after the other, so an acknowledgment withheld inside
 * `handleMessage` would also hold back the PUBACKs of what the handler itself publishes. An error
 * makes it go on without acknowledging; we acknowledge later.
 */
const ACKNOWLEDGED_LATER = new Error('acknowledged later');

export function openConnection(
  options: LinkOptions,
  session: Session,
  receive: Receive,
): Connection {
  const client = openClient(options, session);
  /** mqtt.js calls back right behind the packet that it is about. */
  let last: BrokerAnswer | null = null;
  const sending = createSending(client, session, () => last);
  const { inFlight } = sending;
  let limits: ServerLimits | null = null;
  let isOpen = false;
  let why: LinkError | null = null;

  const opened = new Promise<Opened>((resolve, reject) => {
    client.once('connect', (packet) => {
      isOpen = true;
      if (options.protocolVersion === 5) {
        limits = limitsIn(packet);
        sending.allow(limits.receiveMaximum);
      }
      resolve({ sessionPresent: packet.sessionPresent });
    });
    client.once('close', () => {
      reject(why ?? closedByBroker(false));
    });
  });
  // The loop in link.ts awaits `ended` first; an early rejection is not unhandled meanwhile.
  opened.catch(() => undefined);

  const ended = new Promise<LinkError>((resolve) => {
    client.once('close', () => {
      const reason = why ?? closedByBroker(isOpen);
      for (const [id, settle] of inFlight) {
        if (session.released.has(id)) continue;
        settle.reject(inFlightWhen(reason));
      }
      inFlight.clear();
      sending.abandon(inFlightWhen(reason));
      resolve(reason);
    });
  });

  const cut = (reason: LinkError): void => {
    why ??= reason;
    client.stream.destroy();
  };
  client.on('error', (error) => {
    if (error === ACKNOWLEDGED_LATER) return;
    // mqtt.js leaves the socket open after a packet it cannot read; nothing sensible follows.
    cut(connectionError(error, isOpen, last));
  });
  client.on('disconnect', (packet) => {
    const answer = answerIn(packet);
    // MQTT-4.13.1: the broker has said its last word, whether it closes or not.
    if (answer) cut(disconnectReason(answer));
  });

  receiveInto(client, session, receive);
  client.on('packetreceive', (packet) => {
    last = answerIn(packet);
    followQos2(client, session, inFlight, packet);
  });

  return {
    opened,
    ended,
    get limits() {
      return limits;
    },
    publish: (message, settle) => sending.publish(message, settle),
    subscribe: (filter, qos) => {
      const rap = options.protocolVersion === 5 && options.mqtt5?.retainAsPublished === true;
      return sendSubscribe(client, filter, { qos, ...(rap ? { rap } : {}) }, () => last);
    },
    cut,
    disconnect: async () => {
      why ??= linkClosed();
      for (const id of inFlight.keys()) client.removeOutgoingMessage(id);
      client.end(false);
      await ended;
    },
  };
}

function openClient(options: LinkOptions, session: Session): MqttClient {
  try {
    const client = connect({ ...clientOptions(options), messageIdProvider: session.ids });
    // Nagle's delay with the broker's delayed ACK costs 40 ms and more for each small packet.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    return client;
  } catch (error) {
    if (error instanceof LinkError) throw error;
    // Node reads certificate and key at once and throws when they are no PEM or do not match.
    throw connectionError(error instanceof Error ? error : new Error(String(error)), false);
  }
}

function receiveInto(client: MqttClient, session: Session, receive: Receive): void {
  const acknowledge = (packet: Packet) => (): void => {
    if (client.connected) sender(client)._sendPacket(packet);
  };
  client.handleMessage = (packet, callback) => {
    const messageId = packet.messageId ?? 0;
    // QoS 0 has no acknowledgment: Mosquitto closes on a PUBACK that names no message.
    const answer = packet.qos === 0 ? nothing : acknowledge({ cmd: 'puback', messageId });
    receive(incoming(packet), packet.qos, answer);
    callback(packet.qos === 1 ? ACKNOWLEDGED_LATER : undefined);
  };
  // QoS 2 is handed over before PUBREC (method A of MQTT 3.1.1 figure 4.3): after PUBREC the
  // broker forgets the message, and a crash of ours would lose it.
  client.options.customHandleAcks = (_topic, _payload, packet: IPublishPacket, done) => {
    if (packet.qos !== 2) {
      done(0);
      return;
    }
    const messageId = packet.messageId ?? 0;
    const copy = session.held.has(messageId);
    const taken = receive(
      copy ? null : incoming(packet),
      2,
      acknowledge({ cmd: 'pubrec', messageId }),
    );
    if (taken) session.held.add(messageId);
    done(ACKNOWLEDGED_LATER);
  };
}

/** Keeps the QoS 2 books of the session; mqtt.js answers PUBREC with PUBREL and PUBREL with PUBCOMP. */
function followQos2(
  client: MqttClient,
  session: Session,
  inFlight: ReadonlyMap<number, Settle>,
  packet: Packet,
): void {
  const id = packet.messageId ?? 0;
  if (packet.cmd === 'pubrel') session.held.delete(id);
  if (packet.cmd === 'pubrec' && (packet.reasonCode ?? 0) < 0x80) {
    const settle = inFlight.get(id);
    if (settle) session.released.set(id, settle);
  }
  if (packet.cmd === 'pubcomp') {
    session.released.get(id)?.resolve(answerIn(packet));
    session.released.delete(id);
  }
  if (packet.cmd === 'connack' && packet.sessionPresent) {
    // After CONNACK has been handled, so that the client counts as connected.
    setImmediate(() => {
      for (const messageId of session.released.keys()) {
        if (client.connected)
          sender(client)._sendPacket({ cmd: 'pubrel', messageId }, undefined, undefined, true);
      }
    });
  }
}

function sendSubscribe(
  client: MqttClient,
  filter: string,
  how: { qos: Qos; rap?: boolean },
  last: () => BrokerAnswer | null,
): Promise<void> {
  return new Promise((resolve, reject) => {
    client.subscribe(filter, how, (error) => {
      if (!error) resolve();
      else if (/^Subscribe error/.test(error.message)) reject(subscribeRefused(filter, last()));
      else reject(notConnected(error));
    });
  });
}

function incoming(packet: IPublishPacket): Incoming {
  const { payload } = packet;
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const properties = fromWire(packet.properties);
  return {
    ...(properties === undefined ? {} : { properties }),
    topic: packet.topic,
    payload: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    qos: packet.qos,
    retain: packet.retain,
    dup: packet.dup,
  };
}

const nothing = (): void => undefined;

/** mqtt.js has no public way to acknowledge later than in its callback. */
type PacketSender = {
  _sendPacket(packet: Packet, done?: undefined, stored?: undefined, noStore?: boolean): void;
};
function sender(client: MqttClient): PacketSender {
  return client as unknown as PacketSender;
}

function inFlightWhen(reason: LinkError): LinkError {
  return new LinkError(reason.code, `${reason.reason}, before it acknowledged this message`, {
    next: reason.next,
    cause: reason,
    answer: reason.answer,
  });
}

function subscribeRefused(filter: string, last: BrokerAnswer | null): LinkError {
  // MQTT 3.1.1 knows one code, which says nothing more.
  const answer = last?.packet === 'SUBACK' && last.code > 128 ? last : null;
  const why = answer === null ? '' : `: ${spoken(answer)}`;
  return new LinkError(
    'SUBSCRIBE_REFUSED',
    `the broker refused the subscription to ${filter}${why}`,
    { next: "Allow reading this topic for this user in the broker's access rules.", answer },
  );
}
