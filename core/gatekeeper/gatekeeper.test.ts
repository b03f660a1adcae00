import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemRandom } from '#core/ports';
import { encodePayload, type IssueDetails } from '#core/protocol';
import { RELEASE_TYP, signObject, typOf, verifyObject } from '#core/signing';
import {
  aKey,
  aManifest,
  anInventory,
  aVehicle,
  openSite,
  TEST_IMAGE,
  TEST_IMAGE_SHA256,
  TEST_VIN,
  type Site,
} from '#core/testing';

let site: Site;
let manifest: ReturnType<typeof aManifest>;
let seq: number;

beforeEach(async () => {
  seq = 0;
  site = await openSite();
  const firmware = { name: 'brake.bin', sha256: TEST_IMAGE_SHA256, length: TEST_IMAGE.length };
  const unsigned = aManifest({ firmware, releaseCounter: 5 });
  manifest = {
    ...unsigned,
    ...(await signObject(unsigned, { key: site.keyOf.release, typ: RELEASE_TYP })),
  };
  site.catalogue.addRelease(manifest);
});
afterEach(() => site.close());

/** A signed issue of the test's release, as bytes. */
async function anIssueNow(): Promise<Uint8Array> {
  seq += 1;
  const message = {
    version: '3.0.1',
    description: 'd',
    messageId: systemRandom.uuid(),
    updateId: systemRandom.uuid(),
    vin: TEST_VIN,
    ecuId: 'brake',
    seq,
    sender: 'ota-backend',
    issuedAt: new Date(site.clock.now()).toISOString(),
    expires: new Date(site.clock.now() + 3_600_000).toISOString(),
    manifest,
  };
  const by = { key: site.keyOf.backend, typ: typOf('issue_details') };
  return encodePayload(await signObject(message, by));
}

describe('the gatekeeper at a broker', () => {
  it('answers a signed issue with a signed status that carries the manifest', async () => {
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory('empty'), { retain: true });
    await site.gatekeeper();
    const payload = await anIssueNow();
    await dcu.raw('issue_details', payload);
    const status = (await dcu.heard('status'))[0]!.json;
    const asked = JSON.parse(Buffer.from(payload).toString()) as IssueDetails;
    expect(status).toMatchObject({
      status: 'Available',
      version: '3.0.1',
      updateId: asked.updateId,
      vin: TEST_VIN,
      ecuId: 'brake',
      seq: expect.any(Number) as number,
      sender: 'ota-gatekeeper',
      expires: asked.expires,
      inReplyTo: asked.messageId,
      manifest,
    });
    expect(Object.keys(status).slice(0, 2)).toEqual(['status', 'version']);
    expect(
      await verifyObject(status, {
        typ: typOf('status'),
        algorithms: ['EdDSA'],
        keys: site.keys,
        use: 'gatekeeper',
      }),
    ).toMatchObject({ kind: 'valid', name: 'gatekeeper' });
  });

  it('[G3] answers a ten-line script with Rejected and the reason under require, Available under off', async () => {
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory('empty'), { retain: true });
    const strict = await site.gatekeeper();
    const short = new Uint8Array(Buffer.from('{"version":"3.0.1","description":"d"}'));
    await dcu.raw('issue_details', short);
    expect((await dcu.heard('status', 1))[0]?.json).toMatchObject({
      status: 'Rejected',
      version: '3.0.1',
      reason: { code: 'UNSIGNED', rule: 'G3' },
    });
    await strict.close();
    await site.gatekeeper('off');
    await dcu.raw('issue_details', short);
    expect((await dcu.heard('status', 2))[1]?.json).toMatchObject({
      status: 'Available',
      version: '3.0.1',
      ecuId: 'brake',
      manifest,
    });
  });

  it('[G1] answers bytes that are no message at all, and at a bounded rate', async () => {
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory('empty'), { retain: true });
    const gate = await site.gatekeeper();
    let unanswered = 0;
    const flooded = new Promise<void>((resolve) => {
      gate.onVerdict((_verdict, answered) => {
        if (!answered) unanswered += 1;
        if (unanswered === 30) resolve();
      });
    });
    for (let count = 0; count < 60; count += 1)
      await dcu.raw('issue_details', new Uint8Array([0xff]));
    await flooded;
    // A signed one is answered all the same: nobody can silence the gatekeeper by noise.
    await dcu.raw('issue_details', await anIssueNow());
    const answers = await dcu.heard('status', 21);
    expect(answers[0]?.json).toMatchObject({
      status: 'Rejected',
      version: '',
      reason: { code: 'INVALID_UTF8' },
    });
    const all = await new Promise<unknown[]>((resolve) => {
      const look = async (count: number): Promise<void> => {
        const heard = await dcu.heard('status', count);
        if (heard.at(-1)?.json['status'] === 'Available') resolve(heard);
        else await look(count + 1);
      };
      void look(21);
    });
    expect(all.length).toBeLessThanOrEqual(31);
  });

  it('[G5] rejects a second publication as replayed, over a restart too', async () => {
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory('empty'), { retain: true });
    const first = await site.gatekeeper();
    const payload = await anIssueNow();
    await dcu.raw('issue_details', payload);
    expect((await dcu.heard('status', 1))[0]?.json).toMatchObject({ status: 'Available' });
    await first.close();
    await site.gatekeeper();
    await dcu.raw('issue_details', payload);
    expect((await dcu.heard('status', 2))[1]?.json).toMatchObject({
      status: 'Rejected',
      reason: { code: 'REPLAYED' },
    });
  });

  it('[G5] refuses a retained issue that a broker hands out on subscription', async () => {
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory('empty'), { retain: true });
    await dcu.raw('issue_details', await anIssueNow(), true);
    await site.gatekeeper();
    expect((await dcu.heard('status', 1))[0]?.json).toMatchObject({
      status: 'Rejected',
      reason: { code: 'RETAINED_ISSUE' },
    });
  });

  it('[G7] does not believe an inventory that the vehicle did not sign', async () => {
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory(), { key: null });
    await dcu.tell('inventory', anInventory(), { key: await aKey('EdDSA', 'stranger') });
    await site.gatekeeper();
    await dcu.raw('issue_details', await anIssueNow());
    expect((await dcu.heard('status', 1))[0]?.json).toMatchObject({
      status: 'Unavailable',
      reason: { code: 'VEHICLE_UNKNOWN', rule: 'G7' },
    });
  });

  it('keeps what vehicles said over a restart, without their telling it again', async () => {
    const dcu = await aVehicle(site);
    await dcu.tell('inventory', anInventory('empty'), { retain: true });
    const first = await site.gatekeeper();
    await dcu.raw('issue_details', await anIssueNow());
    await dcu.heard('status');
    await first.close();
    // An empty retained payload removes the retained inventory from the broker.
    await dcu.raw('inventory', '', true);
    await site.gatekeeper();
    await dcu.raw('issue_details', await anIssueNow());
    expect((await dcu.heard('status', 2))[1]?.json).toMatchObject({ status: 'Available' });
  });
});
