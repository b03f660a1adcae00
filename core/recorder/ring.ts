import type { TrafficEvent } from './types.ts';

/** An event and its number, which rises by one per event since the start. */
export type Held = { readonly id: number; readonly event: TrafficEvent };

export type Capacity = {
  /** Most events held. */
  readonly messages: number;
  /** Most bytes of payload and topic held, with what each event costs besides. */
  readonly bytes: number;
};

/** Objects, numbers and the payload's own header, measured roughly on Node 24. */
const EVENT_BYTES = 300;

/** The newest events, bounded in number and in bytes. Every one that leaves is counted. */
export interface Ring {
  push(event: TrafficEvent): Held;
  get(id: number): Held | null;
  /** From the newest to the oldest. */
  newestFirst(): Generator<Held, void>;
  counts(): { seen: number; held: number; evicted: number };
  clear(): void;
}

export function createRing({ messages, bytes }: Capacity): Ring {
  // Fixed slots: shifting an array of a hundred thousand for each message would cost more
  // than everything else here.
  const slots: (TrafficEvent | undefined)[] = new Array<TrafficEvent | undefined>(messages);
  /** Numbers held: `oldest` up to, not including, `next`. */
  let oldest = 0;
  let next = 0;
  let weight = 0;

  const dropOldest = (): void => {
    const slot = oldest % messages;
    const event = slots[slot];
    if (event) weight -= weightOf(event);
    slots[slot] = undefined;
    oldest += 1;
  };

  return {
    push(event) {
      if (next - oldest === messages) dropOldest();
      const id = next;
      slots[id % messages] = event;
      next += 1;
      weight += weightOf(event);
      // The newest stays even if it alone is too heavy: it was just seen.
      while (weight > bytes && next - oldest > 1) dropOldest();
      return { id, event };
    },
    get(id) {
      const event = id >= oldest && id < next ? slots[id % messages] : undefined;
      return event ? { id, event } : null;
    },
    *newestFirst() {
      for (let id = next - 1; id >= oldest; id -= 1) {
        const event = slots[id % messages];
        if (event) yield { id, event };
      }
    },
    counts: () => ({ seen: next, held: next - oldest, evicted: oldest }),
    clear() {
      while (oldest < next) dropOldest();
    },
  };
}

function weightOf({ topic, payload, detail }: TrafficEvent): number {
  // V8 stores a string of ASCII in one byte for each character.
  return EVENT_BYTES + (topic?.length ?? 0) + (detail?.length ?? 0) + (payload?.byteLength ?? 0);
}
