import { describe, expect, it, onTestFinished } from 'vitest';
import { type Dcu, type VehicleState } from '#core/dcu';
import { type Life } from '#core/faults';
import { silentLog } from '#core/ports';
import { fixedClock } from '#core/testing';
import { openPowered, type PoweredVehicle } from './powered.ts';

const FULL = { fault: { code: 'DISK_FULL' } } as unknown as VehicleState;
const FINE = { fault: null } as unknown as VehicleState;
const LOTS_BYTES = 10_000_000;
const OFF_MS = 600_000;

/** A vehicle that stops as the test says, as far as its supply sees it. */
function aDcu() {
  const listeners = new Set<(vehicle: VehicleState) => void>();
  let state = FINE;
  const dcu = {
    vin: 'V1',
    vehicle: () => state,
    onChange: (listener: (vehicle: VehicleState) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } as unknown as Dcu;
  const fill = (): void => {
    state = FULL;
    for (const each of [...listeners]) each(state);
  };
  return { dcu, fill, listeners };
}

/** A vehicle that runs, on a disk and a supply that the test has in hand. */
async function aVehicle() {
  const clock = fixedClock();
  const made: ReturnType<typeof aDcu>[] = [];
  const looks: number[] = [];
  const cuts: (() => void)[] = [];
  const hand = {
    free: 0,
    closed: 0,
    /** What stands in the way of the next starts. */
    refusals: [] as Error[],
    onClose: (): Promise<void> => Promise.resolve(),
  };
  const begin = (): Life => {
    const { promise: cut, resolve } = Promise.withResolvers<{ offMs: number }>();
    let isOn = true;
    cuts.push(() => {
      isOn = false;
      resolve({ offMs: OFF_MS });
    });
    return {
      fit: (options) => options,
      cut,
      get isOn() {
        return isOn;
      },
      end: () => undefined,
    };
  };
  const vehicle: PoweredVehicle = await openPowered({
    ...{ vin: 'V1', dir: '.', clock, log: silentLog, faults: { begin } },
    files: {
      freeBytes: () => {
        looks.push(clock.monotonic());
        return Promise.resolve(hand.free);
      },
    },
    open: () => {
      const refusal = hand.refusals.shift();
      if (refusal !== undefined) return Promise.reject(refusal);
      const one = aDcu();
      made.push(one);
      const close = (): Promise<void> => {
        hand.closed += 1;
        return hand.onClose();
      };
      return Promise.resolve({ dcu: one.dcu, close });
    },
    onChange: () => undefined,
  });
  onTestFinished(() => vehicle.close().catch(() => undefined));
  const waits = () => expect.poll(() => clock.sleepers()).toBe(1);
  const runs = async (starts: number): Promise<void> => {
    await expect.poll(() => made.length).toBe(starts);
    await expect.poll(() => made.at(-1)?.listeners.size).toBe(1);
  };
  /** It stops, and the wait for room begins. */
  const fill = async (): Promise<void> => {
    await expect.poll(() => made.at(-1)?.listeners.size).toBe(1);
    made.at(-1)?.fill();
    await waits();
  };
  /** Nothing is looked for a moment before `ms` are over; then it is. */
  const looksAfter = async (ms: number): Promise<void> => {
    const before = looks.length;
    clock.advance(ms - 1);
    expect(clock.sleepers()).toBe(1);
    clock.advance(1);
    await expect.poll(() => looks.length).toBe(before + 1);
  };
  const cutPower = (): void => cuts.at(-1)?.();
  return { vehicle, clock, made, hand, waits, runs, fill, looksAfter, cutPower };
}

describe('a vehicle that stopped at a full disk', () => {
  it('looks for room after a second, then doubling, at last every thirty', async () => {
    const { fill, looksAfter, waits, made, hand, runs } = await aVehicle();
    await fill();
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      await looksAfter(1_000 * seconds);
      await waits();
    }
    expect(made).toHaveLength(1);
    hand.free = LOTS_BYTES;
    await looksAfter(30_000);
    await runs(2);
    expect(hand.closed).toBe(1);
  });

  it('waits longer when it stops again at once, and a second again after it went on', async () => {
    const { fill, looksAfter, hand, runs, clock } = await aVehicle();
    hand.free = LOTS_BYTES;
    await fill();
    await looksAfter(1_000);
    await runs(2);
    await fill();
    await looksAfter(2_000);
    await runs(3);
    clock.advance(30_001);
    await fill();
    await looksAfter(1_000);
    await runs(4);
  });

  it('stays off for as long as a power cut says that comes while it waits', async () => {
    const { fill, cutPower, clock, hand, made, runs } = await aVehicle();
    await fill();
    cutPower();
    await expect.poll(() => hand.closed).toBe(1);
    await expect.poll(() => clock.sleepers()).toBe(1);
    hand.free = LOTS_BYTES;
    clock.advance(OFF_MS - 1);
    expect(made).toHaveLength(1);
    clock.advance(1);
    await runs(2);
    expect(clock.sleepers()).toBe(0);
  });

  it('starts no more and leaves no timer when it is closed while it waits', async () => {
    const { fill, vehicle, clock, hand, made } = await aVehicle();
    await fill();
    hand.free = LOTS_BYTES;
    await vehicle.close();
    expect(clock.sleepers()).toBe(0);
    clock.advance(60_000);
    expect(made).toHaveLength(1);
    expect(made[0]?.listeners.size).toBe(0);
    expect(hand.closed).toBe(1);
  });

  it('starts no more when it is closed on its way to start again', async () => {
    const { fill, vehicle, looksAfter, hand, made } = await aVehicle();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    await fill();
    hand.free = LOTS_BYTES;
    hand.onClose = () => promise;
    await looksAfter(1_000);
    await expect.poll(() => hand.closed).toBe(1);
    const closing = vehicle.close();
    resolve(undefined);
    await closing;
    expect(made).toHaveLength(1);
    expect(hand.closed).toBe(1);
  });

  it('tries again each second when something else stands in the way of its start', async () => {
    const { fill, looksAfter, hand, waits, clock, made, runs } = await aVehicle();
    await fill();
    hand.free = LOTS_BYTES;
    hand.refusals = [new Error('the broker is off'), new Error('the broker is off')];
    await looksAfter(1_000);
    for (const left of [1, 0]) {
      await expect.poll(() => hand.refusals.length).toBe(left);
      await waits();
      expect(made).toHaveLength(1);
      clock.advance(1_000);
    }
    await runs(2);
  });

  it('comes back also when it did not close in order, after a cut as after a full disk', async () => {
    const { fill, looksAfter, hand, runs, cutPower, waits, clock } = await aVehicle();
    hand.free = LOTS_BYTES;
    hand.onClose = () => Promise.reject(new Error('its books are gone'));
    await fill();
    await looksAfter(1_000);
    await runs(2);
    cutPower();
    await waits();
    clock.advance(OFF_MS);
    await runs(3);
  });
});
