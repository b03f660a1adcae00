import { CodedError } from '#core/ports';

export type BackendErrorCode =
  // Composing and publishing.
  | 'DRAFT_INVALID'
  | 'ARTIFACT_UNKNOWN'
  | 'VEHICLE_UNKNOWN'
  | 'ECU_UNKNOWN'
  | 'RELEASE_UNKNOWN'
  | 'BUNDLE_CYCLE'
  | 'COMPOSED_UNKNOWN'
  | 'COMPOSED_EXPIRED'
  | 'COMPOSED_OVERTAKEN'
  // Commands.
  | 'UPDATE_UNKNOWN'
  | 'UPDATE_ENDED'
  // The API.
  | 'PORT_IN_USE'
  | 'API_FAILED';

/** Why the backend does not do what it was asked. */
export class BackendError extends CodedError<BackendErrorCode> {}
