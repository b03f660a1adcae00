import { CodedError } from '#core/ports';

export type PkiErrorCode =
  /** The identity cannot stand in a certificate. */
  | 'NAME_INVALID'
  /** The name belongs to a role of the bench. */
  | 'NAME_RESERVED'
  /** Neither an address nor a host name. */
  | 'HOST_INVALID'
  /** Nothing a certificate, key or request could be read from. */
  | 'FILE_NOT_CERTIFICATE'
  /** It begins like one and does not hold. */
  | 'FILE_DAMAGED'
  | 'FILE_TOO_LARGE'
  | 'PASSPHRASE_NEEDED'
  | 'PASSPHRASE_WRONG'
  /** RC2, RC4, single DES … : no longer read by anything current. */
  | 'ENCRYPTION_LEGACY'
  /** Sound perhaps, but nothing this bench can do. */
  | 'ALGORITHM_UNSUPPORTED'
  /** More iterations or memory than any honest file asks for. */
  | 'ENCRYPTION_COSTLY'
  | 'KEY_WEAK'
  | 'KEY_MISSING'
  /** Key and certificate are not a pair. */
  | 'KEY_MISMATCH'
  /** The request was not signed with the key it asks a certificate for. */
  | 'REQUEST_UNPROVEN'
  | 'CERTIFICATE_UNKNOWN'
  | 'CERTIFICATE_UNFIT'
  /** Of another CA: what only its issuer can do. */
  | 'CERTIFICATE_FOREIGN'
  | 'CERTIFICATE_REVOKED'
  | 'CA_EXPIRED'
  | 'CA_UNFIT'
  /** Certificates that it issued would stop being trusted, and nobody said that they may. */
  | 'CA_IN_USE'
  /** The key of the CA is no longer in the vault; told as a notice, never thrown. */
  | 'CA_KEY_LOST';

export class PkiError extends CodedError<PkiErrorCode> {}

export function damagedFile(what: string, cause?: unknown): PkiError {
  return new PkiError('FILE_DAMAGED', `${what} cannot be read`, {
    next: 'Export the file again at its source and copy it whole, as binary.',
    cause,
  });
}
