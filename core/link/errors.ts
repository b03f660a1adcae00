import { CodedError } from '#core/ports';
import type { BrokerAnswer } from './answer.ts';

export type LinkErrorCode =
  // Opening a connection.
  | 'URL_INVALID'
  | 'BAD_CREDENTIALS'
  | 'NOT_AUTHORISED'
  | 'CLIENT_ID_REFUSED'
  | 'UNSUPPORTED_VERSION'
  | 'BROKER_UNAVAILABLE'
  | 'CONNECTION_REFUSED'
  | 'HOST_NOT_FOUND'
  | 'UNREACHABLE'
  | 'TLS_UNTRUSTED'
  | 'TLS_CLIENT_REFUSED'
  | 'TLS_FAILED'
  | 'TIMEOUT'
  // Losing one.
  | 'CLOSED_BY_BROKER'
  | 'CONNECTION_LOST'
  | 'TAKEN_OVER'
  | 'BACKLOG'
  | 'LINK_CLOSED'
  // Using one.
  | 'NOT_CONNECTED'
  | 'PUBACK_TIMEOUT'
  | 'REFUSED'
  | 'TOPIC_INVALID'
  | 'PROPERTIES_INVALID'
  | 'SUBSCRIBE_REFUSED'
  // The outbox.
  | 'KEY_REUSED';

/** Why a connection or a message did not make it. */
export class LinkError extends CodedError<LinkErrorCode> {
  /** What the broker said, where it said something. */
  readonly answer: BrokerAnswer | null;

  constructor(
    code: LinkErrorCode,
    reason: string,
    options: { next: string; cause?: unknown; answer?: BrokerAnswer | null },
  ) {
    super(code, reason, options);
    this.answer = options.answer ?? null;
  }
}
