import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTopics } from '#core/protocol';

import {
  anInventory,
  aVehicle,
  openSite,
  aKey,
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

describe('following', () => {
  it('follows signed status, acknowledgment and progress to the end', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await dcu.tell('status', { status: 'Available', version: '2.0.0' }, { updateId });
    await dcu.tell('acknowledgment', { acknowledgment: 'Acknowledged' }, { updateId });
    for (const status of ['downloading', 'installing', 'finalizing', 'completed'])
      await dcu.tell('progress', { progress: 50, status }, { updateId });
    const done = await whenStage(own, updateId, 'completed');
    expect(
      done.steps
        .filter(({ stage }) => stage !== 'issued')
        .map(({ stage, signature }) => [stage, signature]),
    ).toEqual([
      ['available', 'valid'],
      ['acknowledged', 'valid'],
      ['downloading', 'valid'],
      ['installing', 'valid'],
      ['finalizing', 'valid'],
      ['completed', 'valid'],
    ]);
    expect(own.refused()).toEqual([]);
  });

  it.each([
    ['UNSIGNED', null],
    ['KEY_UNKNOWN', 'stranger'],
    ['KEY_USE', 'gatekeeper'],
  ])('[S4] refuses a progress that is %s under require, and notes it', async (code, name) => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    const key = name === null ? null : await aKey('EdDSA', name);
    await dcu.tell('progress', { progress: 100, status: 'completed' }, { updateId, key });
    const noted = await whenBackend(own, () => own.refused()[0]);
    expect(noted).toMatchObject({ vin: TEST_VIN, kind: 'progress', code });
    expect(own.update(updateId)?.stage).not.toBe('completed');
  });

  it('[S4] marks what it accepts unsigned under warn', async () => {
    const own = await site.backend('warn');
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory());
    await whenBackend(own, () => own.vehicles()[0]);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await dcu.tell('acknowledgment', { acknowledgment: 'Acknowledged' }, { updateId, key: null });
    const update = await whenStage(own, updateId, 'acknowledged');
    expect(update.steps.at(-1)).toMatchObject({ stage: 'acknowledged', signature: 'unsigned' });
  });

  it('[P2] [P3] notes what is no message, and what names another vehicle', async () => {
    const own = await site.backend('off');
    const dcu = await aVehicle(site);
    await dcu.raw('progress', '{"progress":1,"progress":2,"status":"downloading"}');
    await whenBackend(own, () => own.refused().some(({ code }) => code === 'DUPLICATE_MEMBER'));
    await dcu.raw('progress', '{"progress":1,"status":"downloading","vin":"VIN2"}');
    await whenBackend(own, () => own.refused().some(({ code }) => code === 'VIN_MISMATCH'));
    expect(own.updates()).toEqual([]);
  });

  it('[P4] refuses a progress whose seq was used before', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await dcu.tell('progress', { progress: 1, status: 'downloading' }, { updateId, seq: 7 });
    await whenStage(own, updateId, 'downloading');
    await dcu.tell('progress', { progress: 100, status: 'completed' }, { updateId, seq: 7 });
    await whenBackend(own, () => own.refused().some(({ code }) => code === 'REPLAYED'));
    expect(own.update(updateId)).toMatchObject({ stage: 'downloading', progress: 1 });
  });

  it('takes a refused command for a note, whether or not it names the update', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await dcu.tell('status', { status: 'Available', version: '2.0.0' }, { updateId });
    const reason = { code: 'NOT_PAUSABLE', detail: 'it is checking already' };
    const refused = { acknowledgment: 'Refused', command: 'pause', inReplyTo: 'm1', reason };
    await dcu.tell('acknowledgment', refused, { updateId });
    await dcu.tell('acknowledgment', { ...refused, command: '' });
    const noted = await whenBackend(own, () => {
      const update = own.update(updateId);
      return (update?.steps.filter(({ detail }) => detail.includes('NOT_PAUSABLE')).length ?? 0) > 1
        ? update
        : undefined;
    });
    expect(noted).toMatchObject({ stage: 'available' });
    await dcu.tell('acknowledgment', { acknowledgment: 'Acknowledged' }, { updateId });
    await whenStage(own, updateId, 'acknowledged');
  });

  it('follows a paused download and its resumption', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    const status = 'downloading';
    await dcu.tell('progress', { progress: 30, status }, { updateId });
    await dcu.tell('progress', { progress: 30, status, paused: true }, { updateId });
    await whenBackend(own, () => own.update(updateId)?.paused);
    await dcu.tell('progress', { progress: 30, status }, { updateId });
    await whenBackend(own, () => own.update(updateId)?.paused === false);
  });

  it('refuses what one vehicle says of another’s update', async () => {
    const own = await site.backend('off');
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    const text = JSON.stringify({ progress: 100, status: 'completed', updateId });
    const payload = new Uint8Array(Buffer.from(text));
    const stranger = await site.link('stranger');
    const topic = createTopics().of('progress', 'VIN2');
    await stranger.publish(topic, payload, { qos: 1, retain: false });
    const noted = await whenBackend(own, () => own.refused()[0]);
    expect(noted).toMatchObject({ vin: 'VIN2', code: 'UPDATE_OF_OTHER_VEHICLE' });
    expect(own.update(updateId)?.stage).not.toBe('completed');
  });

  it('follows short scripts under off: to the newest open update, and into a rollback', async () => {
    const own = await site.backend('off');
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory());
    await whenBackend(own, () => own.vehicles()[0]);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await whenStage(own, updateId, 'issued');
    await dcu.raw('acknowledgment', '{"acknowledgment":"Acknowledged"}');
    await dcu.raw('progress', '{"progress":25,"status":"downloading"}');
    await dcu.raw('progress', '{"progress":26,"status":"installing"}');
    await dcu.raw('progress', '{"progress":28,"status":"completed"}');
    expect(await whenStage(own, updateId, 'completed')).toMatchObject({
      progress: 100,
      foreign: false,
    });
    await dcu.raw('progress', '{"progress":10,"status":"rolling_back"}');
    await dcu.raw('progress', '{"progress":100,"status":"rolled_back"}');
    await whenStage(own, updateId, 'rolled_back');
    await dcu.raw('acknowledgment', '{"acknowledgment":"Acknowledged"}');
    await dcu.raw('progress', '{"progress":7,"status":"downloading"}');
    const foreign = await whenBackend(own, () => own.updates().find((one) => one.foreign));
    expect(foreign).toMatchObject({ stage: 'downloading', progress: 7, vin: TEST_VIN });
  });

  it('begins a foreign update for a status nobody here asked for', async () => {
    const own = await site.backend('off');
    const dcu = await aVehicle(site);
    await dcu.raw('status', '{"status":"Available","version":"3.0.1"}');
    const available = await whenBackend(own, () =>
      own.updates().find((one) => one.stage === 'available'),
    );
    expect(available).toMatchObject({ foreign: true, version: '3.0.1', releaseId: null });
    await dcu.raw(
      'status',
      '{"status":"Rejected","version":"4.0.0","reason":{"code":"UNSIGNED","detail":"x"}}',
    );
    const refused = await whenBackend(own, () =>
      own.updates().find((one) => one.stage === 'refused'),
    );
    expect(refused).toMatchObject({
      foreign: true,
      version: '4.0.0',
      refusal: { code: 'UNSIGNED' },
    });
    expect(own.update(available.updateId)?.stage).toBe('available');
  });

  it('notes an acknowledgment that nothing can be about', async () => {
    const own = await site.backend('off');
    const dcu = await aVehicle(site);
    await dcu.raw('acknowledgment', '{"acknowledgment":"Acknowledged"}');
    expect(await whenBackend(own, () => own.refused()[0])).toMatchObject({
      code: 'NO_OPEN_UPDATE',
    });
  });
});
