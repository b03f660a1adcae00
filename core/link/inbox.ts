import type { Log } from '#core/ports';
import type { Incoming, MessageHandler } from './types.ts';

/** `message` is null for a copy that was handed over before and only wants acknowledging. */
type Entry = {
  readonly message: Incoming | null;
  readonly acknowledge: () => void;
  /** Settles when the connection may be used: packets can follow CONNACK in one segment. */
  readonly ready: Promise<unknown>;
};

/**
 * Most messages waiting for a handler: at 64 KiB each [P2] this is 64 MiB. Beyond it nothing
 * more is taken from the connection.
 */
const INBOX_LIMIT = 1_024;

export interface Inbox {
  /** False when full; the message is then neither kept nor acknowledged. */
  push(entry: Entry): boolean;
  addHandler(handler: MessageHandler): () => void;
  /** Called each time the last waiting message has been dealt with. */
  onEmpty(listener: () => void): void;
  /** Starts no further message. Resolves when the one in hand is finished. */
  stop(): Promise<void>;
}

/**
 * Hands messages over one at a time and acknowledges each after its handler, so that
 * acknowledgments leave in the order of arrival (MQTT-4.6.0-2, MQTT-4.6.0-3).
 */
export function createInbox(log: Log): Inbox {
  const handlers = new Set<MessageHandler>();
  const waiting: Entry[] = [];
  let emptied = (): void => undefined;
  let running: Promise<void> | null = null;
  let stopped = false;

  const next = (): Entry | undefined => {
    // Before the first handler there is nobody to give it to: it waits, unacknowledged.
    if (stopped || handlers.size === 0) return undefined;
    return waiting.shift();
  };

  const deal = async ({ message, acknowledge, ready }: Entry): Promise<void> => {
    await ready.catch(() => undefined);
    const failed = message !== null && (await handOver(message, handlers, log));
    // Failing while everything closes says nothing about the message: let it come again.
    if (!(failed && stopped)) acknowledge();
  };

  const run = async (): Promise<void> => {
    for (let entry = next(); entry; entry = next()) await deal(entry);
    running = null;
    if (waiting.length === 0) emptied();
  };
  const start = (): void => {
    if (!stopped) running ??= Promise.resolve().then(run);
  };

  return {
    push(entry) {
      if (stopped || waiting.length >= INBOX_LIMIT) return false;
      waiting.push(entry);
      start();
      return true;
    },
    addHandler(handler) {
      handlers.add(handler);
      start();
      return () => {
        handlers.delete(handler);
      };
    },
    onEmpty(listener) {
      emptied = listener;
    },
    async stop() {
      stopped = true;
      waiting.length = 0;
      await running;
    },
  };
}

/** True when a handler failed. */
async function handOver(
  message: Incoming,
  handlers: ReadonlySet<MessageHandler>,
  log: Log,
): Promise<boolean> {
  let failed = false;
  for (const handler of [...handlers]) {
    try {
      await handler(message);
    } catch (error) {
      failed = true;
      // Acknowledged all the same: a message that breaks its handler would come for ever.
      log('error', `a message on ${message.topic} could not be handled`, { error });
    }
  }
  return failed;
}
