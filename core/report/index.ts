export { openReportBooks, type ReportBooks } from './books.ts';
export { buildReport } from './build.ts';
export { ReportError, type ReportErrorCode } from './errors.ts';
export type {
  Material,
  MomentName,
  NotedRelease,
  NotedSnapshot,
  NotedUpdate,
  Tool,
  Work,
  Zone,
} from './material.ts';
export { decodeReport, REPORT_BYTES_LIMIT } from './read.ts';
export { reportPage } from './html/page.ts';
export { wordOfStage } from './result.ts';
export { sessionView, type Session } from './sessions.ts';
export { signReport } from './sign.ts';
export { systemZone } from './time.ts';
export { bothTrusted, readFingerprint, readTrusted, type Trusted } from './trust.ts';
export { verifyReport } from './verify.ts';
