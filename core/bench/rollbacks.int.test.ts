import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GroupDraft, RollbackVerdictView, UpdateView, VehicleView } from '#core/contract';
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

describe('a bundle from the window', () => {
  it('[D8] passes the gatekeeper, is installed in order and followed by its members', async () => {
    await whenVehicle(({ online, ecus }) => online && ecus.length > 0);
    const images = await Promise.all(
      ['engine', 'gateway'].map((name) => upload(name, Buffer.from(`${name} image`))),
    );
    const [engine, gateway] = images;
    const draft: GroupDraft = {
      ...{ vin: DEMO_VIN, version: 'autumn', description: 'Both at once' },
      members: [
        {
          ...{ ecuId: 'engine', version: '4.0', artifactName: 'e.bin', artifactSha256: engine! },
          requires: [{ hardwareId: 'HW-GATEWAY-01', minReleaseCounter: 3 }],
        },
        { ecuId: 'gateway', version: '4.1', artifactName: 'g.bin', artifactSha256: gateway! },
      ],
    };
    const composed = await bench.client.updates.composeGroup({ draft });
    const message = JSON.parse(composed.payload) as Record<string, unknown>;
    expect(message).toMatchObject({
      ...{ version: 'autumn', ecuIds: ['gateway', 'engine'] },
      bundle: { bundleId: composed.releaseId, releases: [{}, {}] },
    });
    const { updateId } = await bench.client.updates.publish({ composedId: composed.composedId });
    const done = await whenUpdate(updateId, ({ stage }) => stage === 'completed');
    expect(done.members).toMatchObject([
      { ecuId: 'gateway', version: '4.1', stage: 'completed', progress: 100 },
      { ecuId: 'engine', version: '4.0', stage: 'completed', progress: 100 },
    ]);
    const stages = done.steps.map(({ stage }) => stage);
    expect(stages).toEqual([...stages].sort((a, b) => order(a) - order(b)));
    const vehicle = await whenVehicle(({ ecus, job }) => {
      const ecu = ecus.find(({ ecuId }) => ecuId === 'engine');
      return job === null && ecu?.banks.some(({ version }) => version === '4.0') === true;
    });
    expect(vehicle.ecus.find(({ ecuId }) => ecuId === 'gateway')?.activeBank).toBe('B');
    const cycle = [{ hardwareId: 'HW-ENGINE-01', minReleaseCounter: 1 }];
    const members = draft.members.map((member) => ({
      ...member,
      requires: member.requires ?? cycle,
    }));
    await expect(
      bench.client.updates.composeGroup({ draft: { ...draft, members } }),
    ).rejects.toMatchObject({ data: { code: 'BUNDLE_CYCLE' } });
  });
});

const STAGES = ['issued', 'available', 'acknowledged', 'downloading', 'installing', 'completed'];
const order = (stage: string): number => STAGES.indexOf(stage);

async function upload(name: string, bytes: Buffer): Promise<string> {
  const { firmware } = bench.client;
  const { uploadId } = await firmware.begin({ name, size: bytes.length });
  await firmware.chunk({ uploadId, offset: 0, base64: bytes.toString('base64') });
  return (await firmware.finish({ uploadId })).sha256;
}

describe('a recall', () => {
  it('[D7] takes a version back wherever it runs, and each verdict says that a campaign did', async () => {
    await whenVehicle(({ online, job }) => online && job === null);
    const nobody = await bench.client.vehicles.recall({ ecuId: 'engine', version: 'no such' });
    expect(nobody).toEqual({ asked: [], unasked: [] });
    const wish = { ecuId: 'engine', version: '4.0', askedBy: 'recall 7' };
    const agreed = { vin: DEMO_VIN, toSha256: 'a'.repeat(64) };
    expect(await bench.client.vehicles.recall({ ...wish, agreed })).toMatchObject({
      ...{ asked: [], unasked: [{ vin: DEMO_VIN, refusal: { code: 'ROLLBACK_CHANGED' } }] },
    });
    const { asked, unasked } = await bench.client.vehicles.recall(wish);
    expect([asked.map(({ vin }) => vin), unasked]).toEqual([[DEMO_VIN], []]);
    await whenUpdate(asked[0]!.updateId, ({ stage }) => stage === 'rolled_back');
    expect(await verdictOf(asked[0]!.updateId)).toMatchObject({
      ...{ origin: 'campaign', askedBy: 'recall 7', reason: { code: 'CAMPAIGN' } },
    });
  });
});

describe('a rollback from the window', () => {
  it('is told before, done, and proved by one verdict that is there after a restart', async () => {
    await whenVehicle(({ online, ecus }) => online && ecus.length > 0);
    const before = await bench.client.vehicles.previewRollback(where);
    expect(before).toMatchObject({
      ...{ basis: 'measured', refusal: null },
      ...{ from: { version: '3.0.0' }, to: { version: '2.9.4' } },
    });
    const stale = bench.client.vehicles.rollback({ ...where, toSha256: 'a'.repeat(64) });
    await expect(stale).rejects.toMatchObject({ data: { code: 'ROLLBACK_CHANGED' } });
    const agreed = { ...where, toSha256: before.to!.sha256! };
    const { updateId } = await bench.client.vehicles.rollback({ ...agreed, askedBy: 'Mia' });
    await whenUpdate(updateId, ({ stage }) => stage === 'rolled_back');
    const verdict = await verdictOf(updateId);
    expect(verdict).toMatchObject({
      ...{ origin: 'technician', askedBy: 'Mia', outcome: 'rolled_back', signature: 'valid' },
      after: { banks: [{}, { state: 'active', sha256: before.to!.sha256 }] },
    });
    const vehicle = await whenVehicle(({ job }) => job === null);
    expect(vehicle).toMatchObject({ waiting: 0, fault: null });
    // What was refused has a verdict as well, and both are in the history.
    const nothing = { ...agreed, ecuId: 'brake' };
    await expect(bench.client.vehicles.rollback(nothing)).rejects.toMatchObject({
      data: { code: 'ROLLBACK_CHANGED' },
    });
    const refused = await bench.client.vehicles.rollback({ ...where, ecuId: 'brake' });
    await whenUpdate(refused.updateId, ({ stage }) => stage === 'failed');
    expect(await verdictOf(refused.updateId)).toMatchObject({
      ...{ outcome: 'refused', action: 'none', reason: { code: 'NO_VALID_BANK' } },
    });
    await bench.client.bench.stop({ roles: ['dcu', 'backend', 'broker'] });
    expect(await bench.client.vehicles.verdicts({ vin: DEMO_VIN })).toHaveLength(3);
    expect(await bench.client.vehicles.history({ vin: DEMO_VIN })).toMatchObject([
      { kind: 'rollback', updateId: refused.updateId, stage: 'failed' },
      { kind: 'rollback', updateId, verdict: { verdictId: verdict.verdictId } },
      { kind: 'rollback', ecuId: 'engine', stage: 'rolled_back' },
      { kind: 'update', version: 'autumn', stage: 'completed' },
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
