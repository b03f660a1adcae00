/** RFC 9293 section 3.1. */
export const FIN = 0x01;
export const SYN = 0x02;
export const PSH = 0x08;
export const ACK = 0x10;

const IP_BYTES = 20;
const TCP_BYTES = 20;
const HEADER_BYTES = IP_BYTES + TCP_BYTES;
/** The largest segment that fits an IPv4 packet has 65,495 bytes; larger messages take several. */
export const SEGMENT_BYTES = 32_768;

export type Endpoint = { readonly address: number; readonly port: number };

export type Segment = {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** Modulo 2³². */
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  /** IPv4 identification: rises with each packet of a sender. */
  readonly id: number;
  /** At most SEGMENT_BYTES. */
  readonly data: Uint8Array;
};

/** One IPv4 packet (RFC 791) with one TCP segment, both checksums right. */
export function ipPacket({ from, to, seq, ack, flags, id, data }: Segment): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + data.byteLength);
  bytes[0] = 0x45;
  bytes.writeUInt16BE(bytes.length, 2);
  bytes.writeUInt16BE(id & 0xffff, 4);
  bytes.writeUInt16BE(0x4000, 6);
  bytes[8] = 64;
  bytes[9] = 6;
  bytes.writeUInt32BE(from.address, 12);
  bytes.writeUInt32BE(to.address, 16);
  bytes.writeUInt16BE(checksum(sum16(bytes, 0, IP_BYTES)), 10);

  bytes.writeUInt16BE(from.port, 20);
  bytes.writeUInt16BE(to.port, 22);
  bytes.writeUInt32BE(seq >>> 0, 24);
  bytes.writeUInt32BE(ack >>> 0, 28);
  bytes[32] = (TCP_BYTES / 4) << 4;
  bytes[33] = flags;
  bytes.writeUInt16BE(0xffff, 34);
  bytes.set(data, HEADER_BYTES);
  // RFC 9293 section 3.1: the checksum covers both addresses, the protocol and the length.
  const pseudo = sum16(bytes, 12, IP_BYTES) + 6 + TCP_BYTES + data.byteLength;
  bytes.writeUInt16BE(checksum(pseudo + sum16(bytes, IP_BYTES, bytes.length)), 36);
  return bytes;
}

/** Below 2⁵³ for any packet, so that the carries are folded once. */
function sum16(bytes: Buffer, from: number, to: number): number {
  let sum = 0;
  let at = from;
  for (; at + 1 < to; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (at < to) sum += (bytes[at] ?? 0) << 8;
  return sum;
}

/** RFC 1071: the complement of the sum with its carries added. */
function checksum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return ~folded & 0xffff;
}
