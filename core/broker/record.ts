/*
 * How sessions are written down. A record is a JSON head and, for messages, the payload behind
 * it as it came, so that neither is guessed at when read back.
 */

export type Qos = 0 | 1 | 2;

/** A message as it waits for a client, or stays on a topic. */
export type StoredMessage = {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  readonly retain: boolean;
};

export function encodeMessage(message: StoredMessage, head: object = {}): Buffer {
  const { topic, qos, retain } = message;
  const json = Buffer.from(JSON.stringify({ topic, qos, retain, ...head }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json, message.payload]);
}

/** @throws Error when the bytes are no such record */
export function decodeMessage(bytes: Buffer): {
  message: StoredMessage;
  head: Record<string, unknown>;
} {
  const end = 4 + bytes.readUInt32BE(0);
  const head: unknown = JSON.parse(bytes.subarray(4, end).toString());
  if (!isRecord(head) || typeof head['topic'] !== 'string' || !isQos(head['qos'])) {
    throw new Error('not a message');
  }
  const payload = Buffer.from(bytes.subarray(end));
  const { topic, qos, retain } = head;
  return { message: { topic, qos, retain: retain === true, payload }, head };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isQos(value: unknown): value is Qos {
  return value === 0 || value === 1 || value === 2;
}

/** The kinds of key, each followed by its parts. Escaped parts hold no `!`. */
const SEPARATOR = '!';
export type KeyKind =
  'owner' | 'left' | 'subscription' | 'outgoing' | 'incoming' | 'retained' | 'will';

export function keyOf(kind: KeyKind, ...parts: string[]): string {
  return [kind, ...parts.map(escapePart)].join(SEPARATOR);
}

export function partsOf(key: string): string[] {
  return key.split(SEPARATOR).map(decodeURIComponent);
}

/** Sixteen digits, so that text order is number order up to Number.MAX_SAFE_INTEGER. */
export function padded(number: number): string {
  return String(number).padStart(16, '0');
}

function escapePart(part: string): string {
  // encodeURIComponent leaves `!` alone, and refuses half a surrogate pair.
  return encodeURIComponent(part.toWellFormed()).replaceAll('!', '%21');
}
