export { startGatekeeper, type Gatekeeper, type GatekeeperOptions } from './gatekeeper.ts';
export { judgeIssue } from './judge.ts';
export { judgeRelease, type ReleaseVerdict } from './judge-release.ts';
export type { Arrival, JudgeDeps } from './judge-types.ts';
export type { GateCode, GateRule, GateVerdict, Mark, Subject } from './verdict.ts';
