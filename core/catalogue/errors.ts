import { CodedError } from '#core/ports';

export type CatalogueErrorCode =
  // Taking an image in.
  | 'FIRMWARE_EMPTY'
  | 'FIRMWARE_IS_FOLDER'
  | 'FIRMWARE_UNREADABLE'
  | 'FIRMWARE_VANISHED'
  | 'FIRMWARE_CHANGED'
  | 'FIRMWARE_TOO_LARGE'
  | 'LENGTH_MISMATCH'
  | 'DISK_FULL'
  | 'STORE_UNWRITABLE'
  // Uploads in pieces.
  | 'UPLOAD_UNKNOWN'
  | 'UPLOAD_OFFSET'
  | 'UPLOAD_BUSY'
  | 'UPLOAD_TOO_MANY'
  | 'UPLOAD_CHUNK_TOO_LARGE'
  // Images in the store [G6].
  | 'IMAGE_MISSING'
  | 'IMAGE_LENGTH'
  | 'IMAGE_HASH'
  | 'RANGE_INVALID'
  // Releases.
  | 'RELEASE_MALFORMED'
  | 'RELEASE_UNSIGNED'
  | 'RELEASE_EXISTS'
  | 'CATALOGUE_CLOSED';

/** Why an image or a release was not taken, or does not hold. */
export class CatalogueError extends CodedError<CatalogueErrorCode> {}
