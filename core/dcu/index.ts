export { Unreachable, type BackendApi, type BackendApiOptions } from './backend-api.ts';
export { conditionChecks, limitsOf, type ConditionCheck } from './conditions.ts';
export { startDcu, type Dcu, type DcuOptions } from './dcu.ts';
export { DcuError, type DcuErrorCode } from './errors.ts';
export { diskFiles, type Files, type OpenFile } from './files.ts';
export { complaining, noHazards, type Hazards } from './hazards.ts';
export {
  DcuProfile,
  demoProfile,
  EcuProfile,
  seededBytes,
  SupplyWindow,
  VehicleConditions,
} from './profile.ts';
export {
  profileJsonSchema,
  ProfileFile,
  profileOf,
  VoltageWindows,
  type UnknownWindow,
} from './profile-file.ts';
export type { Run } from './state.ts';
export type { VehicleState } from './view.ts';
export { presenceWill } from './voice.ts';
