import { type Dcu } from '#core/dcu';
import { type Faults, type Life } from '#core/faults';
import { type Clock, type Log } from '#core/ports';

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
 * while it starts is there at once, and comes by itself. Any other failure is the caller's.
 */
export async function openPowered(options: {
  vin: string;
  faults: Pick<Faults, 'begin'>;
  clock: Clock;
  log: Log;
  open: (life: Life) => Promise<OpenVehicle>;
  onChange: () => void;
}): Promise<PoweredVehicle> {
  const { vin, faults, clock, log, open, onChange } = options;
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
  const comeBack = async (): Promise<OpenVehicle> => {
    await stayOff();
    for (;;) {
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
    const closed = new Promise<null>((resolve) => {
      signal.addEventListener('abort', () => resolve(null));
    });
    running = vehicle;
    for (;;) {
      if (vehicle !== null) {
        if ((await Promise.race([life.cut, closed])) === null) return;
        running = null;
        await vehicle.close();
        onChange();
      }
      vehicle = await comeBack();
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
      await kept;
      await running?.close();
      life.end();
    },
  };
}
