export { LinkError, type LinkErrorCode } from './errors.ts';
export { openLink } from './link.ts';
export { createOutbox, type OutboxOptions } from './outbox.ts';
export { publishWithRetry, type RetryOptions } from './retry.ts';
export { reasonWords } from './reasons.ts';
export type { BrokerAnswer } from './answer.ts';
export type {
  Incoming,
  Link,
  LinkAccess,
  LinkOptions,
  LinkState,
  LinkTls,
  MessageHandler,
  MessageProperties,
  Mqtt5Options,
  Outbox,
  OutboxMessage,
  OutboxResult,
  OutgoingMessage,
  PublishOptions,
  Qos,
  ServerLimits,
} from './types.ts';
export { OUTBOX_SCHEMA } from './outbox-table.ts';
