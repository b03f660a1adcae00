import { CodedError } from '#core/ports';

export type FleetErrorCode =
  /** This process may not open as many connections as there are to be vehicles. */
  'OPEN_FILES_LIMIT' | 'FLEET_CLOSED';

export class FleetError extends CodedError<FleetErrorCode> {}
