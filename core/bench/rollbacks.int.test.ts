import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RollbackVerdictView, UpdateView, VehicleView } from '#core/contract';
import { aBench, tempDir, type TempDir } from '#core/testing';
import { type Bench, DEMO_VIN } from './index.ts';

let folder: TempDir;
let bench: Bench;
beforeAll(async () => {
  folder = await tempDir();
  bench = await aBench(folder.path);
  await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
});
afterAll(async () => {
  await bench.close();
  await folder.remove();
});

const where = { vin: DEMO_VIN, ecuId: 'infotainment' };

async function whenVehicle(fits: (vehicle: VehicleView) => boolean): Promise<VehicleView> {
  for await (const frame of await bench.client.vehicles.watch()) {
    const vehicle = frame.upserts.find(fits);
    if (vehicle) return vehicle;
  }
  throw new Error('the stream ended first');
}

async function whenUpdate(
  updateId: string,
  fits: (update: UpdateView) => boolean,
): Promise<UpdateView> {
  for await (const frame of await bench.client.updates.watch()) {
    const update = frame.upserts.find((one) => one.updateId === updateId && fits(one));
    if (update) return update;
  }
  throw new Error('the stream ended first');
}

async function verdictOf(updateId: string): Promise<RollbackVerdictView> {
  const [verdict, ...more] = await bench.client.vehicles.verdicts({ updateId });
  expect(more).toEqual([]);
  return verdict!;
}

describe('a rollback from the window', () => {
  it('is told before, done, and proved by one verdict that is there after a restart', async () => {
    await whenVehicle(({ online, ecus }) => online && ecus.length > 0);
    const before = await bench.client.vehicles.previewRollback(where);
    expect(before).toMatchObject({
      ...{ basis: 'measured', refusal: null },
      ...{ from: { version: '3.0.0' }, to: { version: '2.9.4' } },
    });
    const { updateId } = await bench.client.vehicles.rollback({ ...where, askedBy: 'Mia' });
    await whenUpdate(updateId, ({ stage }) => stage === 'rolled_back');
    const verdict = await verdictOf(updateId);
    expect(verdict).toMatchObject({
      ...{ origin: 'technician', askedBy: 'Mia', outcome: 'rolled_back', signature: 'valid' },
      after: { banks: [{}, { state: 'active', sha256: before.to!.sha256 }] },
    });
    const vehicle = await whenVehicle(({ job }) => job === null);
    expect(vehicle).toMatchObject({ waiting: 0, fault: null });
    // What was refused has a verdict as well, and both are in the history.
    const refused = await bench.client.vehicles.rollback({ ...where, ecuId: 'brake' });
    await whenUpdate(refused.updateId, ({ stage }) => stage === 'failed');
    expect(await verdictOf(refused.updateId)).toMatchObject({
      ...{ outcome: 'refused', action: 'none', reason: { code: 'NO_VALID_BANK' } },
    });
    await bench.client.bench.stop({ roles: ['dcu', 'backend', 'broker'] });
    expect(await bench.client.vehicles.verdicts({ vin: DEMO_VIN })).toHaveLength(2);
    expect(await bench.client.vehicles.history({ vin: DEMO_VIN })).toMatchObject([
      { kind: 'rollback', updateId: refused.updateId, stage: 'failed' },
      { kind: 'rollback', updateId, verdict: { verdictId: verdict.verdictId } },
    ]);
    const own = await bench.client.vehicles.history(where);
    expect(own.map((entry) => entry.updateId)).toEqual([updateId]);
    await expect(bench.client.vehicles.previewRollback(where)).rejects.toMatchObject({
      data: { code: 'BACKEND_OFF' },
    });
    await expect(
      bench.client.vehicles.confirm({ vin: DEMO_VIN, updateId, accept: true }),
    ).rejects.toMatchObject({ data: { code: 'BACKEND_OFF' } });
  });
});
