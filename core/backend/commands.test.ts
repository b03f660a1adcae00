import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { typOf, verifyObject } from '#core/signing';
import {
  anInventory,
  aVehicle,
  openSite,
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

describe('vehicles and commands', () => {
  it('[D7] tells for each ECU whether it can roll back, and why not', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    await dcu.tell('presence', { online: true }, { retain: true });
    await whenBackend(own, () => own.vehicles()[0]?.online === true);
    expect(own.vehicles()[0]?.ecus[0]).toMatchObject({
      activeBank: 'A',
      activity: 'idle',
      rollback: { possible: true, toVersion: '1.0.0' },
    });
    await dcu.tell('inventory', anInventory('empty'), { retain: true });
    const rollback = await whenBackend(own, () => {
      const own1 = own.vehicles()[0]?.ecus[0]?.rollback;
      return own1?.possible === false ? own1 : undefined;
    });
    expect(rollback).toMatchObject({
      refusal: { code: 'NO_VALID_BANK', reason: 'bank B of ECU brake is empty' },
    });
  });

  it('commands a rollback at QoS 2, signed, and follows it as an update of its own', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.command(TEST_VIN, 'brake', 'rollback');
    const [command] = await dcu.heard('command');
    expect(command).toMatchObject({ qos: 2, retain: false });
    const message = command!.json;
    expect(message).toMatchObject({ command: 'rollback', updateId, ecuId: 'brake', vin: TEST_VIN });
    expect(
      await verifyObject(message, {
        typ: typOf('command'),
        use: 'backend',
        keys: site.keys,
        algorithms: ['EdDSA'],
      }),
    ).toMatchObject({ kind: 'valid' });
    await whenStage(own, updateId, 'issued');
    await dcu.tell('progress', { progress: 0, status: 'rolling_back' }, { updateId });
    await dcu.tell('progress', { progress: 100, status: 'rolled_back' }, { updateId });
    expect(await whenStage(own, updateId, 'rolled_back')).toMatchObject({
      version: '1.0.0',
      releaseId: null,
    });
  });

  it('refuses commands for what it does not know, and for what has ended', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    expect(await refusalOf(own.command('VIN2', 'brake', 'rollback'))).toBe('VEHICLE_UNKNOWN');
    await known(own, dcu);
    expect(await refusalOf(own.command(TEST_VIN, 'none', 'rollback'))).toBe('ECU_UNKNOWN');
    expect(await refusalOf(own.command(TEST_VIN, 'brake', 'cancel', 'nothing'))).toBe(
      'UPDATE_UNKNOWN',
    );
    const updateId = await own.publish((await own.compose(draft)).composedId);
    expect(await own.command(TEST_VIN, 'brake', 'cancel', updateId)).toBe(updateId);
    await dcu.tell('progress', { progress: 0, status: 'cancelled' }, { updateId });
    await whenStage(own, updateId, 'cancelled');
    expect(await refusalOf(own.command(TEST_VIN, 'brake', 'pause', updateId))).toBe('UPDATE_ENDED');
  });

  it('sends after the broker was away', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    site.broker.hangUp();
    const updateId = await own.publish((await own.compose(draft)).composedId);
    expect((await whenStage(own, updateId, 'issued')).steps).toHaveLength(1);
  });
});
