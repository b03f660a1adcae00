import { type BrokerEvent } from '#core/broker';
import { type Clock } from '#core/ports';

/** What the embedded broker refused, for people. */
export type BrokerRefusal = {
  code: string;
  reason: string;
  /** Empty where it is not known. */
  clientId: string;
  user: string;
  address: string;
  topic?: string;
  /** The line of the access list that decided. */
  aclLine?: number;
  /** Of a flood: how many like this one came in the same second and are not told one by one. */
  more?: number;
};

export type RefusedEvent = Exclude<BrokerEvent, { kind: 'publish' }>;

export type Refusals = {
  tell(event: RefusedEvent, addressOf: () => string): void;
  onRefused(listener: (refusal: BrokerRefusal) => void): () => void;
};

/** Of one code from one address each is told up to here, the rest of its second as a number. */
const EACH_LIMIT = 5;
const SPAN_MS = 1_000;
/** A flood from made-up addresses shares one count beyond these. */
const COUNTS_LIMIT = 50;

type Count = { seen: number; last: BrokerRefusal };

/** Passes on what the broker refuses: ten thousand wrong passwords shall not bury what else is told. */
export function createRefusals(clock: Pick<Clock, 'sleep'>, signal: AbortSignal): Refusals {
  const listeners = new Set<(refusal: BrokerRefusal) => void>();
  const counts = new Map<string, Count>();
  const pass = (refusal: BrokerRefusal): void => {
    for (const listener of [...listeners]) listener(refusal);
  };
  const sum = (key: string): void => {
    const count = counts.get(key);
    counts.delete(key);
    if (count && count.seen > EACH_LIMIT) pass({ ...count.last, more: count.seen - EACH_LIMIT });
  };
  return {
    tell(event, addressOf) {
      // Where it is not in the event it belongs to a client who is in.
      const own = `${event.code ?? ''} ${event.address ?? `${event.user} ${event.clientId}`}`;
      const key = counts.has(own) || counts.size < COUNTS_LIMIT ? own : '';
      const count = counts.get(key);
      if (count) count.seen += 1;
      // Neither told by itself nor as the one that stands for the rest.
      if (count && count.seen > EACH_LIMIT + 1) return;
      const last = refusalOf(event, event.address ?? addressOf());
      if (count) count.last = last;
      else {
        counts.set(key, { seen: 1, last });
        // When the second is over, or earlier with the bench.
        const over = (): void => sum(key);
        void clock.sleep(SPAN_MS, signal).then(over, over);
      }
      if (!count || count.seen <= EACH_LIMIT) pass(last);
    },
    onRefused(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function refusalOf(event: RefusedEvent, address: string): BrokerRefusal {
  const { code = 'REFUSED', detail, clientId, user, topic, aclLine } = event;
  // A client that gave no name is told by where it came from.
  const subject = detail.startsWith(': ') ? `${address || 'a client'}${detail}` : detail;
  const named = address === '' || subject.includes(address);
  return {
    ...{ code, clientId, user, address },
    reason: named ? subject : `${subject} (from ${address})`,
    ...(topic === undefined ? {} : { topic }),
    ...(aclLine === undefined ? {} : { aclLine }),
  };
}
