import type { IConnackPacket, IPublishPacket } from 'mqtt';
import { LinkError } from './errors.ts';
import { userPairs } from './reasons.ts';
import type { MessageProperties, OutgoingMessage, ServerLimits } from './types.ts';

type Wire = NonNullable<IPublishPacket['properties']>;

/** Our properties in mqtt.js's words. */
export function toWire(properties: MessageProperties): Wire {
  const { payloadFormat, expirySeconds, contentType, responseTopic, correlationData, user } =
    properties;
  return {
    ...(payloadFormat === undefined ? {} : { payloadFormatIndicator: payloadFormat === 'text' }),
    ...(expirySeconds === undefined ? {} : { messageExpiryInterval: expirySeconds }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
    ...(user === undefined ? {} : { userProperties: userWire(user) }),
  };
}

export function userWire(
  user: readonly (readonly [name: string, value: string])[],
): Record<string, string[]> {
  const wire = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of user) (wire[name] ??= []).push(value);
  return wire;
}

/** Undefined where there are none, as always with MQTT 3.1.1. */
export function fromWire(wire: Wire | undefined): MessageProperties | undefined {
  if (wire === undefined) return undefined;
  const { payloadFormatIndicator: format, messageExpiryInterval: expirySeconds } = wire;
  const { contentType, responseTopic, correlationData, userProperties } = wire;
  const ids = wire.subscriptionIdentifier;
  const properties: MessageProperties = {
    ...(format === undefined ? {} : { payloadFormat: format ? 'text' : 'bytes' }),
    ...(expirySeconds === undefined ? {} : { expirySeconds }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: Uint8Array.from(correlationData) }),
    ...(ids === undefined ? {} : { subscriptionIds: Array.isArray(ids) ? ids : [ids] }),
    ...(userProperties === undefined ? {} : { user: userPairs(userProperties) }),
  };
  return Object.keys(properties).length === 0 ? undefined : properties;
}

/** MQTT 5 section 3.2.2.3: what the broker says of itself; what it leaves out has a default. */
export function limitsIn({ properties = {} }: IConnackPacket): ServerLimits {
  return {
    receiveMaximum: properties.receiveMaximum ?? 65_535,
    maximumQos: properties.maximumQoS === 0 ? 0 : properties.maximumQoS === 1 ? 1 : 2,
    retainAvailable: properties.retainAvailable ?? true,
    maximumPacketBytes: properties.maximumPacketSize ?? null,
    topicAliasMaximum: properties.topicAliasMaximum ?? 0,
    keepaliveSeconds: properties.serverKeepAlive ?? null,
    sessionExpirySeconds: properties.sessionExpiryInterval ?? null,
    assignedClientId: properties.assignedClientIdentifier ?? null,
    user: properties.userProperties === undefined ? [] : userPairs(properties.userProperties),
  };
}

const TEXT_LIMIT_BYTES = 65_535;
const UINT32 = 2 ** 32 - 1;

/** @throws LinkError PROPERTIES_INVALID for what no packet can say, or MQTT 3.1.1 cannot */
export function checkProperties(properties: MessageProperties, version: 4 | 5): void {
  const { expirySeconds, contentType, responseTopic, correlationData, user = [] } = properties;
  if (version === 4) {
    throw invalid('this connection speaks MQTT 3.1.1, which has none', 'Choose MQTT 5 for it.');
  }
  const fault = (name: string): LinkError => invalid(`${name} is not valid`, 'Correct it.');
  if (
    expirySeconds !== undefined &&
    !(Number.isInteger(expirySeconds) && expirySeconds >= 0 && expirySeconds <= UINT32)
  ) {
    throw fault('the expiry');
  }
  if (contentType !== undefined && !isText(contentType)) throw fault('the content type');
  if (responseTopic !== undefined && (!isText(responseTopic) || /[+#]|^$/.test(responseTopic))) {
    // MQTT-3.3.2-14: a response topic has no wildcards.
    throw fault('the response topic');
  }
  if ((correlationData?.byteLength ?? 0) > TEXT_LIMIT_BYTES) throw fault('the correlation data');
  if (!user.flat().every(isText)) throw fault('a user property');
}

/** MQTT-1.5.4-1 and -2: well-formed UTF-8 without NUL, at most 65,535 bytes. */
function isText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed() && Buffer.byteLength(text) <= TEXT_LIMIT_BYTES;
}

function invalid(why: string, next: string): LinkError {
  return new LinkError('PROPERTIES_INVALID', `these properties cannot be sent: ${why}`, { next });
}

/**
 * MQTT 5 forbids to send what the broker has said it does not take (MQTT-3.2.2-11, -14, -15).
 * @throws LinkError REFUSED
 */
export function checkLimits(message: OutgoingMessage, limits: ServerLimits): void {
  const { qos, retain } = message;
  const refused = (why: string, next: string): LinkError =>
    new LinkError('REFUSED', `the broker does not take this message: ${why}`, { next });
  if (qos > limits.maximumQos) {
    throw refused(`it offers QoS ${limits.maximumQos} at most`, 'Publish with a lower QoS.');
  }
  if (retain && !limits.retainAvailable) {
    throw refused('it keeps no retained messages', 'Publish without retain.');
  }
  const most = limits.maximumPacketBytes;
  if (most !== null && packetBytes(message, limits.topicAliasMaximum > 0) > most) {
    throw refused(`it takes packets of at most ${most} bytes`, 'Shorten the message.');
  }
}

/** MQTT 5 section 2.1.4: Maximum Packet Size counts the whole packet, its header included. */
function packetBytes(
  { topic, payload, qos, properties = {} }: OutgoingMessage,
  /** It may be given one on its way. */
  mayHaveAlias: boolean,
): number {
  const { payloadFormat, expirySeconds, contentType, responseTopic, correlationData, user } =
    properties;
  const text = (value: string): number => 2 + Buffer.byteLength(value);
  const own =
    (mayHaveAlias ? 3 : 0) +
    (payloadFormat === undefined ? 0 : 2) +
    (expirySeconds === undefined ? 0 : 5) +
    (contentType === undefined ? 0 : 1 + text(contentType)) +
    (responseTopic === undefined ? 0 : 1 + text(responseTopic)) +
    (correlationData === undefined ? 0 : 3 + correlationData.byteLength) +
    (user ?? []).reduce((sum, [name, value]) => sum + 1 + text(name) + text(value), 0);
  const inside = text(topic) + (qos === 0 ? 0 : 2) + lengthBytes(own) + own + payload.byteLength;
  return 1 + lengthBytes(inside) + inside;
}

/** MQTT 5 section 1.5.5: seven bits to a byte. */
function lengthBytes(length: number): number {
  return length < 128 ? 1 : length < 16_384 ? 2 : length < 2_097_152 ? 3 : 4;
}
