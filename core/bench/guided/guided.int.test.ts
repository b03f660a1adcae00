import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FitView, GuidedCheck, UpdateView } from '#core/contract';
import { systemClock } from '#core/ports';
import { aBench, tempDir, type TempDir } from '#core/testing';
import { type Bench, DEMO_VIN } from '../index.ts';

let folder: TempDir;
let bench: Bench;
/** Milliseconds by which the wall clock was set. */
let shift = 0;
beforeAll(async () => {
  folder = await tempDir();
  const clock = { ...systemClock, now: () => systemClock.now() + shift };
  bench = await aBench(folder.path, { clock });
});
afterAll(async () => {
  await bench.close();
  await folder.remove();
});

const vin = DEMO_VIN;

async function whenReported(): Promise<void> {
  for await (const frame of await bench.client.vehicles.watch()) {
    const [vehicle] = frame.upserts;
    // Also done with what it says last about an update that has ended.
    if (vehicle?.online === true && vehicle.ecus.length > 0 && vehicle.job === null) return;
  }
}

async function ended(updateId: string): Promise<UpdateView> {
  for await (const frame of await bench.client.updates.watch()) {
    const update = frame.upserts.find((each) => each.updateId === updateId);
    if (!update || !['completed', 'failed', 'refused', 'cancelled'].includes(update.stage))
      continue;
    await whenReported();
    return update;
  }
  throw new Error('the stream ended first');
}

async function plan(chosen: { releaseId: string; ecuId: string }[] = []): Promise<FitView[]> {
  return (await bench.client.guided.plan({ vin, chosen })).fits;
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error as { data: { code: string } }).data.code,
  );

/** `infotainment 3.1.0` → why not, or `fits`. */
const verdicts = (fits: readonly FitView[]): Record<string, string> =>
  Object.fromEntries(
    fits.map(({ release, refusal, rule }) => [
      `${release.hardwareId} ${release.version}`,
      refusal === null ? 'fits' : `${rule ?? ''} ${refusal.code}`,
    ]),
  );

const itemOf = (fits: readonly FitView[], ecuId: string) => {
  const fit = fits.find((each) => each.ecuId === ecuId && each.refusal === null)!;
  return { releaseId: fit.release.releaseId, ecuId };
};

