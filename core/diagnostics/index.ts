export { buildDiagnostics, type DiagnosticsInput } from './diagnostics.ts';
export { readLogs, type LogText } from './logs.ts';
