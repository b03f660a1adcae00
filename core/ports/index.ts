export { CodedError, isCodedError, type Refusal } from './errors.ts';
export { systemClock, type Clock } from './clock.ts';
export { systemRandom, type Random } from './random.ts';
export { silentLog, type Log, type LogLevel } from './log.ts';
export { redact, redactText, redactingLog } from './redact.ts';
export { endAll } from './end-all.ts';
export { unreachable } from './unreachable.ts';
