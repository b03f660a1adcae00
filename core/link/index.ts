export { LinkError, type LinkErrorCode } from './errors.ts';
export type {
  Incoming,
  Link,
  LinkOptions,
  LinkState,
  LinkTls,
  MessageHandler,
  Outbox,
  OutboxMessage,
  OutboxResult,
  OutgoingMessage,
  Qos,
} from './types.ts';
