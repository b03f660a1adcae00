import { type Dcu, type Files } from '#core/dcu';
import { type Faults, type Life } from '#core/faults';
import { type Clock, endAll, type Log } from '#core/ports';
import { createRoom } from './room.ts';

/** A vehicle that runs, with what it needs around it. */
export type OpenVehicle = {
  readonly dcu: Dcu;
  close(): Promise<void>;
};

/** A vehicle whose power comes and goes. */
export type PoweredVehicle = {
  readonly vin: string;
  /** The one that runs, or ran last; null while its power has been off from the start. */
  readonly dcu: Dcu | null;
  /** Waits for no power to come back. */
  close(): Promise<void>;
};

/** After a start that failed, a broker that is off for instance. */
const RETRY_MS = 1_000;

/**
 * A vehicle on a supply that may go: it is taken off the broker as it fell, stays off for as long
 * as the fault says, and starts again from its folder. Nobody waits for that: one whose power goes
 * while it starts is there at once, and comes by itself. So does one that stopped at a full disk,
 * once there is room. Any other failure is the caller's.
 */
export async function openPowered(options: {
  vin: string;
  /** Where it keeps what it must not lose. */
  dir: string;
  faults: Pick<Faults, 'begin'>;
  clock: Clock;
  log: Log;
  open: (life: Life) => Promise<OpenVehicle>;
  onChange: () => void;
  /** The disk that tells how much room `dir` has; the real one unless given. */
  files?: Pick<Files, 'freeBytes'>;
}): Promise<PoweredVehicle> {
  const { vin, faults, clock, log, open, onChange } = options;
  const room = createRoom(options);
  const closing = new AbortController();
  const { signal } = closing;
  let life = faults.begin(vin);
  let running: OpenVehicle | null = null;

  /** Null when its power went in the middle of it. */
  const tryOpen = async (): Promise<OpenVehicle | null> => {
    try {
      return await open(life);
    } catch (error) {
      life.end();
      if (life.isOn) throw error;
      return null;
    }
  };
  const stayOff = async (): Promise<void> => {
    const { offMs } = await life.cut;
    log('warn', `the power of ${vin} went, for ${offMs} ms`);
    await clock.sleep(offMs, signal);
  };
  const startAgain = async (): Promise<OpenVehicle> => {
    for (;;) {
      signal.throwIfAborted();
      life = faults.begin(vin);
      try {
        const opened = await tryOpen();
        if (opened !== null) return opened;
        await stayOff();
      } catch (error) {
        signal.throwIfAborted();
        log('error', `${vin} did not start again`, { reason: String(error) });
        await clock.sleep(RETRY_MS, signal);
      }
    }
  };

  let vehicle = await tryOpen();
  const keepOn = async (): Promise<void> => {
    const closed = new Promise<'closed'>((resolve) => {
      signal.addEventListener('abort', () => resolve('closed'));
    });
    const endOf = async ({ dcu }: OpenVehicle): Promise<'cut' | 'closed' | 'full'> => {
      const over = new AbortController();
      const full = room.again(dcu, over.signal).then(() => 'full' as const);
      // Overtaken by the end of its power, or of everything.
      full.catch(() => undefined);
      const cut = life.cut.then(() => 'cut' as const);
      try {
        return await Promise.race([closed, cut, full]);
      } finally {
        over.abort();
      }
    };
    running = vehicle;
    for (;;) {
      const why = vehicle === null ? 'cut' : await endOf(vehicle);
      if (why === 'closed') return;
      running = null;
      // What it could not write is not on record: it must not be left half-started for that.
      await vehicle?.close().catch((error: unknown) => {
        log('warn', `${vin} did not close in order`, { reason: String(error) });
      });
      if (why === 'full') {
        life.end();
      } else {
        if (vehicle !== null) onChange();
        await stayOff();
      }
      vehicle = await startAgain();
      running = vehicle;
      onChange();
    }
  };
  const kept = keepOn().catch((error: unknown) => {
    if (!signal.aborted) log('error', `${vin} stays off`, { reason: String(error) });
  });
  return {
    vin,
    get dcu() {
      return vehicle?.dcu ?? null;
    },
    async close() {
      closing.abort(new Error('the vehicle is switched off'));
      await endAll([() => kept, () => running?.close(), () => life.end()]);
    },
  };
}
