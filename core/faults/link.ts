import { LinkError, type Incoming, type Link, type MessageHandler } from '#core/link';
import type { Clock } from '#core/ports';
import type { MessageKind, Topics } from '#core/protocol';
import type { Book } from './book.ts';
import { bytesOf, flipInBlock, readBlock } from './block-bytes.ts';
import { keepDropping } from './drops.ts';
import type { Pace } from './pace.ts';
import { createShuffle } from './shuffle.ts';
import type { Supply } from './supply.ts';

/** What a vehicle is told; blocks are asked for again, so that twice or out of turn is nothing. */
const TOLD: ReadonlySet<MessageKind> = new Set(['status', 'command']);

/** A vehicle's connection that is cut, forgets, repeats and confuses. Ends with the power. */
export function faultyLink(options: {
  link: Link;
  topics: Topics;
  book: Book;
  supply: Supply;
  pace: Pace;
  clock: Clock;
  /** Ends with this life of the vehicle. */
  signal: AbortSignal;
}): Link {
  const { link, topics, book, supply, pace, clock, signal } = options;
  const shuffle = createShuffle({ book, clock, signal });
  const dark = supply.signal;
  // As a pulled plug: nobody says goodbye, and the last will speaks.
  dark.addEventListener('abort', () => {
    link.drop();
  });
  keepDropping({ link, book, clock, signal });

  const hand = async (handler: MessageHandler, message: Incoming): Promise<void> => {
    if (!supply.isOn()) return;
    await handler(message);
    // What was at work as the power went has not been answered, whatever became of it.
    if (!supply.isOn()) link.drop();
  };
  /** Blocks on their way: what a slow one holds up are other blocks, and nothing else. */
  let bringing: Promise<void> = Promise.resolve();
  const bring = async (handler: MessageHandler, message: Incoming): Promise<void> => {
    const block = readBlock(message.payload)?.block;
    const flipped = { ...message, payload: flipInBlock(book, message.payload) };
    if (!pace.isSlow || block === undefined) return hand(handler, flipped);
    bringing = bringing
      .then(() => pace.arrive(block.offset, bytesOf(block), signal))
      .then(() => hand(handler, flipped))
      // Asked for again, or of no use any more.
      .catch(() => undefined);
  };
  const loseReceipt = (): void => {
    const [armed] = book.live('acknowledgmentLost').filter(({ fault }) => fault.of === 'received');
    if (armed === undefined) return;
    book.count(armed, armed.fault.times);
    link.drop();
  };
  const deliver = async (handler: MessageHandler, message: Incoming): Promise<void> => {
    const kind = topics.parse(message.topic)?.kind;
    if (kind === 'firmware_block') {
      await bring(handler, message);
      return;
    }
    await hand(handler, message);
    if (kind === undefined || !TOLD.has(kind)) return;
    const [twice] = book.live('duplicateDelivery');
    if (twice !== undefined) {
      book.count(twice, twice.fault.times);
      await hand(handler, { ...message, dup: true });
    }
    if (message.qos > 0) loseReceipt();
  };

  return {
    clientId: link.clientId,
    get state() {
      return supply.isOn() ? link.state : { kind: 'closed' as const };
    },
    onState: (listener) =>
      link.onState((state) => {
        if (supply.isOn()) listener(state);
      }),
    whenUp: (until) => link.whenUp(until),
    publish: async (topic, payload, how, until) => {
      if (!supply.isOn()) throw lost('the vehicle has no power');
      await link.publish(topic, payload, how, until);
      const [armed] = book.live('acknowledgmentLost').filter(({ fault }) => fault.of === 'sent');
      if (armed === undefined || how.qos === 0) return;
      book.count(armed, armed.fault.times);
      link.drop();
      throw lost('its acknowledgment was lost on the way');
    },
    subscribe: (filter, qos) => link.subscribe(filter, qos),
    onMessage: (handler) =>
      link.onMessage(async (message) => {
        const kind = topics.parse(message.topic)?.kind;
        const told = kind !== undefined && TOLD.has(kind);
        // Held ones are acknowledged already: who shuffles them answers for them.
        if (told && shuffle.hold(message, (each) => deliver(handler, each))) return;
        await deliver(handler, message);
      }),
    drop: () => {
      link.drop();
    },
    retry: () => {
      link.retry();
    },
    close: () => link.close(),
  };
}

function lost(reason: string): LinkError {
  return new LinkError('CONNECTION_LOST', reason, { next: 'wait for the connection to be back' });
}
