import type { Clock } from '#core/ports';
import type { Updater } from './updater.ts';

/** A later is not a never. */
const AGAIN_MS = 86_400_000;

export type UpdateReminder = {
  /** Whether a vehicle is in the middle of an update, whenever that may have changed. */
  see(isBusy: boolean): void;
  close(): void;
};

/**
 * Looks for a newer OTA Bench at the start and once a day. One that waits for a vehicle is offered
 * again as soon as none is in the middle of an update any more.
 */
export function createUpdateReminder({
  updater,
  clock,
}: {
  updater: Updater;
  clock: Pick<Clock, 'sleep'>;
}): UpdateReminder {
  const over = new AbortController();
  /** An installation was wanted, and a vehicle was in the way. */
  let isWaiting = false;
  const ask = async (): Promise<void> => {
    const state = await updater.check();
    isWaiting = state.kind === 'ready' && state.waitsForVehicle;
  };
  const daily = async (): Promise<void> => {
    for (;;) {
      await ask();
      await clock.sleep(AGAIN_MS, over.signal);
    }
  };
  // Ends only by its signal.
  daily().catch(() => undefined);
  return {
    see(isBusy) {
      if (isBusy || !isWaiting || over.signal.aborted) return;
      isWaiting = false;
      void ask();
    },
    close: () => over.abort(),
  };
}
