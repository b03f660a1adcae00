export { startBackend, type Backend, type BackendOptions, type ComposedIssue } from './backend.ts';
export type { ApiOptions } from './api/api.ts';
export type { SignWith } from './compose.ts';
export { signManifest, type EcuTarget } from './sign-release.ts';
export { BackendError, type BackendErrorCode } from './errors.ts';
export type { Notice } from './notifications.ts';
export type { RefusedMessage } from './refusals.ts';
export type { KnownVehicle } from './vehicles.ts';
export { openRecords, type RecordedUpdate, type Records } from './records.ts';
