import type { Clock, Random } from '#core/ports';
import { LinkError, type LinkErrorCode } from './errors.ts';
import type { Link, OutgoingMessage } from './types.ts';

/** Doubles from `firstMs` with each failure, up to `mostMs`. `failures` counts from 1. */
export function doubling(failures: number, firstMs: number, mostMs: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
}

/**
 * A quarter less to a quarter more, never above `mostMs`: a fleet that lost its broker in one
 * moment must not come back in one moment.
 */
export function withJitter(delayMs: number, mostMs: number, random: Random): number {
  const [byte = 0] = random.bytes(1);
  return Math.min(mostMs, Math.round(delayMs * (0.75 + byte / 510)));
}

/** Sending the same again would end the same. */
const FINAL: ReadonlySet<LinkErrorCode> = new Set([
  'REFUSED',
  'TOPIC_INVALID',
  'PROPERTIES_INVALID',
  'LINK_CLOSED',
]);
function isFinal(error: LinkError): boolean {
  return FINAL.has(error.code);
}

export type RetryOptions = {
  /** Default 3. */
  readonly tries?: number;
  /** Delay after the first failure; doubles. Default 2,000. */
  readonly firstDelayMs?: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
};

/**
 * Publishes until the broker acknowledges: success is PUBACK or PUBCOMP, nothing less. A message
 * whose acknowledgment was lost goes out again and may arrive twice, which QoS 1 allows and
 * `messageId` makes harmless [P4].
 *
 * @throws LinkError of the last try, at once for REFUSED, TOPIC_INVALID and LINK_CLOSED
 */
export async function publishWithRetry(
  link: Link,
  message: OutgoingMessage,
  { tries = 3, firstDelayMs = 2_000, clock, signal }: RetryOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await link.publish(message.topic, message.payload, message, signal);
      return;
    } catch (error) {
      if (!(error instanceof LinkError) || isFinal(error) || attempt >= tries) throw error;
    }
    await clock.sleep(doubling(attempt, firstDelayMs, Number.POSITIVE_INFINITY), signal);
  }
}
