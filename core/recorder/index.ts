export { createTrafficRing, type TrafficRingOptions } from './traffic-ring.ts';
export type { Direction, RowBatch, TrafficEvent, TrafficRing } from './types.ts';
export { openRecorder, type RecorderOptions } from './recorder.ts';
export { RecorderError, type RecorderErrorCode } from './errors.ts';
export type { BranchView, TopicView } from './book-types.ts';
export type {
  Bounds,
  Found,
  Mark,
  Page,
  PageQuery,
  Progress,
  RecordedDetail,
  RecordedMessage,
  RecordedRow,
  Recorder,
  RecorderCounts,
  RecorderState,
  Retention,
  Watching,
  Where,
} from './recorder-types.ts';
