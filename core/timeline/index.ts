export { fold, type TimelineState } from './fold.ts';
export { newTimeline, timelineOf, timelines } from './view.ts';
export type {
  Flag,
  FlagCode,
  Latency,
  Limits,
  Step,
  TimelineEntry,
  TimelineView,
  UpdateTimeline,
} from './types.ts';
