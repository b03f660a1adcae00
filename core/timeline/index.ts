export { fold, type TimelineState } from './fold.ts';
export { newTimeline, timelineOf, timelines } from './view.ts';
export type {
  Flag,
  FlagCode,
  JudgedMessage,
  Latency,
  Limits,
  Step,
  TimelineEntry,
  TimelineView,
  UpdateTimeline,
} from './types.ts';
