import { CodedError, type Refusal } from '#core/ports';

export type BenchErrorCode =
  | 'BAD_INPUT'
  | 'BENCH_CLOSED'
  | 'BROKER_OFF'
  | 'BACKEND_OFF'
  | 'CREDENTIALS_MISSING'
  | 'COMPOSED_UNKNOWN'
  | 'ECU_UNKNOWN'
  | 'ROLE_RUNNING'
  | 'TRAFFIC_GONE'
  | 'TRUST_FILE'
  | 'UPDATE_UNKNOWN'
  | 'UPDATE_OVER'
  | 'VEHICLE_UNKNOWN'
  | 'UNEXPECTED';

export class BenchError extends CodedError<BenchErrorCode> {}

/** Any failure as a person reads it. A coded one speaks for itself; another says at least what it was. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof CodedError) {
    return { code: error.code, reason: error.reason, next: error.next };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'UNEXPECTED',
    reason: reason || 'something failed without a word',
    next: 'try again; if it stays, send the log to whoever maintains this bench',
  };
}
