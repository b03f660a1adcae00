import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { CodedError, isCodedError, type Refusal } from '#core/ports';

export type RecorderErrorCode =
  /** The capture was written by a later version of OTA Bench. */
  | 'CAPTURE_NEWER'
  /** The file cannot be opened, made or moved. */
  | 'CAPTURE_UNUSABLE'
  /** The file is damaged or not ours; it was set aside. */
  | 'CAPTURE_DAMAGED'
  /** No space is left; recording stopped. */
  | 'CAPTURE_DISK_FULL'
  /** The disk refused a write; recording stopped. */
  | 'CAPTURE_WRITE_FAILED'
  /** The recorder's thread ended by a fault. */
  | 'RECORDER_FAILED'
  | 'RECORDER_CLOSED'
  | 'REGEX_SYNTAX'
  /** One message kept the expression busy for seconds: it backtracks without end. */
  | 'REGEX_TOO_SLOW'
  /** A query was given up: it was aborted, or the thread that ran it ended. */
  | 'QUERY_ENDED'
  /** The message left by retention or clearing. */
  | 'MESSAGE_GONE'
  | 'NOTE_TOO_LONG';

export class RecorderError extends CodedError<RecorderErrorCode> {}

/** An error as it crosses between threads. */
export function refusalOf(error: unknown): Refusal {
  if (isCodedError(error)) {
    return { code: error.code, reason: error.reason, next: error.next };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'RECORDER_FAILED', reason, next: 'Report it with the log.' };
}

export function errorOf({ code, reason, next }: Refusal): RecorderError {
  return new RecorderError(code as RecorderErrorCode, reason, { next });
}

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** Less than this and nothing can be done in the folder. */
const ROOM_BYTES = 1_048_576;

function isFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < ROOM_BYTES;
  } catch {
    return false;
  }
}

/** What SQLite meant when it was asked to write. */
export function writingError(file: string, error: unknown): RecorderError {
  if (error instanceof RecorderError) return error;
  const code = primaryCode(error);
  // An I/O error is also what SQLite says when its shared memory finds no room.
  if (code === SQLITE_FULL || (code === SQLITE_IOERR && isFull(file))) {
    return new RecorderError('CAPTURE_DISK_FULL', `no space left for ${file}`, {
      next: 'Free some disk space or lower the retention, then resume recording.',
      cause: error,
    });
  }
  if (isDamage(error)) {
    return new RecorderError('CAPTURE_DAMAGED', `${file} is damaged`, {
      next: 'Resume recording: the damaged file is set aside and a new one begun.',
      cause: error,
    });
  }
  const what = error instanceof Error ? error.message : String(error);
  return new RecorderError('CAPTURE_WRITE_FAILED', `cannot write ${file}: ${what}`, {
    next:
      code === SQLITE_IOERR
        ? 'Check the disk and its free space, then resume recording.'
        : 'Check that you may write to it, then resume recording.',
    cause: error,
  });
}

function primaryCode(error: unknown): number | null {
  if (error instanceof Error && 'errcode' in error && typeof error.errcode === 'number') {
    // The low byte is the primary code; the rest says more about it.
    return error.errcode & 0xff;
  }
  return null;
}
