import { type Dcu, diskFiles, type Files, type VehicleState } from '#core/dcu';
import { type Clock, type Log } from '#core/ports';

/** First look for room after a halt; doubled after each that finds none. */
const FIRST_LOOK_MS = 1_000;
/** Whoever freed space should not have to wait, or press anything, for longer. */
const LONGEST_LOOK_MS = 30_000;
/** A journal folded beside its old self (below 512 KiB), the books, and what is to be said. */
const ENOUGH_BYTES = 1_048_576;

/** Looks after a vehicle that stopped because its disk was full. */
export type Room = {
  /**
   * Resolves once `dcu` stopped at a full disk and there is room again; the wait grows while it
   * stops anew each time, as under a quota that the file system does not tell.
   */
  again(dcu: Dcu, signal: AbortSignal): Promise<void>;
};

export function createRoom(options: {
  vin: string;
  dir: string;
  clock: Clock;
  log: Log;
  /** The disk that tells how much room `dir` has; the real one unless given. */
  files?: Pick<Files, 'freeBytes'>;
}): Room {
  const { vin, dir, clock, log, files = diskFiles } = options;
  let wait = FIRST_LOOK_MS;
  let foundAt = Number.NEGATIVE_INFINITY;
  return {
    async again(dcu, signal) {
      await stopped(dcu, signal);
      if (clock.monotonic() - foundAt > LONGEST_LOOK_MS) wait = FIRST_LOOK_MS;
      log('warn', `${vin} stopped: its disk is full; it goes on by itself once there is room`);
      do {
        await clock.sleep(wait, signal);
        wait = Math.min(2 * wait, LONGEST_LOOK_MS);
      } while (!(await hasRoom(files, dir)));
      signal.throwIfAborted();
      foundAt = clock.monotonic();
      log('info', `there is room again: ${vin} goes on from what it has on record`);
    },
  };
}

function stopped(dcu: Dcu, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const look = ({ fault }: VehicleState): void => {
      if (fault?.code !== 'DISK_FULL') return;
      leave();
      resolve();
    };
    const onAbort = (): void => {
      leave();
      reject(new Error('the vehicle is switched off'));
    };
    const undo = dcu.onChange(look);
    const leave = (): void => {
      undo();
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    look(dcu.vehicle());
  });
}

async function hasRoom(files: Pick<Files, 'freeBytes'>, dir: string): Promise<boolean> {
  // A folder that cannot be asked, as on a drive that was pulled out, has none yet.
  return files.freeBytes(dir).then(
    (free) => free >= ENOUGH_BYTES,
    () => false,
  );
}
