import { describe, expect, it } from 'vitest';
import { remaining, roundedMs, type Sample } from './remaining.ts';

const every = (stage: Sample['stage'], from: number, to: number, startAt = 0): Sample[] =>
  Array.from({ length: to - from + 1 }, (_, n) => ({
    ...{ at: startAt + n * 1_000, progress: from + n, stage },
  }));
const alone = { usualMs: null, several: false };

describe('the time an update will still take', () => {
  it('is not known before there is something to tell it by', () => {
    expect(remaining([], 0, alone)).toEqual({ kind: 'unknown' });
    expect(remaining(every('downloading', 0, 1), 1_000, alone)).toEqual({ kind: 'unknown' });
    expect(remaining(every('issued', 0, 9), 9_000, alone)).toEqual({ kind: 'unknown' });
  });

  it('goes to the end of the phase where nobody knows how long the others take', () => {
    const told = remaining(every('downloading', 5, 15), 10_000, alone);
    expect(told).toEqual({ kind: 'phase', ms: 30_000 });
  });

  it('goes to the end where such updates were measured', () => {
    const told = remaining(every('downloading', 5, 15), 10_000, {
      usualMs: 100_000,
      several: false,
    });
    expect(told).toEqual({ kind: 'whole', ms: 30_000 + 55_000 });
  });

  it('takes the rate of the phase it is in, not of the one before', () => {
    const samples = [...every('downloading', 40, 44), ...every('installing', 46, 50, 60_000)];
    expect(remaining(samples, 64_000, alone)).toEqual({ kind: 'phase', ms: 40_000 });
  });

  it('is not known while nothing moves or nothing is heard', () => {
    const samples = every('installing', 50, 60);
    expect(remaining(samples, 10_000 + 16_000, alone)).toEqual({ kind: 'unknown' });
    const still = samples.map((each) => ({ ...each, progress: 50 }));
    expect(remaining(still, 10_000, alone)).toEqual({ kind: 'unknown' });
  });

  it('counts several ECUs as one way', () => {
    const told = remaining(every('installing', 10, 20), 10_000, { usualMs: null, several: true });
    expect(told).toEqual({ kind: 'whole', ms: 80_000 });
  });

  it('is said in round figures, never too short', () => {
    expect([1, 12_000, 61_000, 400_000].map(roundedMs)).toEqual([5_000, 15_000, 90_000, 420_000]);
  });
});
