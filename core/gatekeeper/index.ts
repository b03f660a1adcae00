export { startGatekeeper, type Gatekeeper, type GatekeeperOptions } from './gatekeeper.ts';
export { judgeIssue, type Arrival, type JudgeDeps } from './judge.ts';
export type { GateCode, GateRule, GateVerdict, Mark, Subject } from './verdict.ts';
