import { ProtocolError } from './errors.ts';
import { parseStrictJson, type JsonObject } from './json.ts';

/** [P2] Largest payload, bytes. A firmware block of BLOCK_LIMIT fits with its envelope. */
export const PAYLOAD_LIMIT = 65_536;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * [P2] The object that a payload holds. Size, UTF-8, syntax, duplicate members and depth are
 * checked before anything is read out of it.
 *
 * @throws ProtocolError TOO_LARGE, INVALID_UTF8, MALFORMED_JSON, DUPLICATE_MEMBER, TOO_DEEP,
 *   LONE_SURROGATE, NUMBER_RANGE, NOT_AN_OBJECT
 */
export function decodePayload(bytes: Uint8Array): JsonObject {
  assertSize(bytes.byteLength);
  const text = decodeUtf8(bytes);
  if (text.startsWith(BYTE_ORDER_MARK)) {
    throw new ProtocolError('MALFORMED_JSON', 'the payload begins with a byte order mark', {
      next: 'Encode as UTF-8 without a byte order mark ("utf-8", not "utf-8-sig").',
    });
  }
  const value = parseStrictJson(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new ProtocolError('NOT_AN_OBJECT', `the payload is ${nameOf(value)}, not an object`, {
      next: 'Send one JSON object, such as {"version":"3.0.1","description":"…"}.',
    });
  }
  return value;
}

/**
 * Compact JSON in insertion order, so that the first members are those a person looks for.
 *
 * @throws ProtocolError TOO_LARGE beyond PAYLOAD_LIMIT; LONE_SURROGATE, NUMBER_RANGE or
 *   TOO_DEEP for an object that decodePayload would not take back
 */
export function encodePayload(object: Readonly<Record<string, unknown>>): Uint8Array {
  const text = JSON.stringify(object, refuseUnencodable);
  const bytes = new Uint8Array(Buffer.from(text, 'utf8'));
  assertSize(bytes.byteLength);
  parseStrictJson(text);
  return bytes;
}

/** JSON.stringify would turn these into null, and the receiver would read another message. */
function refuseUnencodable(name: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new ProtocolError('NUMBER_RANGE', `${JSON.stringify(name)} is ${String(value)}`, {
      next: 'Send a finite number.',
    });
  }
  return value;
}

function assertSize(size: number): void {
  if (size <= PAYLOAD_LIMIT) return;
  throw new ProtocolError(
    'TOO_LARGE',
    `the payload has ${String(size)} bytes, at most ${String(PAYLOAD_LIMIT)} are accepted`,
    { next: 'Shorten the message; an image travels by HTTPS or in firmware blocks.' },
  );
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new ProtocolError('INVALID_UTF8', 'the payload is not valid UTF-8', {
      next: 'Encode the JSON text as UTF-8 before publishing it.',
      cause,
    });
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