describe('the guided update', () => {
  it('says that the backend is off, and that a vehicle has not told what it has', async () => {
    expect(await codeOf(bench.client.guided.plan({ vin }))).toBe('BACKEND_OFF');
    const { added } = await bench.client.guided.addSamples();
    expect(added).toBe(6);
    expect(await bench.client.guided.addSamples()).toEqual({ added: 0 });
    await bench.client.bench.start({ roles: ['broker', 'backend'] });
    expect(await codeOf(bench.client.guided.plan({ vin: 'NOBODY' }))).toBe('VEHICLE_UNKNOWN');
    await bench.client.bench.start({ roles: ['dcu'] });
    await whenReported();
  });

  it('[G4] [G7] [G8] judges each release of the catalogue, and says why it does not fit', async () => {
    expect(verdicts(await plan())).toEqual({
      'HW-INFOTAINMENT-01 3.1.0': 'fits',
      'HW-GATEWAY-01 3.1.0': 'fits',
      'HW-ENGINE-01 3.2.0': 'G7 REQUIREMENT_UNMET',
      'HW-BRAKE-01 2.9.0': 'G8 COUNTER_BELOW_INSTALLED',
      'HW-INFOTAINMENT-01 3.0.9': 'G4 EXPIRED',
      'HW-CAMERA-01 1.4.0': 'G7 HARDWARE_INCOMPATIBLE',
    });
  });

  it('[D8] counts what is chosen as there', async () => {
    const chosen = [itemOf(await plan(), 'gateway')];
    expect(verdicts(await plan(chosen))['HW-ENGINE-01 3.2.0']).toBe('fits');
  });

  it('lists each condition with its value, and starts nothing while one does not hold', async () => {
    const items = [itemOf(await plan(), 'infotainment')];
    const state = async (): Promise<Record<string, GuidedCheck['state']>> => {
      const { checks } = await bench.client.guided.check({ vin, items });
      return Object.fromEntries(checks.map((each) => [each.check, each.state]));
    };
    const met = { broker: 'met', backend: 'met', online: 'met', idle: 'met', release: 'met' };
    expect(await state()).toEqual({ ...met, supply: 'met', parked: 'met', space: 'met' });
    await bench.client.vehicles.setConditions({
      ...{ vin, conditions: { supplyMillivolts: 10_900, parked: false } },
    });
    expect(await state()).toEqual({ ...met, supply: 'unmet', parked: 'unmet', space: 'met' });
    const { checks } = await bench.client.guided.check({ vin, items });
    expect(checks.find(({ check }) => check === 'supply')).toMatchObject({
      ...{ has: 10_900, min: 11_500, max: 15_500 },
      refusal: { code: 'SUPPLY_LOW' },
    });
    const start = bench.client.guided.start({ startId: randomUUID(), vin, items });
    expect(await codeOf(start)).toBe('SUPPLY_LOW');
    await bench.client.vehicles.setConditions({
      ...{ vin, conditions: { supplyMillivolts: 12_600, parked: true } },
    });
  });

  it('starts once for one id, and not beside an update that runs', async () => {
    const items = [itemOf(await plan(), 'gateway')];
    const startId = randomUUID();
    const [first, again, other] = await Promise.allSettled([
      bench.client.guided.start({ startId, vin, items }),
      bench.client.guided.start({ startId, vin, items }),
      bench.client.guided.start({ startId: randomUUID(), vin, items }),
    ]);
    expect(again).toEqual(first);
    expect(other).toMatchObject({ status: 'rejected', reason: { data: { code: 'VEHICLE_BUSY' } } });
    const { updateId } = (first as PromiseFulfilledResult<{ updateId: string }>).value;
    expect(await ended(updateId)).toMatchObject({ stage: 'completed', version: '3.1.0' });
    expect(await bench.client.guided.start({ startId, vin, items })).toEqual({ updateId });
    const gateway = (await plan()).find(({ ecuId }) => ecuId === 'gateway')!;
    expect(gateway).toMatchObject({ relation: 'same', installedVersion: '3.1.0', refusal: null });
    expect(gateway.usualMs).toBeGreaterThan(0);
  });

  it('[D8] installs several releases as one, and refuses one that is gone by its name', async () => {
    const fits = await plan();
    const items = [itemOf(fits, 'engine'), itemOf(fits, 'infotainment')];
    const { updateId } = await bench.client.guided.start({ startId: randomUUID(), vin, items });
    const done = await ended(updateId);
    expect(done.stage).toBe('completed');
    expect(done.members.map(({ ecuId, stage }) => `${ecuId} ${stage}`).sort()).toEqual([
      'engine completed',
      'infotainment completed',
    ]);
    const gone = { vin, items: [{ releaseId: 'gone', ecuId: 'engine' }] };
    const refused = bench.client.guided.start({ startId: randomUUID(), ...gone });
    expect(await codeOf(refused)).toBe('RELEASE_UNKNOWN');
  });

  it.each([
    ['nobody’s VIN', { vin: 'NOBODY' }, 'VEHICLE_OFFLINE'],
    ['no VIN', { vin: '../x' }, 'BAD_INPUT'],
    ['nothing to install', { items: [] }, 'BAD_INPUT'],
    ['an ECU that is not there', { ecuId: 'none' }, 'ECU_UNKNOWN'],
    ['an ECU of other hardware', { ecuId: 'gateway' }, 'HARDWARE_INCOMPATIBLE'],
    ['one ECU twice', { twice: true }, 'BAD_INPUT'],
  ])('starts nothing for %s', async (_what, { ecuId, twice, ...wrong }: Wrong, code) => {
    const { releaseId } = itemOf(await plan(), 'infotainment');
    const item = { releaseId, ecuId: ecuId ?? 'infotainment' };
    const items = twice === true ? [item, item] : [item];
    const before = await updateCount();
    const start = bench.client.guided.start({ startId: randomUUID(), vin, items, ...wrong });
    expect(await codeOf(start)).toBe(code);
    expect(await updateCount()).toBe(before);
  });

  it('[G4] refuses a release that ended between the choice and the start', async () => {
    const items = [itemOf(await plan(), 'infotainment')];
    shift = 500 * 24 * 3_600_000;
    const start = bench.client.guided.start({ startId: randomUUID(), vin, items });
    expect(await codeOf(start)).toBe('EXPIRED');
    shift = 0;
  });

  it('starts nothing on a vehicle that was removed between the choice and the start', async () => {
    const items = [itemOf(await plan(), 'infotainment')];
    await bench.client.vehicles.remove({ vin });
    const { checks } = await bench.client.guided.check({ vin, items });
    expect(checks.find(({ check }) => check === 'online')).toMatchObject({ state: 'unmet' });
    const start = bench.client.guided.start({ startId: randomUUID(), vin, items });
    expect(await codeOf(start)).toBe('VEHICLE_OFFLINE');
  });
});

type Wrong = {
  vin?: string;
  items?: { releaseId: string; ecuId: string }[];
  ecuId?: string;
  twice?: boolean;
};

async function updateCount(): Promise<number> {
  for await (const { upserts } of await bench.client.updates.watch()) return upserts.length;
  throw new Error('the stream ended first');
}
