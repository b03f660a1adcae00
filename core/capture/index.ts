export { exportCsv, type CsvOptions } from './csv.ts';
export { CaptureError, type CaptureErrorCode } from './errors.ts';
export { importNdjson, type CaptureImport, type ImportReport, type LineFault } from './import.ts';
export { exportNdjson } from './ndjson.ts';
export { exportPcapng, type PcapngOptions } from './pcapng.ts';
export { replay } from './replay.ts';
export type {
  Drift,
  RefusedMessage,
  Replay,
  ReplayOptions,
  ReplayProgress,
  ReplayReport,
  ReplayTarget,
} from './replay-types.ts';
export type { RewriteRule } from './rewrite.ts';
export { createStamper } from './stamp.ts';
export type { CapturedMessage, CaptureKind } from './types.ts';
