import { describe, expect, it } from 'vitest';
import { type Dcu } from '#core/dcu';
import { type Life } from '#core/faults';
import { silentLog } from '#core/ports';
import { fixedClock } from '#core/testing';
import { openPowered, type PoweredVehicle } from './powered.ts';

const OFF_MS = 600_000;

const anIdleDcu = {
  vin: 'V1',
  vehicle: () => ({ fault: null }),
  onChange: () => () => undefined,
} as unknown as Dcu;

/** @param offMs null: its power stays */
const aLife = (offMs: number | null): Life => ({
  fit: (options) => options,
  cut: offMs === null ? new Promise(() => undefined) : Promise.resolve({ offMs }),
  isOn: offMs === null,
  end: () => undefined,
});

/** A vehicle whose power is off in the first of its lives. */
function aDarkVehicle() {
  const clock = fixedClock();
  const lives = [aLife(OFF_MS)];
  const closed: string[] = [];
  const { promise: back, resolve } = Promise.withResolvers<null>();
  const opening: Promise<PoweredVehicle> = openPowered({
    ...{ vin: 'V1', dir: '.', clock, log: silentLog },
    faults: { begin: () => lives.shift() ?? aLife(null) },
    open: async (life) => {
      if (!life.isOn) throw new Error('no power');
      return { dcu: anIdleDcu, close: async () => void closed.push('V1') };
    },
    onChange: () => resolve(null),
  });
  return { clock, opening, back, closed };
}

describe('a vehicle whose power is off as it is switched on', () => {
  it('keeps nobody waiting, neither for its start nor for its end', async () => {
    const { clock, opening, closed } = aDarkVehicle();
    const vehicle = await opening;
    expect(vehicle.dcu).toBeNull();
    await expect.poll(() => clock.sleepers()).toBe(1);
    await vehicle.close();
    expect(clock.sleepers()).toBe(0);
    expect(closed).toEqual([]);
  });

  it('comes by itself when the power does', async () => {
    const { clock, opening, back, closed } = aDarkVehicle();
    const vehicle = await opening;
    await expect.poll(() => clock.sleepers()).toBe(1);
    clock.advance(OFF_MS);
    await back;
    expect(vehicle.dcu).toMatchObject({ vin: 'V1' });
    await vehicle.close();
    expect(closed).toEqual(['V1']);
  });

  it('tells at once what else is wrong with it', async () => {
    const opening = openPowered({
      ...{ vin: 'V1', dir: '.', clock: fixedClock(), log: silentLog },
      faults: { begin: () => aLife(null) },
      open: () => Promise.reject(new Error('its profile is wrong')),
      onChange: () => undefined,
    });
    await expect(opening).rejects.toThrow('its profile is wrong');
  });
});
