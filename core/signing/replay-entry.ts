import { createHash } from 'node:crypto';
import type { ReplayEntry } from './replay.ts';

type Envelope = {
  readonly messageId?: string | undefined;
  readonly seq?: number | undefined;
  readonly sender?: string | undefined;
  readonly expires?: string | undefined;
};

/**
 * What of a message its receiver remembers it by [P4]. A name that no signature vouches for is
 * counted apart, so that a stranger under `warn` cannot spend a real sender's numbers.
 */
export function replayEntry(
  receiver: string,
  kind: ReplayEntry['kind'],
  vin: string,
  message: Envelope,
  payload: Uint8Array,
  mark: 'valid' | 'unsigned' | 'invalid' | 'unchecked',
): ReplayEntry {
  return {
    receiver,
    sender: `${mark === 'valid' ? '' : 'unproven:'}${message.sender ?? ''}`,
    vin,
    kind,
    messageId: message.messageId,
    seq: message.seq,
    digest: createHash('sha256').update(payload).digest('hex'),
    expires: message.expires,
  };
}
