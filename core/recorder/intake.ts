import type { Clock } from '#core/ports';
import {
  BATCH_MESSAGES,
  createBatches,
  type Batch,
  type Buffers,
  type OpenBatch,
} from './batch.ts';
import { BYTES_PER_MESSAGE } from './columns.ts';
import { extraText } from './extra.ts';
import { flagsOf } from './flags.ts';
import { createNames } from './names.ts';
import type { RecorderCounts } from './recorder-types.ts';
import type { TrafficEvent } from './types.ts';

/** A kill may cost 250 ms of messages: this, and what the commit takes. */
const BATCH_MS = 50;

export type Queue = { readonly messages: number; readonly bytes: number };

/** What became of one batch. */
export type Outcome =
  { readonly kind: 'stored'; readonly buffers: Buffers } | { readonly kind: 'lost' };

export interface Intake {
  add(event: TrafficEvent): void;
  counts(): RecorderCounts;
  /** Hands over what waits, without its pause. */
  handOver(): void;
  /** In the order in which batches were handed over. */
  settled(outcome: Outcome): void;
  /** Resolves when what was handed over until now is settled. */
  idle(): Promise<void>;
  /** From now on everything is counted as dropped. */
  stop(): void;
  start(): void;
  /** Stops, and counts what is on its way as dropped: nobody will answer. */
  abandon(): void;
  close(): void;
}

export type IntakeDeps = {
  readonly clock: Clock;
  readonly queue: Queue;
  readonly send: (batch: Batch) => void;
  /** Wall clock that does not leap: when a batch was written down. */
  readonly today: () => number;
};

/** Between those who tell of traffic and the thread that writes it: bounded, counted, no waiting. */
export function createIntake({ clock, queue, send, today }: IntakeDeps): Intake {
  const batches = createBatches();
  const names = createNames();
  const closing = new AbortController();
  const dropped = { queueFull: 0, stopped: 0, unfit: 0 };
  /** Handed over, not yet settled, oldest first. */
  const onTheWay: { readonly messages: number; readonly bytes: number }[] = [];
  let waiters: { readonly left: number; readonly resolve: () => void }[] = [];
  let settledBatches = 0;
  let sentBatches = 0;
  let added = 0;
  let captured = 0;
  let messages = 0;
  let bytes = 0;
  let open: OpenBatch | null = null;
  let recording = true;
  let pacing = false;

  const put = (event: TrafficEvent): void => {
    const extra = extraText(event);
    const payloadBytes = event.payload?.byteLength ?? 0;
    const extraBytes = extra === '' ? 0 : Buffer.byteLength(extra);
    const size = payloadBytes + extraBytes;
    const cost = size + BYTES_PER_MESSAGE;
    // A message larger than the whole queue goes through while nothing else waits.
    if (messages >= queue.messages || (bytes + cost > queue.bytes && messages > 0)) {
      dropped.queueFull += 1;
      return;
    }
    if (open && (open.count === BATCH_MESSAGES || open.bytes + size > open.data.length)) handOver();
    if (!open && names.isFull()) names.restart();
    const batch = (open ??= batches.open(size));
    const { columns, data, count } = batch;
    const at = batch.bytes;
    if (event.payload !== undefined) data.set(event.payload, at);
    if (extraBytes > 0) data.write(extra, at + payloadBytes, extraBytes, 'utf8');
    columns.at[count] = event.at;
    columns.monotonicUs[count] = event.monotonicUs ?? Math.round(clock.monotonic() * 1_000);
    columns.end[count] = at + size;
    columns.extra[count] = extraBytes;
    columns.topic[count] = names.topic(event.topic ?? '', (name) => batch.topics.push(name));
    columns.origin[count] = names.origin(event.source ?? '', event.clientId, (origin) =>
      batch.origins.push(origin),
    );
    columns.flags[count] = flagsOf(event);
    batch.count += 1;
    batch.bytes += size;
    messages += 1;
    bytes += cost;
    if (!pacing) pace();
  };

  const pace = (): void => {
    pacing = true;
    clock.sleep(BATCH_MS, closing.signal).then(
      () => {
        pacing = false;
        handOver();
      },
      () => undefined,
    );
  };

  const handOver = (): void => {
    if (!open) return;
    const batch = open;
    open = null;
    onTheWay.push({ messages: batch.count, bytes: batch.bytes + batch.count * BYTES_PER_MESSAGE });
    sentBatches += 1;
    send({
      ...batch.buffers,
      generation: names.generation(),
      count: batch.count,
      bytes: batch.bytes,
      now: today(),
      topics: batch.topics,
      origins: batch.origins,
    });
  };

  const release = (outcome: Outcome['kind']): void => {
    const batch = onTheWay.shift();
    if (!batch) return;
    messages -= batch.messages;
    bytes -= batch.bytes;
    if (outcome === 'stored') captured += batch.messages;
    else dropped.stopped += batch.messages;
    settledBatches += 1;
    const done = waiters.filter(({ left }) => left <= settledBatches);
    waiters = waiters.filter(({ left }) => left > settledBatches);
    for (const { resolve } of done) resolve();
  };

  const stop = (): void => {
    recording = false;
    if (open) {
      dropped.stopped += open.count;
      messages -= open.count;
      bytes -= open.bytes + open.count * BYTES_PER_MESSAGE;
      open = null;
    }
  };

  return {
    add(event) {
      added += 1;
      if (!recording) {
        dropped.stopped += 1;
        return;
      }
      try {
        put(event);
      } catch {
        // Nobody who tells of traffic may fail by it: the count says that it is missing.
        dropped.unfit += 1;
      }
    },
    counts: () => ({
      added,
      captured,
      waiting: messages,
      dropped: { ...dropped, total: dropped.queueFull + dropped.stopped + dropped.unfit },
    }),
    handOver,
    settled(outcome) {
      if (outcome.kind === 'stored') batches.giveBack(outcome.buffers);
      release(outcome.kind);
    },
    idle() {
      handOver();
      const left = sentBatches;
      if (left <= settledBatches) return Promise.resolve();
      return new Promise((resolve) => waiters.push({ left, resolve }));
    },
    stop,
    start() {
      names.restart();
      recording = true;
    },
    abandon() {
      stop();
      while (onTheWay.length > 0) release('lost');
    },
    close() {
      stop();
      closing.abort(new Error('recording ended'));
    },
  };
}
