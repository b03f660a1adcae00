import type { MqttClient } from 'mqtt';
import { LinkError } from './errors.ts';
import { toWire } from './properties.ts';
import { notConnected } from './refusals.ts';
import { spoken } from './reasons.ts';
import type { Session, Settle } from './session.ts';
import type { BrokerAnswer } from './answer.ts';
import type { OutgoingMessage } from './types.ts';

/** The publishes on one connection. */
export interface Sending {
  /** Settles exactly once. Returns how to stop caring about it. */
  publish(message: OutgoingMessage, settle: Settle): () => void;
  /** MQTT-3.3.4-7: QoS 1 and 2 that may be on their way at once. */
  allow(receiveMaximum: number): void;
  readonly inFlight: Map<number, Settle>;
  /** Those that wait for their turn will not be sent. */
  abandon(why: LinkError): void;
}

type Waiting = { readonly message: OutgoingMessage; readonly settle: Settle; forget: () => void };

/** @param last what the broker said last: mqtt.js calls back right behind the packet */
export function createSending(
  client: MqttClient,
  session: Session,
  last: () => BrokerAnswer | null,
): Sending {
  const inFlight = new Map<number, Settle>();
  const waiting = new Set<Waiting>();
  let quota = Infinity;

  const pump = (): void => {
    for (const turn of waiting) {
      if (turn.message.qos > 0 && inFlight.size >= quota) return;
      waiting.delete(turn);
      turn.forget = send(turn.message, turn.settle);
    }
  };

  const send = (message: OutgoingMessage, settle: Settle): (() => void) => {
    const { topic, payload, qos, retain, properties } = message;
    let id: number | null = null;
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const more = properties === undefined ? {} : { properties: toWire(properties) };
    client.publish(topic, bytes, { qos, retain, ...more }, (error) => {
      if (id !== null && !inFlight.delete(id)) return;
      const answer = qos === 0 ? null : last();
      if (error) settle.reject(publishRefusal(error, answer));
      else settle.resolve(answer);
      pump();
    });
    if (qos === 0) return () => undefined;
    const messageId = client.getLastMessageId();
    id = messageId;
    inFlight.set(messageId, settle);
    return () => {
      session.released.delete(messageId);
      if (inFlight.delete(messageId)) client.removeOutgoingMessage(messageId);
      pump();
    };
  };

  return {
    inFlight,
    publish(message, settle) {
      if (!client.connected || client.disconnecting) {
        settle.reject(notConnected());
        return () => undefined;
      }
      // QoS 0 waits as well where others do: what is sent in order arrives in order.
      if (waiting.size === 0 && (message.qos === 0 || inFlight.size < quota)) {
        return send(message, settle);
      }
      const turn: Waiting = { message, settle, forget: () => waiting.delete(turn) };
      waiting.add(turn);
      return () => {
        turn.forget();
      };
    },
    allow(receiveMaximum) {
      quota = receiveMaximum;
    },
    abandon(why) {
      for (const { settle } of waiting) settle.reject(why);
      waiting.clear();
    },
  };
}

function publishRefusal(error: Error, answer: BrokerAnswer | null): LinkError {
  if (!('code' in error) || typeof error.code !== 'number') return notConnected(error);
  const why = answer === null ? `${error.message} (${error.code})` : spoken(answer);
  return new LinkError('REFUSED', `the broker refused this message: ${why}`, {
    next: "Allow this topic in the broker's access rules, or correct the message.",
    cause: error,
    answer,
  });
}
