export { createTrafficRing, type TrafficRingOptions } from './traffic-ring.ts';
export type { RowBatch, TrafficEvent, TrafficRing } from './types.ts';
