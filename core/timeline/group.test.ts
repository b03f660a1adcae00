import { expect, it } from 'vitest';
import { aCaptured, TEST_VIN } from '#core/testing';
import { fold, newTimeline, timelines, type TimelineView } from './index.ts';

const told = (...said: readonly (readonly [suffix: string, body: object])[]): TimelineView => {
  const messages = said.map(([suffix, body]) =>
    aCaptured({
      topic: `vehicle/updates/${TEST_VIN}/${suffix}`,
      payload: JSON.stringify({ updateId: 'u1', ...body }),
    }),
  );
  return timelines(messages.reduce(fold, newTimeline()), 0)[0]!;
};
const begun = ['progress', { progress: 1, status: 'downloading' }] as const;
const member = { progress: 100, status: 'completed', bundleId: 'b', ecuId: 'brake' };

it('[D8] a bundle ends by what is said of the whole, and each word says whose it is', () => {
  const open = told(begun, ['progress', member]);
  expect(open.outcome).toBeNull();
  expect(open.entries.at(-1)).toMatchObject({ step: 'progress', says: 'brake: completed 100 %' });
  const whole = { ...member, ecuId: undefined };
  expect(told(begun, ['progress', member], ['progress', whole]).outcome).toBe('completed 100 %');
});

it('a refused command does not end the update', () => {
  const refused = { acknowledgment: 'Refused', command: 'pause' };
  expect(told(begun, ['status/acknowledgment', refused]).outcome).toBeNull();
});
