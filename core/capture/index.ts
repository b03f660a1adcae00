export { CaptureError, type CaptureErrorCode } from './errors.ts';
export type { CapturedMessage, CaptureKind } from './types.ts';
