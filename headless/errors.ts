import { CodedError } from '#core/ports';

export type HeadlessErrorCode =
  | 'PORT_IN_USE'
  | 'PORT_FORBIDDEN'
  | 'WINDOW_NOT_BUILT'
  | 'BACKEND_ENDED'
  | 'BAD_ARGUMENT'
  | 'BAD_URL'
  | 'BUNDLE_FILE'
  | 'CREDENTIALS_FILE'
  | 'TRUST_FILE'
  | 'FILE_NOT_WRITTEN'
  | 'RECORDING_STOPPED'
  | 'UPDATE_TIMEOUT'
  | 'UPDATE_UNKNOWN'
  | 'INTERRUPTED'
  | 'ECU_UNKNOWN'
  | 'NOTHING_TO_RECALL'
  | 'VEHICLE_SILENT'
  | 'CA_FILE'
  | 'CA_IN_USE'
  | 'CONNECTION_UNKNOWN'
  | 'FILE_UNREADABLE'
  | 'FILE_NOT_UTF8'
  | 'FILE_EXISTS'
  | 'PASSPHRASE_FILE'
  | 'SESSION_ONLY'
  | 'CERTIFICATE_NOT_FOUND'
  | 'CERTIFICATE_AMBIGUOUS';

export class HeadlessError extends CodedError<HeadlessErrorCode> {}
