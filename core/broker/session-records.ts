import {
  type Qos,
  type StoredMessage,
  decodeMessage,
  encodeMessage,
  keyOf,
  padded,
} from './record.ts';
import type { Waiting } from './queue.ts';
import type { Change } from './store.ts';

/* What belongs to a session, as it is written down and read back. */

export function del(key: string): Change {
  return { key, value: null };
}

export function waitingChange(clientId: string, waiting: Waiting): Change {
  const { seq, message, messageId, released } = waiting;
  return {
    key: keyOf('outgoing', clientId, padded(seq)),
    value: encodeMessage(message, { messageId, released }),
  };
}

/** @throws Error where the bytes are no such record */
export function waitingOf(seq: number, value: Buffer): Waiting {
  const { message, head } = decodeMessage(value);
  const { messageId, released } = head;
  return {
    seq,
    counter: null,
    message,
    messageId: typeof messageId === 'number' ? messageId : null,
    released: released === true,
  };
}

/**
 * A will of a version that did not write down whose it is has no right to be sent.
 *
 * @throws Error where the bytes are no such record
 */
export function willOf(value: Buffer): { message: StoredMessage; user: string } {
  const { message, head } = decodeMessage(value);
  const { user } = head;
  return { message, user: typeof user === 'string' ? user : '' };
}

export function leftChange(clientId: string, at: number): Change {
  return { key: keyOf('left', clientId), value: Buffer.from(String(at)) };
}

export function qosOf(value: Buffer): Qos {
  const text = value.toString();
  return text === '2' ? 2 : text === '1' ? 1 : 0;
}
