import type { TrafficDetail, TrafficRow } from '#core/contract';
import { silentLog, type Clock, type Log } from '#core/ports';
import { assertTopicFilter, topicMatches } from '#core/protocol';
import { previewOf } from './preview.ts';
import { createRing, type Capacity, type Held } from './ring.ts';
import { createWatch, type Watch } from './watch.ts';
import type { TrafficRing } from './types.ts';

/** Twenty thousand small messages a second stay on screen for some seconds; 64 MiB at most. */
const CAPACITY: Capacity = { messages: 100_000, bytes: 64 * 1_048_576 };

export type TrafficRingOptions = {
  readonly clock: Clock;
  readonly capacity?: Partial<Capacity>;
  readonly log?: Log;
};

/**
 * The last messages of this session, in memory. Nothing is parsed when a message comes: rows
 * are made for those who look.
 */
export function createTrafficRing(options: TrafficRingOptions): TrafficRing {
  const { clock, capacity, log = silentLog } = options;
  const ring = createRing({ ...CAPACITY, ...capacity });
  const watches = new Set<Watch>();
  const counts = (): ReturnType<TrafficRing['counts']> => ring.counts();

  return {
    counts,
    add(event) {
      // A payload is often a view on a larger network buffer, which it would keep alive.
      const held = ring.push(event.payload ? { ...event, payload: event.payload.slice() } : event);
      for (const watch of watches) watch.offer(held);
    },
    rows(filter, limit) {
      const matches = matcher(filter);
      const rows: TrafficRow[] = [];
      for (const held of ring.newestFirst()) {
        if (rows.length >= limit) break;
        if (matches(held.event.topic ?? '')) rows.push(rowOf(held));
      }
      return rows;
    },
    detail(id) {
      const held = ring.get(id);
      return held ? detailOf(held) : null;
    },
    clear() {
      ring.clear();
      for (const watch of watches) watch.forget();
      return ring.counts();
    },
    onRows(filter, listener) {
      const watch = createWatch({ matches: matcher(filter), clock, log, rowOf, counts, listener });
      watches.add(watch);
      return () => {
        watches.delete(watch);
        watch.close();
      };
    },
    async close() {
      for (const watch of watches) watch.close();
      watches.clear();
      ring.clear();
    },
  };
}

/** @throws ProtocolError FILTER_SYNTAX */
function matcher(filter: string): (topic: string) => boolean {
  assertTopicFilter(filter);
  // The list shows everything, also $SYS topics and events without a topic.
  if (filter === '#') return () => true;
  return (topic) => topic !== '' && topicMatches(filter, topic);
}

const NOTHING = new Uint8Array();

function rowOf({ id, event }: Held): TrafficRow {
  const payload = event.payload ?? NOTHING;
  const { text, cut } = previewOf(
    event.payload ? payload : new TextEncoder().encode(event.detail ?? ''),
  );
  return {
    id,
    at: event.at,
    clientId: event.clientId,
    topic: event.topic ?? '',
    qos: event.qos ?? 0,
    retain: event.retain ?? false,
    dup: event.dup ?? false,
    size: payload.byteLength,
    preview: text,
    cut,
    kind: event.kind,
  };
}

function detailOf(held: Held): TrafficDetail {
  const payload = held.event.payload ?? NOTHING;
  return {
    row: rowOf(held),
    payloadBase64: Buffer.from(payload).toString('base64'),
    text: textOf(payload),
  };
}

function textOf(payload: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    return null;
  }
}
