import { ORPCError } from '@orpc/server';
import { RefusalView } from '#core/contract';
import { CodedError, isCodedError, type Refusal } from '#core/ports';
import { diskError } from '#core/storage';

export type BenchErrorCode =
  | 'BAD_INPUT'
  | 'BENCH_CLOSED'
  | 'BROKER_OFF'
  | 'BACKEND_OFF'
  | 'CREDENTIALS_MISSING'
  | 'COMPOSED_UNKNOWN'
  /** A connection that is marked as production, and nobody confirmed it. */
  | 'CONFIRMATION_NEEDED'
  | 'CONNECTION_BUSY'
  /** It is closed, or not up. */
  | 'CONNECTION_DOWN'
  | 'CONNECTION_NAME_TAKEN'
  | 'CONNECTION_UNKNOWN'
  | 'ECU_UNKNOWN'
  | 'IMPORT_UNKNOWN'
  | 'IMPORT_OFFSET'
  /** Two listeners on one port. */
  | 'LISTENER_CLASH'
  /** A listener on an address of the network, and nobody confirmed it. */
  | 'LISTENER_EXPOSED'
  /** Every listener is off. */
  | 'NO_LISTENER'
  /** A confirmation that nobody waits for. */
  | 'NOT_WAITING'
  | 'PASSPHRASE_MISSING'
  /** Another image than was agreed to would be started. */
  | 'ROLLBACK_CHANGED'
  /** What a live try saw proves neither the one nor the other. */
  | 'PROBE_INCONCLUSIVE'
  /** A vehicle profile that is wrong; file, line, column and path are named. */
  | 'PROFILE_INVALID'
  | 'PROFILE_UNKNOWN'
  | 'PROFILE_UNREADABLE'
  | 'RECORDING_STOPPED'
  /** It was there when it was chosen. */
  | 'RELEASE_UNKNOWN'
  /** A folder of the product's own, profiles or scenarios, is not where it was installed. */
  | 'RESOURCES_MISSING'
  | 'REPLAY_UNKNOWN'
  /** The broker retains other messages by now than a person was shown. */
  | 'REPLAY_AMBIGUOUS'
  | 'RETAINED_CHANGED'
  | 'RETAINED_CUT'
  | 'ROLE_RUNNING'
  /** More than may be kept or run at once. */
  /** No such run of a scenario is under way. */
  | 'RUN_UNKNOWN'
  /** Sample data, and a bench at a broker where others may be. */
  | 'SAMPLE_UNFIT'
  | 'SAMPLE_BUSY'
  | 'SAMPLE_INCOMPLETE'
  | 'TOO_MANY'
  | 'TIMELINE_UNKNOWN'
  | 'TRAFFIC_GONE'
  | 'TRUST_FILE'
  | 'UPDATE_UNKNOWN'
  | 'UPDATE_OVER'
  | 'VEHICLE_BUSY'
  /** The script that verifies reports is not where it was installed. */
  | 'VERIFIER_MISSING'
  | 'VEHICLE_KNOWN'
  | 'VEHICLE_OFFLINE'
  | 'VEHICLE_UNKNOWN'
  | 'UNEXPECTED';

export class BenchError extends CodedError<BenchErrorCode> {}

/** Any failure as a person reads it. A coded one speaks for itself; another says at least what it was. */
export function refusalOf(error: unknown): Refusal {
  if (isCodedError(error)) {
    const { code, reason, next } = error;
    return { code, reason, next };
  }
  // What a procedure refused, as its caller in this process or elsewhere receives it.
  if (error instanceof ORPCError && error.code === 'REFUSED') {
    const refused = RefusalView.safeParse(error.data);
    if (refused.success) return refused.data;
  }
  // A full disk shows at whichever write comes next.
  const disk = diskError(error);
  if (disk) return refusalOf(disk);
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'UNEXPECTED',
    reason: reason || 'something failed without a word',
    next: 'try again; if it stays, send the log to whoever maintains this bench',
  };
}
