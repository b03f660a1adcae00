import type { Clock } from '#core/ports';
import type { LoginLimits } from './failures.ts';
import { addressKey } from './visitor.ts';

export type BrokerLimits = LoginLimits & {
  /** Largest MQTT packet, bytes. Above the 64 KiB of a message [P2], so that a receiver can say so. */
  readonly packetBytes: number;
  /** Connections open at once. */
  readonly clients: number;
  /** Messages kept for one client that is away; later ones are dropped and told. */
  readonly queuedPerClient: number;
  /** New connections from one address, sustained. */
  readonly connectsPerSecond: number;
  /** New connections from one address at a stroke: a whole fleet after a restart. */
  readonly connectBurst: number;
  /** From the first byte to a whole CONNECT. */
  readonly connectTimeoutMs: number;
  /** How long a subscriber may leave its socket full before it is dropped. */
  readonly drainTimeoutMs: number;
  /** A durable session whose client stays away for longer is discarded. */
  readonly sessionExpiryMs: number;
};

const DAY_MS = 86_400_000;

export const defaultLimits: BrokerLimits = {
  packetBytes: 1_048_576,
  clients: 10_000,
  queuedPerClient: 1_000,
  connectsPerSecond: 200,
  connectBurst: 6_000,
  connectTimeoutMs: 10_000,
  drainTimeoutMs: 5_000,
  sessionExpiryMs: 7 * DAY_MS,
  failuresPerUser: 10,
  failuresPerAddress: 30,
  lockoutMs: 60_000,
};

/** Addresses remembered at once; the longest silent is forgotten first. */
const ADDRESS_LIMIT = 10_000;

type Bucket = { tokens: number; at: number };

/** A token bucket for each address. True: let the connection in. */
export function createConnectRate(
  limits: Pick<BrokerLimits, 'connectsPerSecond' | 'connectBurst'>,
  clock: Pick<Clock, 'monotonic'>,
): (address: string) => boolean {
  const buckets = new Map<string, Bucket>();
  return (from) => {
    const address = addressKey(from);
    const at = clock.monotonic();
    const last = buckets.get(address) ?? { tokens: limits.connectBurst, at };
    const refilled = last.tokens + ((at - last.at) / 1_000) * limits.connectsPerSecond;
    const tokens = Math.min(limits.connectBurst, refilled);
    const admitted = tokens >= 1;
    // Deleted first, so that the map stays ordered by last use.
    buckets.delete(address);
    buckets.set(address, { tokens: admitted ? tokens - 1 : tokens, at });
    if (buckets.size > ADDRESS_LIMIT) {
      const oldest = buckets.keys().next().value;
      if (oldest !== undefined) buckets.delete(oldest);
    }
    return admitted;
  };
}
