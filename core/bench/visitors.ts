import { type Broker } from '#core/broker';
import { type AuditSnapshot } from '#core/audit';

/** One entry for each client, user and address; a flood of made-up names must not fill memory. */
const SEEN_LIMIT = 2_000;
/** Messages are small; what is larger is a piece of firmware. */
const LOOKED_INTO_BYTES = 16_384;

/** Who came to the embedded broker since it started, for the audit. */
export type Visitors = {
  /** Forgets what was, and follows this broker. */
  follow(broker: Broker): () => void;
  clients(): AuditSnapshot['clients'];
  takenOver(): AuditSnapshot['takenOver'];
  clockSkewMs(): number | null;
};

export function createVisitors(): Visitors {
  let seen = new Map<string, { clientId: string; user: string; address: string }>();
  let taken = new Map<string, number>();
  /** Of each sender the smallest difference: a message that waited in an outbox is old, not wrong. */
  let skews = new Map<string, number>();

  const meet = (broker: Broker, clientId: string): void => {
    if (seen.size >= SEEN_LIMIT) return;
    const client = broker.client(clientId);
    if (!client) return;
    const { user, address } = client;
    seen.set([clientId, user, address].join('\n'), { clientId, user, address });
  };
  const weigh = (clientId: string, payload: Uint8Array, at: number): void => {
    const sent = issuedAt(payload);
    if (sent === null) return;
    const before = skews.get(clientId);
    if (before === undefined && skews.size >= SEEN_LIMIT) return;
    const difference = sent - at;
    if (before !== undefined && Math.abs(before) <= Math.abs(difference)) return;
    skews.set(clientId, difference);
  };

  return {
    follow(broker) {
      seen = new Map();
      taken = new Map();
      skews = new Map();
      return broker.onEvent((event) => {
        switch (event.kind) {
          case 'publish':
            weigh(event.clientId, event.payload, event.at);
            return;
          case 'connect':
            meet(broker, event.clientId);
            return;
          case 'disconnect':
            if (event.detail.includes('connected again')) {
              taken.set(event.clientId, (taken.get(event.clientId) ?? 0) + 1);
            }
            return;
          case 'subscribe':
          case 'refused':
            return;
        }
      });
    },
    clients: () => [...seen.values()],
    takenOver: () => [...taken].map(([clientId, times]) => ({ clientId, times })),
    clockSkewMs: () =>
      [...skews.values()].sort((one, other) => Math.abs(other) - Math.abs(one))[0] ?? null,
  };
}

const ISSUED_AT = /"issuedAt"\s*:\s*"([0-9T:.-]{19,32}Z)"/;

/** Without parsing every message: the audit wants the time and nothing else. */
function issuedAt(payload: Uint8Array): number | null {
  if (payload.byteLength > LOOKED_INTO_BYTES) return null;
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const found = ISSUED_AT.exec(text.toString('latin1'))?.[1];
  const at = found === undefined ? Number.NaN : Date.parse(found);
  return Number.isNaN(at) ? null : at;
}
