import { expect, it, onTestFinished } from 'vitest';
import { type Dcu, seededBytes, startDcu } from '#core/dcu';
import { createFaults } from '#core/faults';
import { type Log, silentLog, systemClock } from '#core/ports';
import {
  TEST_VIN,
  canMount,
  fixedClock,
  smallDisk,
  smallProfile,
  startVehicleBench,
} from '#core/testing';
import { openPowered } from './powered.ts';

const ENDS: ReadonlySet<unknown> = new Set(['completed', 'failed', 'rolled_back', 'cancelled']);
/** No look for room comes later than this. */
const LONGEST_LOOK_MS = 30_000;

it.runIf(canMount)(
  'a vehicle that stopped at a full disk goes on with its update by itself once there is room',
  { timeout: 60_000 },
  async () => {
    const disk = await smallDisk(16);
    onTestFinished(disk.remove);
    const bench = await startVehicleBench();
    onTestFinished(() => bench.close());
    const clock = fixedClock();
    const told: string[] = [];
    const log: Log = (level, message) => void told.push(`${level} ${message}`);
    let starts = 0;
    const vehicle = await openPowered({
      ...{ vin: TEST_VIN, dir: disk.path, clock, log },
      faults: createFaults({ seed: 'full', clock: systemClock }),
      open: async (life) => {
        starts += 1;
        const link = bench.openLink();
        await link.whenUp();
        const changes = { profile: { ...smallProfile(), confirmInstall: true }, log: silentLog };
        const dcu = await startDcu(life.fit(bench.optionsOf(disk.path, link, changes)));
        return {
          dcu,
          close: async () => {
            await dcu.close();
            await link.close();
          },
        };
      },
      onChange: () => undefined,
    });
    onTestFinished(() => vehicle.close());
    const dcu = (): Dcu => vehicle.dcu ?? expect.fail('it is off');

    /** Stops it by something that has to be written, and frees the disk after a look for room. */
    const throughFullDisk = async (write: () => Promise<unknown>): Promise<void> => {
      const before = starts;
      disk.fill();
      await write().catch(() => undefined);
      await expect.poll(() => dcu().vehicle().fault?.code).toBe('DISK_FULL');
      expect(dcu().vehicle().fault?.next).toContain('by itself');
      await expect.poll(() => clock.sleepers()).toBe(1);
      clock.advance(LONGEST_LOOK_MS);
      await expect.poll(() => clock.sleepers()).toBe(1);
      expect(starts).toBe(before);
      disk.free();
      clock.advance(LONGEST_LOOK_MS);
      await expect.poll(() => starts).toBe(before + 1);
      await expect.poll(() => dcu().vehicle().fault?.code).toBeUndefined();
    };
    const offer = async (updateId: string, n: number): Promise<void> => {
      const image = seededBytes({ seed: updateId, length: 100_000 });
      const version = `${String(n)}.0`;
      await bench.offer(await bench.release(image, { version, releaseCounter: n }), { updateId });
      await bench.heard(
        'progress',
        (it) => it['updateId'] === updateId && it['waiting'] === 'confirmation',
      );
    };
    const ended = (updateId: string) =>
      bench.heard('progress', (it) => it['updateId'] === updateId && ENDS.has(it['status']));

    // Its state was on record: it goes on where it was.
    await offer('u1', 3);
    await throughFullDisk(() => bench.command({ command: 'pause', updateId: 'u1' }));
    expect(dcu().vehicle().job).toMatchObject({ updateId: 'u1' });
    await dcu().confirm('u1', true);
    expect(await ended('u1')).toMatchObject({ status: 'completed', version: '3.0' });

    // It had no room for its next step: what it could not say then, it says now.
    await offer('u2', 4);
    await throughFullDisk(() => dcu().confirm('u2', true));
    expect(await ended('u2')).toMatchObject({ status: 'failed', reason: { code: 'NO_SPACE' } });
    expect(told.map((line) => line.split(' ')[0])).toEqual(['warn', 'info', 'warn', 'info']);
  },
);
