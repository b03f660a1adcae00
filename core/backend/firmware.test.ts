import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incoming } from '#core/link';
import type { JsonObject } from '#core/protocol';
import { typOf, verifyObject } from '#core/signing';
import {
  anInventory,
  aVehicle,
  openSite,
  TEST_IMAGE,
  TEST_IMAGE_SHA256,
  TEST_VIN,
  whenBackend,
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

describe('firmware blocks', () => {
  const ask = (sha: string, offset: number, length: number): JsonObject => ({
    sha256: sha,
    offset,
    length,
  });
  const read = (message: Incoming | undefined): JsonObject =>
    JSON.parse(Buffer.from(message!.payload).toString()) as JsonObject;

  it('gives the image of an update in signed blocks that add up to it', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    for (let offset = 0; offset < TEST_IMAGE.length; offset += 32_768)
      await dcu.tell('firmware_request', ask(TEST_IMAGE_SHA256, offset, 32_768), { updateId });
    const blocks = (await dcu.heard('firmware_block', 4)).map(read);
    const whole = Buffer.concat(
      blocks
        .sort((a, b) => Number(a['offset']) - Number(b['offset']))
        .map(({ data }) => Buffer.from(data as string, 'base64url')),
    );
    expect(whole.equals(TEST_IMAGE)).toBe(true);
    expect(blocks[0]).toMatchObject({ totalLength: TEST_IMAGE.length, updateId, vin: TEST_VIN });
    expect(
      await verifyObject(blocks[0]!, {
        typ: typOf('firmware_block'),
        use: 'backend',
        keys: site.keys,
        algorithms: ['EdDSA'],
      }),
    ).toMatchObject({ kind: 'valid' });
  });

  it('says why it gives no block: another image, beyond the end, an update that is not there', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    const cases: [string, JsonObject, string][] = [
      [updateId, ask('e'.repeat(64), 0, 10), 'IMAGE_NOT_OF_UPDATE'],
      [updateId, ask(TEST_IMAGE_SHA256, TEST_IMAGE.length, 10), 'RANGE_INVALID'],
      ['other-update', ask(TEST_IMAGE_SHA256, 0, 10), 'UPDATE_UNKNOWN'],
    ];
    for (const [index, [id, request, code]] of cases.entries()) {
      await dcu.tell('firmware_request', request, { updateId: id });
      const answers = await dcu.heard('firmware_block', index + 1);
      expect(read(answers[index])).toMatchObject({ data: '', reason: { code } });
    }
  });

  it('gives nothing to a request that is not signed, and notes it', async () => {
    const own = await site.backend();
    const dcu = await aVehicle(site);
    await known(own, dcu);
    const updateId = await own.publish((await own.compose(draft)).composedId);
    await dcu.tell('firmware_request', ask(TEST_IMAGE_SHA256, 0, 10), { updateId, key: null });
    expect(await whenBackend(own, () => own.refused()[0])).toMatchObject({
      kind: 'firmware_request',
      code: 'UNSIGNED',
    });
    expect(site.broker.published.some(({ topic }) => topic.endsWith('/block'))).toBe(false);
  });
});
