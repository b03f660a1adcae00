import { CodedError } from '#core/ports';

export type FaultErrorCode =
  /** No such kind, an unknown member, or a value outside its bounds. */
  | 'FAULT_INVALID'
  | 'FAULT_UNKNOWN'
  /** More than a vehicle may have at once. */
  | 'FAULTS_TOO_MANY';

export class FaultError extends CodedError<FaultErrorCode> {}

/** The power went: what is thrown at whatever would still touch the vehicle's disk. */
export class PowerCut extends Error {
  constructor() {
    super('the power is off');
    this.name = 'PowerCut';
  }
}
