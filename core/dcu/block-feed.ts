import type { Incoming } from '#core/link';
import { checkExpiry, decodePayload, parseMessage, type FirmwareBlock } from '#core/protocol';
import { typOf } from '#core/signing';
import type { BlockSource } from './blocks.ts';
import { whyOf } from './errors.ts';
import type { Offer } from './events.ts';
import { authenticate, type Court } from './judge.ts';
import type { Voice } from './voice.ts';

/** Carries blocks from the broker to the transfer that asked for them. */
export interface BlockFeed {
  /** A block that is not believed is passed over: it is asked for again. */
  hear(incoming: Incoming): Promise<void>;
  readonly sourceOf: (offer: Offer) => BlockSource;
}

export function createBlockFeed(court: Court, voice: Voice): BlockFeed {
  let current: { updateId: string; listener: (block: FirmwareBlock) => void } | null = null;
  return {
    hear: async (incoming) => {
      try {
        const object = decodePayload(incoming.payload);
        const block = parseMessage('firmware_block', court.vin, object);
        // Nothing waits for it: a late one, of a transfer that is over.
        if (current === null || (block.updateId ?? current.updateId) !== current.updateId) return;
        await authenticate(court, object, typOf('firmware_block'), 'backend');
        checkExpiry(block, court.clock.now());
        current.listener(block);
      } catch (error) {
        court.log('warn', 'a firmware block was refused', { ...whyOf(error) });
      }
    },
    sourceOf: ({ updateId, ecuId, manifest }) => ({
      ask: ({ offset, length }) =>
        voice.sayNow(
          'firmware_request',
          { sha256: manifest.firmware.sha256, offset, length },
          { updateId, ecuId },
        ),
      onBlock: (listener) => {
        const mine = { updateId, listener };
        current = mine;
        return () => {
          if (current === mine) current = null;
        };
      },
    }),
  };
}
