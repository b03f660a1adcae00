export { LinkError, type LinkErrorCode } from './errors.ts';
export { openLink } from './link.ts';
export { createOutbox, type OutboxOptions } from './outbox.ts';
export { publishWithRetry, type RetryOptions } from './retry.ts';
export type {
  Incoming,
  Link,
  LinkAccess,
  LinkOptions,
  LinkState,
  LinkTls,
  MessageHandler,
  MessageProperties,
  Outbox,
  OutboxMessage,
  OutboxResult,
  OutgoingMessage,
  Qos,
} from './types.ts';
