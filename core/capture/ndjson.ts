import type { CapturedMessage } from './types.ts';

/** What the first line of a file names. */
const FORMAT = 'ota-bench-traffic';
export const FORMAT_VERSION = 1;

/**
 * Beyond it a payload is written as base64 only. As text a control character takes six bytes:
 * a line would be eight times its payload.
 */
const TEXT_LIMIT_BYTES = 65_536;
/** Written at once; small enough that memory stays flat, large enough for few system calls. */
export const CHUNK_BYTES = 65_536;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * NDJSON: a header, then one object for each message, with the payload as base64, and again as
 * `text` where it is UTF-8. Lines end with LF. Streamed: one chunk is held at a time.
 *
 * @param createdAt wall clock, ms
 */
export async function* exportNdjson(
  messages: AsyncIterable<CapturedMessage>,
  { createdAt }: { readonly createdAt: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  const header = {
    format: FORMAT,
    version: FORMAT_VERSION,
    createdAt: new Date(createdAt).toISOString(),
  };
  yield* chunked(lines(JSON.stringify(header), messages));
}

async function* lines(
  header: string,
  messages: AsyncIterable<CapturedMessage>,
): AsyncGenerator<string, void, undefined> {
  yield `${header}\n`;
  for await (const message of messages) yield `${JSON.stringify(lineOf(message))}\n`;
}

function lineOf(message: CapturedMessage): Record<string, unknown> {
  const { payload, properties, ...rest } = message;
  const text = payload.byteLength > TEXT_LIMIT_BYTES ? null : textOf(payload);
  const { correlationData, ...plain } = properties ?? {};
  return {
    at: rest.at,
    mono: rest.mono,
    source: rest.source,
    direction: rest.direction,
    clientId: rest.clientId,
    kind: rest.kind,
    topic: rest.topic,
    qos: rest.qos,
    retain: rest.retain,
    dup: rest.dup,
    payload: base64(payload),
    ...(text === null ? {} : { text }),
    ...(properties === undefined
      ? {}
      : {
          properties: {
            ...plain,
            ...(correlationData === undefined ? {} : { correlationData: base64(correlationData) }),
          },
        }),
    ...(rest.detail === undefined ? {} : { detail: rest.detail }),
    ...(rest.code === undefined ? {} : { code: rest.code }),
    ...(rest.aclLine === undefined ? {} : { aclLine: rest.aclLine }),
  };
}

/** Null where the bytes are no UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** UTF-8 of many short texts in few chunks. */
export async function* chunked(
  texts: AsyncIterable<string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting = '';
  for await (const text of texts) {
    waiting += text;
    if (waiting.length < CHUNK_BYTES) continue;
    yield Buffer.from(waiting);
    waiting = '';
  }
  if (waiting !== '') yield Buffer.from(waiting);
}
