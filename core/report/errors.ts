import { CodedError } from '#core/ports';

export type ReportErrorCode =
  | 'DISK_FULL'
  /** The CA or fingerprint that a reader wants to trust by cannot be understood. */
  | 'REPORT_TRUST_UNREADABLE'
  /** There is one about this update as it is now. */
  | 'REPORT_EXISTS'
  | 'REPORT_OTHER_VEHICLE'
  | 'REPORT_UNKNOWN'
  | 'REPORT_UPDATE_RUNNING'
  /** Something was done in it: it ends in a report. */
  | 'SESSION_NOT_EMPTY'
  | 'SESSION_OVER'
  | 'SESSION_UNKNOWN'
  /** The update belongs to another session. */
  | 'UPDATE_ATTACHED';

export class ReportError extends CodedError<ReportErrorCode> {}

/** Primary result code, https://www.sqlite.org/rescode.html. */
const SQLITE_FULL = 13;

/** What the database could not keep, as a person reads it; anything else is thrown as it came. */
export function storingError(error: unknown): unknown {
  const full =
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === SQLITE_FULL;
  if (!full) return error;
  return new ReportError('DISK_FULL', 'no space is left to keep the report', {
    next: 'Free some disk space and do it again; nothing of the session is lost.',
    cause: error,
  });
}
