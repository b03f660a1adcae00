import { CodedError } from '#core/ports';

/** Every way in which bytes, a topic or a message breaks docs/PROTOCOL.md. */
export type ProtocolErrorCode =
  // topics and names
  | 'VIN_SYNTAX'
  | 'TOPIC_SYNTAX'
  | 'FILTER_SYNTAX'
  // [P2] bytes
  | 'TOO_LARGE'
  | 'INVALID_UTF8'
  | 'MALFORMED_JSON'
  | 'DUPLICATE_MEMBER'
  | 'NOT_AN_OBJECT'
  | 'TOO_DEEP'
  | 'LONE_SURROGATE'
  | 'NUMBER_RANGE'
  | 'NOT_JSON'
  // [P1] content to be signed
  | 'NON_INTEGER'
  | 'NON_ASCII_NAME'
  // meaning
  | 'SCHEMA'
  | 'VIN_MISMATCH'
  | 'EXPIRED';

export class ProtocolError extends CodedError<ProtocolErrorCode> {}
