import type { MessageProperties, Qos } from '#core/link';

/*
 * The packets that a capture shows, as MQTT 3.1.1 and MQTT 5 write them. Only for files: what is
 * sent over a real connection is written by the MQTT library.
 */

export type MqttVersion = 4 | 5;

export type Publish = {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  readonly retain: boolean;
  readonly dup: boolean;
  /** 1–65,535; of QoS 1 and 2. */
  readonly packetId: number;
  readonly properties?: MessageProperties | undefined;
};

const NO_BYTES = Buffer.alloc(0);
/** MQTT 5 section 3.1.2.10: seconds; what a client of ours asks for. */
const KEEPALIVE_S = 30;
/** Section 1.5.4: a string has two bytes of length. */
const STRING_LIMIT_BYTES = 65_535;

export function connectPacket(clientId: string, version: MqttVersion): Buffer {
  const keepalive = Buffer.from([KEEPALIVE_S >> 8, KEEPALIVE_S & 0xff]);
  return packet(0x10, [
    string('MQTT'),
    // Clean start: whether the real one asked for its old session is not captured.
    Buffer.from([version, 0x02]),
    keepalive,
    noProperties(version),
    string(clientId),
  ]);
}

export function connackPacket(version: MqttVersion): Buffer {
  return packet(0x20, [Buffer.from([0, 0]), noProperties(version)]);
}

export function publishPacket(publish: Publish, version: MqttVersion): Buffer {
  const { topic, payload, qos, retain, dup, packetId, properties } = publish;
  const flags = (dup && qos > 0 ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  return packet(0x30 | flags, [
    string(topic),
    qos === 0 ? NO_BYTES : uint16(packetId),
    version === 5 ? publishProperties(properties ?? {}) : NO_BYTES,
    Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
  ]);
}

export function subscribePacket(
  filter: string,
  qos: Qos,
  packetId: number,
  version: MqttVersion,
): Buffer {
  return packet(0x82, [
    uint16(packetId),
    noProperties(version),
    string(filter),
    Buffer.from([qos]),
  ]);
}

export function unsubscribePacket(filter: string, packetId: number, version: MqttVersion): Buffer {
  return packet(0xa2, [uint16(packetId), noProperties(version), string(filter)]);
}

export function disconnectPacket(): Buffer {
  return packet(0xe0, []);
}

/** MQTT 5 section 2.2.2.2: identifiers of the properties. */
function publishProperties(properties: MessageProperties): Buffer {
  const parts: Buffer[] = [];
  if (properties.payloadFormat !== undefined) {
    parts.push(Buffer.from([0x01, properties.payloadFormat === 'text' ? 1 : 0]));
  }
  if (properties.expirySeconds !== undefined) {
    parts.push(Buffer.from([0x02]), uint32(properties.expirySeconds));
  }
  if (properties.contentType !== undefined) {
    parts.push(Buffer.from([0x03]), string(properties.contentType));
  }
  if (properties.responseTopic !== undefined) {
    parts.push(Buffer.from([0x08]), string(properties.responseTopic));
  }
  if (properties.correlationData !== undefined) {
    parts.push(Buffer.from([0x09]), binary(properties.correlationData));
  }
  for (const id of properties.subscriptionIds ?? []) {
    parts.push(Buffer.from([0x0b]), variableLength(id));
  }
  for (const [name, value] of properties.user ?? []) {
    parts.push(Buffer.from([0x26]), string(name), string(value));
  }
  const all = Buffer.concat(parts);
  return Buffer.concat([variableLength(all.length), all]);
}

function packet(first: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([first]), variableLength(length), ...parts]);
}

function noProperties(version: MqttVersion): Buffer {
  return version === 5 ? Buffer.from([0]) : NO_BYTES;
}

function string(text: string): Buffer {
  return binary(Buffer.from(text));
}

/** Longer than MQTT can say came from no broker; it is cut, so that the file can be read. */
function binary(bytes: Uint8Array): Buffer {
  const cut = bytes.subarray(0, STRING_LIMIT_BYTES);
  return Buffer.concat([uint16(cut.length), cut]);
}

function uint16(value: number): Buffer {
  return Buffer.from([(value >> 8) & 0xff, value & 0xff]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Section 1.5.5: seven bits in a byte, lowest first. */
function variableLength(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  do {
    const more = left > 0x7f ? 0x80 : 0;
    bytes.push((left & 0x7f) | more);
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.from(bytes);
}
