import { expect, it } from 'vitest';
import { createUpdateReminder } from './update-reminder.ts';
import type { UpdaterState } from './updater.ts';

/** A day passes when it is told to. */
function aClock() {
  let pass = (): void => undefined;
  return {
    sleeps: [] as number[],
    nextDay: () => {
      pass();
    },
    sleep(ms: number, signal?: AbortSignal): Promise<void> {
      this.sleeps.push(ms);
      return new Promise((resolve, reject) => {
        pass = resolve;
        signal?.addEventListener('abort', () => reject(new Error('over')));
      });
    },
  };
}

function anUpdater(...states: UpdaterState[]) {
  const seen = { checks: 0 };
  const updater = {
    state: { kind: 'idle' } as UpdaterState,
    check: () => {
      seen.checks += 1;
      return Promise.resolve(
        states[seen.checks - 1] ?? ({ kind: 'newest', version: '1' } as const),
      );
    },
  };
  return { seen, updater };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const version = '2.0.0';

it('asks again when the vehicle that was in the way is done, and not before', async () => {
  const { seen, updater } = anUpdater({ kind: 'ready', version, waitsForVehicle: true });
  const reminder = createUpdateReminder({ updater, clock: aClock() });
  await turn();
  reminder.see(true);
  expect(seen.checks).toBe(1);
  reminder.see(false);
  expect(seen.checks).toBe(2);
  await turn();
  reminder.see(false);
  expect(seen.checks).toBe(2);
  reminder.close();
});

it('asks again a day after a later, and never because a vehicle is done', async () => {
  const later: UpdaterState = { kind: 'ready', version, waitsForVehicle: false };
  const { seen, updater } = anUpdater(later, { kind: 'found', version });
  const clock = aClock();
  const reminder = createUpdateReminder({ updater, clock });
  await turn();
  reminder.see(false);
  expect(seen.checks).toBe(1);
  clock.nextDay();
  await turn();
  expect([seen.checks, clock.sleeps]).toEqual([2, [86_400_000, 86_400_000]]);
  reminder.close();
  clock.nextDay();
  await turn();
  expect(seen.checks).toBe(2);
});
