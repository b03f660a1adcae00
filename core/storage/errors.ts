import { CodedError } from '#core/ports';

export type StorageErrorCode =
  /** Another instance holds the workspace. */
  | 'WORKSPACE_BUSY'
  /** The folder cannot be made, read or written. */
  | 'WORKSPACE_UNUSABLE'
  /** It can be read, and not written. */
  | 'WORKSPACE_READ_ONLY'
  /** It was moved or deleted while it was open. */
  | 'WORKSPACE_GONE'
  /** A path that would leave the workspace. */
  | 'PATH_OUTSIDE_WORKSPACE'
  /** The file is no SQLite database, or a damaged one. */
  | 'DATABASE_DAMAGED'
  /** The database was written by a later version of OTA Bench. */
  | 'NEWER_SCHEMA'
  | 'MIGRATION_FAILED'
  | 'DISK_FULL'
  | 'WRITE_FAILED';

export class StorageError extends CodedError<StorageErrorCode> {}

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY;
}

/** Says what SQLite or the file system meant by `error` when it was asked to open `file`. */
export function openingError(file: string, error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  if (isReadOnly(error)) {
    return new StorageError('WORKSPACE_READ_ONLY', `${file} can be read, but not written`, {
      next: 'Give yourself the right to write there, or choose another folder with --workspace DIR.',
      cause: error,
    });
  }
  switch (primaryCode(error)) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new StorageError('DATABASE_DAMAGED', `${file} is not a readable database`, {
        next: `Move ${file} away and start again, or choose another workspace folder.`,
        cause: error,
      });
    case SQLITE_FULL:
      return new StorageError('DISK_FULL', `no space left for ${file}`, {
        next: 'Free some disk space and start again.',
        cause: error,
      });
    default:
      return new StorageError('WORKSPACE_UNUSABLE', `cannot use ${file}: ${messageOf(error)}`, {
        next: 'Choose a folder you may write to with --workspace DIR.',
        cause: error,
      });
  }
}

/** What the disk itself refused, wherever that was noticed; null for any other failure. */
export function diskError(error: unknown): StorageError | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (primaryCode(error) === SQLITE_FULL || code === 'ENOSPC' || code === 'EDQUOT') {
    return new StorageError('DISK_FULL', `no space left on the disk: ${messageOf(error)}`, {
      next: 'Free some disk space and try again; what was there before is untouched.',
      cause: error,
    });
  }
  if (primaryCode(error) === SQLITE_READONLY || code === 'EROFS') {
    return new StorageError('WORKSPACE_READ_ONLY', `cannot be written: ${messageOf(error)}`, {
      next: 'Give yourself the right to write there, or choose another folder with --workspace DIR.',
      cause: error,
    });
  }
  return null;
}

function isReadOnly(error: unknown): boolean {
  if (primaryCode(error) === SQLITE_READONLY) return true;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'EROFS' || code === 'EACCES' || code === 'EPERM';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The low byte is the primary code; the rest says more about it. */
function primaryCode(error: unknown): number | null {
  if (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number') {
    return error.errcode & 0xff;
  }
  return null;
}
