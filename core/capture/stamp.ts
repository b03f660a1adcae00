import type { CapturedMessage } from './types.ts';

/**
 * How far the wall clock may be from where the monotonic one says it should be, µs. Beyond it
 * either somebody set the clock or another process captured: both begin a new count.
 */
const ANCHOR_LIMIT_US = 50_000;

/**
 * Times of messages in whole µs since 1970: of the wall clock, spaced as the monotonic clock
 * measured, so that 1,000 messages within one millisecond keep their order and distance.
 */
export function createStamper(): (message: Pick<CapturedMessage, 'at' | 'mono'>) => number {
  let offset: number | null = null;
  return ({ at, mono }) => {
    const wall = at * 1_000;
    if (offset === null || Math.abs(mono + offset - wall) > ANCHOR_LIMIT_US) offset = wall - mono;
    return Math.round(mono + offset);
  };
}
