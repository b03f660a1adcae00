import { CodedError } from '#core/ports';

export type PkiErrorCode =
  /** The identity cannot stand in a certificate. */
  | 'NAME_INVALID'
  /** Neither an address nor a host name. */
  | 'HOST_INVALID';

export class PkiError extends CodedError<PkiErrorCode> {}
