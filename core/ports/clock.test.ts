import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from './index.ts';

const DAY_MS = 24 * 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('sleeps longer than the 24.8 days a timer of Node can hold', async () => {
  let awake = false;
  const sleeping = systemClock.sleep(60 * DAY_MS).then(() => (awake = true));
  await vi.advanceTimersByTimeAsync(60 * DAY_MS - 1);
  expect(awake).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(awake).toBe(true);
  await sleeping;
});

it.each([10, 60 * DAY_MS, Number.POSITIVE_INFINITY])(
  'a sleep of %d ms ends with its signal and leaves no timer',
  async (ms) => {
    const stop = new AbortController();
    const sleeping = systemClock.sleep(ms, stop.signal);
    expect(vi.getTimerCount()).toBe(1);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    expect(vi.getTimerCount()).toBe(0);
    await expect(systemClock.sleep(ms, stop.signal)).rejects.toThrow('enough');
  },
);
