import { unreachable } from '#core/ports';
import {
  connackPacket,
  connectPacket,
  disconnectPacket,
  publishPacket,
  subscribePacket,
  unsubscribePacket,
  type MqttVersion,
} from './mqtt-packets.ts';
import { ACK, FIN, ipPacket, PSH, SEGMENT_BYTES, SYN, type Endpoint } from './tcp.ts';
import type { CapturedMessage } from './types.ts';

/** One IP packet; the comment stands beside it in the file. */
export type Frame = { readonly packet: Buffer; readonly comment: string | null };

/** 10.255.255.254; clients are counted upwards from 10.0.0.1. */
const BROKER: Endpoint = { address: 0x0afffffe, port: 1883 };
const FIRST_CLIENT = 0x0a000001;
const CLIENT_ADDRESSES = 0xff_ff00;
/** RFC 6335: ports 49,152 and above are for short-lived use. */
const FIRST_PORT = 49_152;
const PORTS = 16_384;

/** A capture of a long day may name any number of clients; a forgotten one connects again. */
const FLOWS_LIMIT = 65_536;
const NOTHING = new Uint8Array(0);

type Flow = {
  readonly client: Endpoint;
  readonly version: MqttVersion;
  /** Next byte of each side. */
  clientSeq: number;
  brokerSeq: number;
  packets: number;
  packetId: number;
};

export interface Flows {
  /** Null for what MQTT has no packet for. */
  framesOf(message: CapturedMessage): Frame[] | null;
}

/**
 * The TCP connections of the clients in a capture. MQTT 3.1.1 is taken for granted until a
 * message has properties; from there on the client has a new connection with MQTT 5.
 */
export function createFlows(): Flows {
  const open = new Map<string, Flow>();
  let count = 0;

  const begin = (key: string, message: CapturedMessage, frames: Frame[]): Flow => {
    const flow = newFlow(count++, message.properties === undefined ? 4 : 5);
    open.set(key, flow);
    if (open.size > FLOWS_LIMIT) forgetOldest(open);
    handshake(flow, frames);
    sendFromClient(flow, connectPacket(nameOf(message), flow.version), null, frames);
    sendFromBroker(flow, connackPacket(flow.version), null, frames);
    return flow;
  };

  return {
    framesOf(message) {
      if (message.kind === 'refused') return null;
      const key = keyOf(message);
      const frames: Frame[] = [];
      const known = open.get(key);
      if (message.kind === 'disconnect' && known === undefined) return null;
      // A CONNECT on an open connection means that its end was not captured.
      const again = message.kind === 'connect' || (known?.version === 4 && message.properties);
      if (again) open.delete(key);
      const flow = open.get(key) ?? begin(key, message, frames);
      if (message.kind === 'disconnect') open.delete(key);
      add(flow, message, frames);
      return frames;
    },
  };
}

function add(flow: Flow, message: CapturedMessage, frames: Frame[]): void {
  const { kind, topic, qos } = message;
  const comment = commentOf(message);
  switch (kind) {
    case 'connect':
      return;
    case 'publish': {
      const packetId = qos === 0 ? 0 : nextPacketId(flow);
      const packet = publishPacket({ ...message, packetId }, flow.version);
      if (message.direction === 'in') sendFromBroker(flow, packet, comment, frames);
      else sendFromClient(flow, packet, comment, frames);
      return;
    }
    case 'subscribe': {
      const packet = subscribePacket(topic, qos, nextPacketId(flow), flow.version);
      sendFromClient(flow, packet, comment, frames);
      return;
    }
    case 'unsubscribe': {
      const packet = unsubscribePacket(topic, nextPacketId(flow), flow.version);
      sendFromClient(flow, packet, comment, frames);
      return;
    }
    case 'disconnect':
      sendFromClient(flow, disconnectPacket(), comment, frames);
      goodbye(flow, frames);
      return;
    case 'refused':
      return;
    default:
      return unreachable(kind);
  }
}

function keyOf({ source, clientId }: CapturedMessage): string {
  return JSON.stringify([source, clientId]);
}

/** Whom a connection of ours received for is its source's name. */
function nameOf({ clientId, source }: CapturedMessage): string {
  return clientId ?? source;
}

function commentOf({ source, direction, detail, code, aclLine }: CapturedMessage): string {
  const parts = [`${source} ${direction}`];
  if (code !== undefined) parts.push(code);
  if (detail !== undefined) parts.push(detail);
  if (aclLine !== undefined) parts.push(`ACL line ${String(aclLine)}`);
  // An option has two bytes of length.
  return parts.join(' · ').slice(0, 10_000);
}

function newFlow(index: number, version: MqttVersion): Flow {
  const client = {
    address: FIRST_CLIENT + (index % CLIENT_ADDRESSES),
    port: FIRST_PORT + (index % PORTS),
  };
  return { client, version, clientSeq: 0, brokerSeq: 0, packets: 0, packetId: 0 };
}

function forgetOldest(open: Map<string, Flow>): void {
  for (const key of open.keys()) {
    open.delete(key);
    return;
  }
}

/** MQTT-2.2.1-3: never zero. */
function nextPacketId(flow: Flow): number {
  flow.packetId = (flow.packetId % 0xffff) + 1;
  return flow.packetId;
}

function handshake(flow: Flow, frames: Frame[]): void {
  fromClient(flow, SYN, NOTHING, null, frames);
  flow.clientSeq += 1;
  fromBroker(flow, SYN | ACK, NOTHING, null, frames);
  flow.brokerSeq += 1;
  fromClient(flow, ACK, NOTHING, null, frames);
}

function goodbye(flow: Flow, frames: Frame[]): void {
  fromClient(flow, FIN | ACK, NOTHING, null, frames);
  flow.clientSeq += 1;
  fromBroker(flow, FIN | ACK, NOTHING, null, frames);
  flow.brokerSeq += 1;
  fromClient(flow, ACK, NOTHING, null, frames);
}

function sendFromClient(flow: Flow, bytes: Buffer, comment: string | null, frames: Frame[]): void {
  for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
    const data = bytes.subarray(at, at + SEGMENT_BYTES);
    fromClient(flow, ACK | PSH, data, at === 0 ? comment : null, frames);
    flow.clientSeq = (flow.clientSeq + data.length) % 2 ** 32;
  }
}

function sendFromBroker(flow: Flow, bytes: Buffer, comment: string | null, frames: Frame[]): void {
  for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
    const data = bytes.subarray(at, at + SEGMENT_BYTES);
    fromBroker(flow, ACK | PSH, data, at === 0 ? comment : null, frames);
    flow.brokerSeq = (flow.brokerSeq + data.length) % 2 ** 32;
  }
}

function fromClient(
  flow: Flow,
  flags: number,
  data: Uint8Array,
  comment: string | null,
  frames: Frame[],
): void {
  const { client: from, clientSeq: seq, brokerSeq } = flow;
  const ack = (flags & ACK) === 0 ? 0 : brokerSeq;
  const packet = ipPacket({ from, to: BROKER, seq, ack, flags, id: flow.packets++, data });
  frames.push({ packet, comment });
}

function fromBroker(
  flow: Flow,
  flags: number,
  data: Uint8Array,
  comment: string | null,
  frames: Frame[],
): void {
  const { client: to, clientSeq: ack, brokerSeq: seq } = flow;
  const packet = ipPacket({ from: BROKER, to, seq, ack, flags, id: flow.packets++, data });
  frames.push({ packet, comment });
}
