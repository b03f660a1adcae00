import { type Dcu } from '#core/dcu';
import { type Faults, type Life } from '#core/faults';
import { type Clock, type Log } from '#core/ports';

/** A vehicle that runs, with what it needs around it. */
export type OpenVehicle = {
  readonly dcu: Dcu;
  close(): Promise<void>;
  /** Closes it, and takes back what the broker retains of it. */
  forget(): Promise<void>;
};

/** After a start that failed, a broker that is off for instance. */
const RETRY_MS = 1_000;

/**
 * A vehicle on a supply that may go: it is taken off the broker as it fell, stays off for as long
 * as the fault says, and starts again from its folder. `dcu` is the one that runs, or ran last.
 */
export async function openPowered(options: {
  vin: string;
  faults: Faults;
  clock: Clock;
  log: Log;
  open: (life: Life) => Promise<OpenVehicle>;
  onChange: () => void;
}): Promise<OpenVehicle> {
  const { vin, faults, clock, log, open, onChange } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let life = faults.begin(vin);
  let running: OpenVehicle | null = null;

  /** Again and again while its power goes in the middle of it; any other failure is the caller's. */
  const start = async (): Promise<OpenVehicle> => {
    for (;;) {
      try {
        return await open(life);
      } catch (error) {
        life.end();
        if (life.isOn) throw error;
        await stayOff();
      }
    }
  };
  const stayOff = async (): Promise<void> => {
    const { offMs } = await life.cut;
    log('warn', `the power of ${vin} went, for ${offMs} ms`);
    await clock.sleep(offMs, signal);
    life = faults.begin(vin);
  };
  const restart = async (): Promise<OpenVehicle> => {
    for (;;) {
      try {
        return await start();
      } catch (error) {
        signal.throwIfAborted();
        log('error', `${vin} did not start again`, { reason: String(error) });
        await clock.sleep(RETRY_MS, signal);
        life = faults.begin(vin);
      }
    }
  };

  const keepOn = async (first: OpenVehicle): Promise<void> => {
    running = first;
    const closed = new Promise<null>((resolve) => {
      signal.addEventListener('abort', () => resolve(null));
    });
    let shown = first;
    for (;;) {
      if ((await Promise.race([life.cut, closed])) === null) return;
      running = null;
      await shown.close();
      onChange();
      await stayOff();
      shown = await restart();
      vehicle = shown;
      running = shown;
      onChange();
    }
  };

  let vehicle = await start();
  const kept = keepOn(vehicle).catch((error: unknown) => {
    if (!signal.aborted) log('error', `${vin} stays off`, { reason: String(error) });
  });
  const switchOff = async (how: 'close' | 'forget'): Promise<void> => {
    closing.abort(new Error('the vehicle is switched off'));
    await kept;
    await running?.[how]();
    life.end();
  };
  return {
    get dcu() {
      return vehicle.dcu;
    },
    close: () => switchOff('close'),
    forget: () => switchOff('forget'),
  };
}
