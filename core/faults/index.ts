export { FaultError, PowerCut, type FaultErrorCode } from './errors.ts';
export { createFaults, type Faults } from './faults.ts';
export { faultKinds } from './kinds.ts';
export type { Life } from './life.ts';
export { parseFault, type WrittenFault } from './text.ts';
