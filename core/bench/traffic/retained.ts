import { type RetainedMessage } from '#core/contract';
import { openLink } from '#core/link';
import { type Clock } from '#core/ports';
import { assertTopicFilter } from '#core/protocol';
import { waitUp } from '../connect.ts';
import { BenchError } from '../errors.ts';
import { type Connection } from './connection.ts';

/** MQTT has no end of what is retained: this long after the last of it, it is taken to be all. */
const QUIET_MS = 1_000;
const FOUND_LIMIT = 100_000;
const BATCH = 500;
const PREVIEW_CHARACTERS = 200;
/** Deletions on their way at once. */
const IN_FLIGHT = 32;
const TELL_MS = 100;

export type RetainedEvent =
  | { kind: 'batch'; messages: RetainedMessage[] }
  | { kind: 'end'; found: number; complete: boolean };

/** What the broker retains, heard by a connection of its own, for a moment. */
export async function* listRetained(
  connection: Connection,
  filter: string,
  { clock, random }: { clock: Clock; random: { bytes(count: number): Uint8Array } },
  signal: AbortSignal,
): AsyncGenerator<RetainedEvent, void, undefined> {
  assertTopicFilter(filter);
  const options = await connection.options();
  const clientId = `ota-retained-${Buffer.from(random.bytes(6)).toString('hex')}`;
  const link = openLink({ ...options, clientId });
  let waiting: RetainedMessage[] = [];
  let found = 0;
  let lastAt = 0;
  try {
    await waitUp(link, signal);
    link.onMessage(({ topic, payload, qos, retain }) => {
      if (!retain || payload.byteLength === 0) return;
      lastAt = clock.monotonic();
      found += 1;
      if (found > FOUND_LIMIT) return;
      const { preview, cut } = previewOf(payload);
      waiting.push({ topic, size: payload.byteLength, qos, preview, cut });
    });
    await link.subscribe(filter, 2);
    lastAt = Math.max(lastAt, clock.monotonic());
    while (found <= FOUND_LIMIT && clock.monotonic() - lastAt < QUIET_MS) {
      await clock.sleep(TELL_MS, signal);
      while (waiting.length > 0) yield { kind: 'batch', messages: waiting.splice(0, BATCH) };
    }
    while (waiting.length > 0) yield { kind: 'batch', messages: waiting.splice(0, BATCH) };
    const complete = found <= FOUND_LIMIT;
    yield { kind: 'end', found: Math.min(found, FOUND_LIMIT), complete };
  } finally {
    waiting = [];
    await link.close();
  }
}

export type Deletion = {
  kind: 'progress' | 'end';
  deleted: number;
  total: number;
  failed: number;
};

/** Deletes exactly as many as somebody was shown, one empty retained message for each. */
export async function* deleteRetained(
  connection: Connection,
  { filter, expect }: { filter: string; expect: number },
  ports: { clock: Clock; random: { bytes(count: number): Uint8Array } },
  signal: AbortSignal,
): AsyncGenerator<Deletion, void, undefined> {
  const { clock } = ports;
  const topics: string[] = [];
  for await (const event of listRetained(connection, filter, ports, signal)) {
    if (event.kind === 'batch') topics.push(...event.messages.map(({ topic }) => topic));
  }
  const total = topics.length;
  if (total !== expect) {
    throw new BenchError(
      'RETAINED_CHANGED',
      `${expect} retained messages were shown, the broker has ${total} now`,
      { next: 'look at the list again, then delete' },
    );
  }
  const link = await connection.up();
  let deleted = 0;
  let failed = 0;
  let toldAt = clock.monotonic();
  yield { kind: 'progress', deleted, total, failed };
  for (let at = 0; at < total; at += IN_FLIGHT) {
    signal.throwIfAborted();
    const some = topics.slice(at, at + IN_FLIGHT);
    const results = await Promise.allSettled(
      some.map((topic) => link.publish(topic, new Uint8Array(), { qos: 1, retain: true }, signal)),
    );
    for (const { status } of results) {
      if (status === 'fulfilled') deleted += 1;
      else failed += 1;
    }
    if (clock.monotonic() - toldAt < TELL_MS) continue;
    toldAt = clock.monotonic();
    yield { kind: 'progress', deleted, total, failed };
  }
  yield { kind: 'end', deleted, total, failed };
}

function previewOf(payload: Uint8Array): { preview: string; cut: boolean } {
  const text = Buffer.from(payload.subarray(0, PREVIEW_CHARACTERS * 4)).toString('utf8');
  const shown = text.slice(0, PREVIEW_CHARACTERS);
  // Control characters are shown, not carried out.
  const preview = shown.replace(
    /\p{Cc}/gu,
    (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return {
    preview,
    cut: shown.length < text.length || payload.byteLength > PREVIEW_CHARACTERS * 4,
  };
}
