import { CodedError } from '#core/ports';

export type CaptureErrorCode =
  // Import.
  | 'NOT_A_CAPTURE'
  | 'UNSUPPORTED_VERSION'
  | 'LINE_TOO_LONG'
  | 'LINE_CUT'
  | 'LINE_MALFORMED'
  | 'LINE_INVALID'
  // Export.
  | 'DELIMITER_INVALID'
  // Replay.
  | 'SPEED_INVALID'
  | 'REWRITE_INVALID'
  | 'TOPIC_INVALID'
  | 'SYSTEM_TOPIC'
  | 'REPLAY_STOPPED';

/** Why captured traffic could not be read, written or replayed. */
export class CaptureError extends CodedError<CaptureErrorCode> {}
