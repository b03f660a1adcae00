export type { RowBatch, TrafficEvent, TrafficRing } from './types.ts';
