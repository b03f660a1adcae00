import type { CapturedMessage } from './types.ts';
import { createFlows, type Frame } from './flows.ts';
import { CHUNK_BYTES } from './ndjson.ts';
import { createStamper } from './stamp.ts';

export type PcapngOptions = {
  /** Told of what has no packet in MQTT, such as a refusal. Nothing is left out silently. */
  readonly onLeftOut?: (message: CapturedMessage) => void;
};

/** Raw IPv4 or IPv6, without an Ethernet header (tcpdump.org/linktypes). */
const LINKTYPE_RAW = 101;
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/**
 * pcapng (draft-ietf-opsawg-pcapng) of the TCP traffic which the messages would have been: for
 * each client a connection to port 1883 with handshake and CONNECT, then its packets as MQTT
 * 3.1.1, or MQTT 5 where they have properties. Times are exact to the µs. Addresses, ports,
 * acknowledgments by TCP, CONNACK and packet identifiers are made up: they were not captured. What
 * the capture says besides is each packet's comment. Streamed.
 */
export async function* exportPcapng(
  messages: AsyncIterable<CapturedMessage>,
  options: PcapngOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const stamp = createStamper();
  const flows = createFlows();
  let waiting: Uint8Array[] = [preamble()];
  let size = 0;
  for await (const message of messages) {
    const frames = flows.framesOf(message);
    if (frames === null) {
      options.onLeftOut?.(message);
      continue;
    }
    const at = stamp(message);
    for (const frame of frames) {
      const bytes = enhancedPacket(at, frame);
      waiting.push(bytes);
      size += bytes.length;
      if (size < CHUNK_BYTES) continue;
      yield Buffer.concat(waiting);
      waiting = [];
      size = 0;
    }
  }
  if (waiting.length > 0) yield Buffer.concat(waiting);
}

function preamble(): Buffer {
  const section = Buffer.alloc(16);
  section.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  section.writeUInt16LE(1, 4);
  // How long the section is, nobody knows while streaming.
  section.writeBigInt64LE(-1n, 8);
  const description = Buffer.alloc(8);
  description.writeUInt16LE(LINKTYPE_RAW, 0);
  // Snap length 0: packets are whole. if_tsresol 6: µs, said although it is the default.
  const resolution = option(9, Buffer.from([6]));
  const name = option(2, Buffer.from('mqtt'));
  return Buffer.concat([
    block(SECTION_HEADER, [section, option(4, Buffer.from('OTA Bench')), endOfOptions()]),
    block(INTERFACE_DESCRIPTION, [description, name, resolution, endOfOptions()]),
  ]);
}

function enhancedPacket(at: number, { packet, comment }: Frame): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt32LE(Math.floor(at / 2 ** 32), 4);
  head.writeUInt32LE(at % 2 ** 32, 8);
  head.writeUInt32LE(packet.length, 12);
  head.writeUInt32LE(packet.length, 16);
  const body = [head, padded(packet)];
  if (comment !== null) body.push(option(1, Buffer.from(comment)), endOfOptions());
  return block(ENHANCED_PACKET, body);
}

function block(type: number, body: readonly Buffer[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, 12);
  const start = Buffer.alloc(8);
  start.writeUInt32LE(type, 0);
  start.writeUInt32LE(length, 4);
  const end = Buffer.alloc(4);
  end.writeUInt32LE(length, 0);
  return Buffer.concat([start, ...body, end], length);
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, padded(value)]);
}

function endOfOptions(): Buffer {
  return Buffer.alloc(4);
}

/** Everything stands at a multiple of four bytes. */
function padded(bytes: Buffer): Buffer {
  const missing = (4 - (bytes.length % 4)) % 4;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
