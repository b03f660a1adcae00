import type { TrafficRow } from '#core/contract';
import type { Direction, TrafficEvent } from './types.ts';

/** Order is part of the file format: append only, at most eight. */
const KINDS = [
  'publish',
  'connect',
  'disconnect',
  'subscribe',
  'refused',
] as const satisfies readonly TrafficRow['kind'][];
const DIRECTIONS = [null, 'in', 'out'] as const satisfies readonly (Direction | null)[];

/** bits 0–2 kind, 3–4 QoS, 5 retain, 6 dup, 7–8 direction */
export function flagsOf(event: TrafficEvent): number {
  return (
    KINDS.indexOf(event.kind) |
    ((event.qos ?? 0) << 3) |
    (event.retain === true ? 1 << 5 : 0) |
    (event.dup === true ? 1 << 6 : 0) |
    (DIRECTIONS.indexOf(event.direction ?? null) << 7)
  );
}

/** Larger than any flags: for tables with one entry for each. */
export const FLAGS_LIMIT = 1 << 9;

export type Flags = Pick<TrafficRow, 'kind' | 'qos' | 'retain' | 'dup'> & {
  readonly direction: Direction | null;
};

export function readFlags(flags: number): Flags {
  return {
    kind: KINDS[flags & 7] ?? 'publish',
    qos: ((flags >> 3) & 3) as 0 | 1 | 2,
    retain: (flags & (1 << 5)) !== 0,
    dup: (flags & (1 << 6)) !== 0,
    direction: DIRECTIONS[(flags >> 7) & 3] ?? null,
  };
}
