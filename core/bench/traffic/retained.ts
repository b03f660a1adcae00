import { hash } from 'node:crypto';
import { type RetainedMessage } from '#core/contract';
import { type LinkState, openLink } from '#core/link';
import { assertTopicFilter } from '#core/protocol';
import { waitUp } from '../connect.ts';
import { type Context } from '../context.ts';
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
  | { kind: 'end'; found: number; complete: boolean; digest: string };

type Ports = Pick<Context, 'clock' | 'random' | 'traffic'>;

/** What the broker retains, heard by a connection of its own, for a moment. */
export async function* listRetained(
  connection: Connection,
  filter: string,
  { clock, random }: Ports,
  signal: AbortSignal,
): AsyncGenerator<RetainedEvent, void, undefined> {
  assertTopicFilter(filter);
  const options = await connection.options();
  const clientId = `ota-retained-${Buffer.from(random.bytes(6)).toString('hex')}`;
  let waiting: RetainedMessage[] = [];
  const topics = new Set<string>();
  let lastAt = 0;
  let cut: LinkState | null = null;
  const link = openLink({
    ...{ ...options, clientId },
    // Not by handlers, which fall behind a burst: what is left out here would not be deleted.
    tap({ topic, payload, qos, retain }) {
      if (!retain || payload.byteLength === 0 || topics.has(topic)) return;
      lastAt = clock.monotonic();
      if (topics.size > FOUND_LIMIT) return;
      topics.add(topic);
      if (topics.size > FOUND_LIMIT) return;
      const { preview, cut: isCut } = previewOf(payload);
      waiting.push({ topic, size: payload.byteLength, qos, preview, cut: isCut });
    },
  });
  try {
    await waitUp(link, signal);
    link.onState((state) => {
      if (state.kind === 'lost') cut = state;
    });
    await link.subscribe(filter, 2);
    lastAt = Math.max(lastAt, clock.monotonic());
    const goesOn = (): boolean => topics.size <= FOUND_LIMIT && cut === null;
    while (goesOn() && clock.monotonic() - lastAt < QUIET_MS) {
      await clock.sleep(TELL_MS, signal);
      while (waiting.length > 0) yield { kind: 'batch', messages: waiting.splice(0, BATCH) };
    }
    while (waiting.length > 0) yield { kind: 'batch', messages: waiting.splice(0, BATCH) };
    const complete = goesOn();
    const found = Math.min(topics.size, FOUND_LIMIT);
    yield { kind: 'end', found, complete, digest: digestOf([...topics].slice(0, found)) };
  } finally {
    waiting = [];
    await link.close();
  }
}

/** Of the topics alone: their values change all the time, and deleting is about the topics. */
function digestOf(topics: readonly string[]): string {
  return hash('sha256', JSON.stringify([...topics].sort()));
}

export type Deletion = {
  kind: 'progress' | 'end';
  deleted: number;
  total: number;
  failed: number;
};

/** Deletes exactly what somebody was shown, one empty retained message for each. */
export async function* deleteRetained(
  connection: Connection,
  { filter, expect }: { filter: string; expect: string | readonly string[] },
  ports: Ports,
  signal: AbortSignal,
): AsyncGenerator<Deletion, void, undefined> {
  const { clock } = ports;
  const { topics, digest } = await topicsOf(connection, filter, ports, signal);
  const total = topics.length;
  if (digest !== (typeof expect === 'string' ? expect : digestOf(expect))) {
    throw new BenchError(
      'RETAINED_CHANGED',
      `the broker retains other messages than were shown, ${total} now`,
      { next: 'look at the list again, then delete' },
    );
  }
  const link = await connection.up();
  let sent = 0;
  let refused = 0;
  let toldAt = clock.monotonic();
  yield { kind: 'progress', deleted: 0, total, failed: 0 };
  for (let at = 0; at < total; at += IN_FLIGHT) {
    signal.throwIfAborted();
    const some = topics.slice(at, at + IN_FLIGHT);
    const results = await Promise.allSettled(
      some.map(async (topic) => {
        await link.publish(topic, new Uint8Array(), { qos: 1, retain: true }, signal);
        tellDeleted(connection, topic, ports);
      }),
    );
    for (const { status } of results) {
      if (status === 'fulfilled') sent += 1;
      else refused += 1;
    }
    if (clock.monotonic() - toldAt < TELL_MS) continue;
    toldAt = clock.monotonic();
    yield { kind: 'progress', deleted: sent, total, failed: refused };
  }
  // MQTT 3.1.1 acknowledges also what it does not do: only another look tells.
  const wanted = new Set(topics);
  const left = (await topicsOf(connection, filter, ports, signal)).topics;
  const failed = left.filter((topic) => wanted.has(topic)).length;
  yield { kind: 'end', deleted: total - failed, total, failed };
}

async function topicsOf(
  connection: Connection,
  filter: string,
  ports: Ports,
  signal: AbortSignal,
): Promise<{ topics: string[]; digest: string }> {
  const topics: string[] = [];
  let digest = '';
  for await (const event of listRetained(connection, filter, ports, signal)) {
    if (event.kind === 'batch') topics.push(...event.messages.map(({ topic }) => topic));
    else if (event.complete) ({ digest } = event);
    else {
      const why = 'there is more than can be listed, or the broker was lost meanwhile';
      throw new BenchError('RETAINED_CUT', why, { next: 'narrow the filter, or list again' });
    }
  }
  return { topics, digest };
}

/** Like everything that is sent. */
function tellDeleted(connection: Connection, topic: string, { clock, traffic }: Ports): void {
  if (connection.isTapped()) return;
  const { name, clientId } = connection.kept();
  traffic.add({
    ...{ kind: 'publish', at: clock.now(), source: name, direction: 'out', clientId, topic },
    ...{ payload: new Uint8Array(), qos: 1, retain: true, dup: false },
  });
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
