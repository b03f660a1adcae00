export type { Direction, TrafficEvent } from './types.ts';
export { assertWhere } from './queries.ts';
export { openRecorder, type RecorderOptions } from './recorder.ts';
export { RecorderError, type RecorderErrorCode } from './errors.ts';
export type { BranchView, TopicView } from './book-types.ts';
export type {
  Bounds,
  Found,
  Mark,
  Page,
  PageQuery,
  Place,
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
