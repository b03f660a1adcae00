import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/protocol';
import { RELEASE_TYP, typOf, verifyObject } from '#core/signing';
import {
  anInventory,
  aVehicle,
  openSite,
  TEST_IMAGE,
  TEST_IMAGE_SHA256,
  TEST_VIN,
  whenBackend,
  whenStage,
  type Site,
  type TestVehicle,
} from '#core/testing';
import type { Backend } from './backend.ts';

const draft = {
  artifactSha256: TEST_IMAGE_SHA256,
  artifactName: 'brake.bin',
  version: '2.0.0',
  description: 'Better brakes',
  vin: TEST_VIN,
  ecuId: 'brake',
};

let site: Site;
beforeEach(async () => {
  site = await openSite();
});
afterEach(() => site.close());

async function known(of: Backend, dcu: TestVehicle): Promise<void> {
  await dcu.tell('inventory', anInventory(), { retain: true });
  await whenBackend(of, () => of.vehicles().some(({ ecus }) => ecus.length > 0));
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
}

describe('composing and publishing', () => {
  it('[S5] shows exactly the bytes it then publishes, signed by both keys', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const composed = await own.compose(draft);
    expect(Buffer.from(composed.bytes).toString()).toBe(composed.payload);
    expect(own.updates()).toEqual([]);
    expect(site.catalogue.releases()).toEqual([]);
    expect(site.broker.published.some(({ topic }) => topic === composed.topic)).toBe(false);

    const updateId = await own.publish(composed.composedId);
    const [arrived] = await dcu.heard('issue_details');
    expect(Buffer.from(arrived!.payload).toString()).toBe(composed.payload);
    const message = JSON.parse(composed.payload) as JsonObject;
    const manifest = message['manifest'] as JsonObject;
    const verify = (
      object: JsonObject,
      typ: Parameters<typeof verifyObject>[1]['typ'],
      use: 'backend' | 'release',
    ) => verifyObject(object, { typ, use, keys: site.keys, algorithms: ['EdDSA'] });
    expect(await verify(message, typOf('issue_details'), 'backend')).toMatchObject({
      kind: 'valid',
    });
    expect(await verify(manifest, RELEASE_TYP, 'release')).toMatchObject({ kind: 'valid' });
    expect(manifest).toMatchObject({
      hardwareId: 'brake-hw-1',
      releaseCounter: 5,
      firmware: { sha256: TEST_IMAGE_SHA256, length: TEST_IMAGE.length },
    });
    expect(Object.keys(message).slice(0, 2)).toEqual(['version', 'description']);
    expect(site.catalogue.release(composed.releaseId)).toEqual(manifest);
    expect(await whenStage(own, updateId, 'issued')).toMatchObject({
      updateId: composed.updateId,
      foreign: false,
    });
  });

  it('publishes a composition once, also when asked again after a restart', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const { composedId } = await own.compose(draft);
    const updateId = await own.publish(composedId);
    expect(await own.publish(composedId)).toBe(updateId);
    await whenStage(own, updateId, 'issued');
    await own.close();
    const again = await site.backend();
    expect(await again.publish(composedId)).toBe(updateId);
    expect(again.updates()).toHaveLength(1);
    expect(await dcu.heard('issue_details')).toHaveLength(1);
  });

  it('refuses what is unknown, too old, or overtaken', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    expect(await refusalOf(own.compose(draft))).toBe('VEHICLE_UNKNOWN');
    await known(own, dcu);
    expect(await refusalOf(own.compose({ ...draft, ecuId: 'none' }))).toBe('ECU_UNKNOWN');
    expect(await refusalOf(own.compose({ ...draft, artifactSha256: 'e'.repeat(64) }))).toBe(
      'ARTIFACT_UNKNOWN',
    );
    expect(await refusalOf(own.compose({ ...draft, version: '' }))).toBe('DRAFT_INVALID');
    expect(await refusalOf(own.publish('nothing'))).toBe('COMPOSED_UNKNOWN');
    const first = await own.compose(draft);
    const second = await own.compose(draft);
    await own.publish(second.composedId);
    expect(await refusalOf(own.publish(first.composedId))).toBe('COMPOSED_OVERTAKEN');
    const third = await own.compose(draft);
    site.clock.advance(15 * 60_000 + 1);
    expect(await refusalOf(own.publish(third.composedId))).toBe('COMPOSED_EXPIRED');
  });

  it('continues its updates after a restart', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await whenStage(own, updateId, 'issued');
    await dcu.tell('progress', { progress: 40, status: 'downloading' }, { updateId });
    await whenStage(own, updateId, 'downloading');
    await own.close();
    const again = await site.backend();
    expect(again.vehicles()[0]).toMatchObject({
      vin: TEST_VIN,
      ecus: [{ activity: 'downloading', progress: 40 }],
    });
    await dcu.tell('progress', { progress: 100, status: 'completed' }, { updateId });
    expect(await whenStage(again, updateId, 'completed')).toMatchObject({ progress: 100 });
  });
});
