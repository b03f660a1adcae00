export { FleetError, type FleetErrorCode } from './errors.ts';
export { createFleet, type Fleet, type FleetOptions, type FleetVehicle } from './fleet.ts';
export { checkOpenFiles } from './open-files.ts';
export { type FleetTally } from './tally.ts';
