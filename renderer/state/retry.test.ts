import { describe, expect, it } from 'vitest';
import { pause, retryDelay } from './retry.ts';

describe('retryDelay', () => {
  it('doubles up to its cap and stays there', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 1_000].map(retryDelay)).toEqual([
      0, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
  });
});

describe('pause', () => {
  it('ends at once when it is aborted', async () => {
    const controller = new AbortController();
    const waiting = pause(3_600_000, controller.signal);
    controller.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(pause(3_600_000, controller.signal)).resolves.toBeUndefined();
  });
});
