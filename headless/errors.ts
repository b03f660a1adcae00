import { CodedError } from '#core/ports';

export type HeadlessErrorCode =
  | 'PORT_IN_USE'
  | 'PORT_FORBIDDEN'
  | 'WINDOW_NOT_BUILT'
  | 'BAD_ARGUMENT'
  | 'BAD_URL'
  | 'CREDENTIALS_FILE'
  | 'TRUST_FILE'
  | 'FILE_NOT_WRITTEN'
  | 'UPDATE_TIMEOUT'
  | 'INTERRUPTED'
  | 'ECU_UNKNOWN'
  | 'VEHICLE_SILENT';

export class HeadlessError extends CodedError<HeadlessErrorCode> {}
