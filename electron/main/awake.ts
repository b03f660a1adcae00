import { powerSaveBlocker } from 'electron';
import type { Clock } from '#core/ports';
import { atWork, silentIn, type Glance } from './glance.ts';

/** Keeps the computer from falling asleep while a vehicle is busy with an update. */
export type Awake = { see(glance: Glance): void; close(): void };

export function createAwake(clock: Clock): Awake {
  let blocker: number | null = null;
  let looking = new AbortController();
  const release = (): void => {
    if (blocker !== null && powerSaveBlocker.isStarted(blocker)) powerSaveBlocker.stop(blocker);
    blocker = null;
  };
  const see = (glance: Glance): void => {
    looking.abort();
    looking = new AbortController();
    const now = clock.now();
    if (atWork(glance, now).length === 0) {
      release();
      return;
    }
    // The display may go dark: nobody has to watch.
    blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    const left = silentIn(glance, now);
    if (left === null) return;
    clock.sleep(left, looking.signal).then(
      () => {
        see(glance);
      },
      () => undefined,
    );
  };
  return {
    see,
    close: () => {
      looking.abort();
      release();
    },
  };
}
