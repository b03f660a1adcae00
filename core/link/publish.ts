import type { Clock } from '#core/ports';
import type { Connection } from './connection.ts';
import type { LinkError } from './errors.ts';
import { linkError } from './refusals.ts';
import type { BrokerAnswer } from './answer.ts';
import type { OutgoingMessage } from './types.ts';

export type Patience = {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onAnswer?: ((answer: BrokerAnswer) => void) | undefined;
};

/** Made once: an abort without a reason makes one with a stack, for every message. */
const OVER = new Error('the publish is over');

/** Publishes on this connection; ends with its acknowledgment, its loss, time or the signal. */
export function publishOn(
  connection: Connection,
  message: OutgoingMessage,
  { clock, timeoutMs, signal, onAnswer }: Patience,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const end = (settle: () => void): void => {
      over.abort(OVER);
      settle();
    };
    const forget = connection.publish(message, {
      resolve: (answer) => {
        // PUBCOMP is told by the session and by mqtt.js.
        if (answer !== null && !over.signal.aborted) onAnswer?.(answer);
        end(resolve);
      },
      reject: (why) => {
        end(() => {
          reject(why);
        });
      },
    });
    if (over.signal.aborted) return;
    const giveUp = (why: Error): void => {
      // Forgotten, so that a late acknowledgment is not taken for that of a later try.
      forget();
      end(() => {
        reject(why);
      });
    };
    signal?.addEventListener(
      'abort',
      () => {
        giveUp(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      },
      { signal: over.signal },
    );
    void clock.sleep(timeoutMs, over.signal).then(
      () => {
        giveUp(noAcknowledgment(message, timeoutMs));
      },
      () => undefined,
    );
  });
}

/** MQTT-3.3.2-2: a published topic has no wildcards; section 4.7.3: 1 to 65,535 bytes, no NUL. */
export function checkTopic(topic: string): void {
  if (topic !== '' && !/[+#\0]/.test(topic) && Buffer.byteLength(topic) <= 65_535) return;
  throw linkError([
    'TOPIC_INVALID',
    `${JSON.stringify(topic.slice(0, 200))} cannot be published to`,
    'Name one topic, without + or #.',
  ]);
}

function noAcknowledgment({ topic, qos }: OutgoingMessage, timeoutMs: number): LinkError {
  const packet = qos === 2 ? 'PUBCOMP' : 'PUBACK';
  return linkError([
    'PUBACK_TIMEOUT',
    `no ${packet} for ${topic} within ${timeoutMs} ms`,
    'Send it again; the broker may or may not have it.',
  ]);
}
