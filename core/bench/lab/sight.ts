import { type Backend } from '#core/backend';
import { type Broker } from '#core/broker';
import { type JsonObject, type Topics } from '#core/protocol';
import { type SeenMessage, type SeenRefusal } from '#core/scenario';

/** What a scenario sees of the bench: every message that passes the broker, and whatever is refused. */
export type Sight = {
  messages: SeenMessage[];
  refusals: SeenRefusal[];
  /** Follows a broker or a backend for as long as it runs. */
  followBroker(broker: Broker): void;
  followBackend(backend: Backend): void;
  refused(refusal: SeenRefusal): void;
  /** What the broker refused one of these clients since there were `since` of them; '': one without an id. */
  brokerSaid(clientIds: readonly string[], since: number): SeenRefusal | undefined;
  onChange(listener: () => void): () => void;
  changed(): void;
};

export function createSight(topics: Topics): Sight {
  const messages: SeenMessage[] = [];
  const refusals: SeenRefusal[] = [];
  const clientIds = new WeakMap<SeenRefusal, string>();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const refused = (refusal: SeenRefusal): void => {
    refusals.push(refusal);
    changed();
  };
  return {
    ...{ messages, refusals, refused, changed },
    followBroker(broker) {
      broker.onEvent((event) => {
        if (event.kind === 'publish') {
          const { topic, payload, retain, user } = event;
          const message = seen(topics, { topic, payload, retain }, user);
          messages.push(message);
          const said = refusalIn(message, topics);
          if (said) refusals.push(said);
        } else if (event.kind === 'refused') {
          const { code = 'REFUSED', detail, user, topic, aclLine } = event;
          const told = { topic, aclLine };
          const refusal: SeenRefusal = { by: 'broker', code, reason: detail, user, ...given(told) };
          clientIds.set(refusal, event.clientId);
          refusals.push(refusal);
        }
        changed();
      });
    },
    followBackend(backend) {
      backend.onRefused(({ vin, kind, code, reason }) => {
        refused({ by: 'backend', code, reason, vin, kind });
      });
    },
    brokerSaid: (wanted, since) =>
      refusals
        .slice(since)
        .find((each) => each.by === 'broker' && wanted.includes(clientIds.get(each) ?? '?')),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A message as conditions speak of it. */
export function seen(
  topics: Topics,
  { topic, payload, retain }: { topic: string; payload: Uint8Array; retain: boolean },
  from: string,
): SeenMessage {
  // The broker may use its buffer again.
  const bytes = Uint8Array.from(payload);
  const kind = topics.parse(topic)?.kind ?? null;
  return { topic, kind, from, payload: bytes, json: jsonOf(bytes), retained: retain };
}

type Reasoned = JsonObject & { reason?: { code?: unknown; detail?: unknown } };

/** A refusal that is itself a message; only from whom it is to say: others may say anything. */
function refusalIn({ topic, kind, from, json }: SeenMessage, topics: Topics): SeenRefusal | null {
  if (typeof json !== 'object' || json === null || kind === null) return null;
  const { code, detail = '' } = (json as Reasoned).reason ?? {};
  const vin = topics.parse(topic)?.vin ?? '';
  if (typeof code !== 'string') return null;
  const about = { code, reason: String(detail), vin, kind };
  if (kind === 'status') return from === 'gatekeeper' ? { by: 'gatekeeper', ...about } : null;
  if (kind !== 'acknowledgment' && kind !== 'progress') return null;
  return from === vin ? { by: 'dcu', ...about } : null;
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return null;
  }
}

/** Without the members that are undefined. */
function given<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
