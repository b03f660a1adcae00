import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { InventoryEcu } from '#core/protocol';
import { aBank, aManifest, anEcu, openGate, type Gate } from '#core/testing';
import { replayEntry } from './replay-entry.ts';

let gate: Gate;
beforeEach(async () => {
  gate = await openGate(replayEntry);
});
afterEach(() => gate.close());

describe('the gatekeeper’s judgement of image and vehicle', () => {
  it('[G6] refuses a release that is unknown, or known with other content', async () => {
    const unknown = await gate.sign(
      aManifest({ firmware: gate.firmware, releaseId: 'nowhere' }),
      gate.releaseKey,
    );
    expect(await gate.refusal(await gate.issueOf({ manifest: unknown }))).toMatchObject({
      rule: 'G6',
      code: 'RELEASE_UNKNOWN',
      status: 'Unavailable',
    });
    const other = await gate.sign(
      aManifest({ firmware: gate.firmware, releaseCounter: 77 }),
      gate.releaseKey,
    );
    const answer = await gate.refusal(await gate.issueOf({ manifest: other }));
    expect(answer).toMatchObject({ rule: 'G6', code: 'RELEASE_MISMATCH', status: 'Rejected' });
    expect(answer.detail).toContain('releaseCounter: 2 there, 77 here');
  });

  it('[G6] re-hashes the image: same length other bytes, one more, one less, gone', async () => {
    const path = gate.catalogue.artifactPath(gate.firmware.sha256);
    expect(await gate.judge(await gate.issueOf())).toMatchObject({ kind: 'passed' });
    writeFileSync(path, Buffer.alloc(gate.image.length, 'f1rmware '));
    expect(await gate.refusal(await gate.issueOf())).toMatchObject({
      rule: 'G6',
      code: 'IMAGE_HASH',
      status: 'Rejected',
    });
    writeFileSync(path, gate.image);
    appendFileSync(path, 'x');
    const longer = await gate.refusal(await gate.issueOf());
    expect(longer).toMatchObject({ rule: 'G6', code: 'IMAGE_LENGTH' });
    expect(longer.detail).toMatch(/5[,.]?001/);
    truncateSync(path, gate.image.length - 1);
    expect(await gate.refusal(await gate.issueOf())).toMatchObject({
      rule: 'G6',
      code: 'IMAGE_LENGTH',
    });
  });

  it('[G6] refuses a manifest whose hash or length is not the image’s', async () => {
    const wrong = async (changes: object, releaseId: string): Promise<string> => {
      const signed = await gate.release({ releaseId, firmware: { ...gate.firmware, ...changes } });
      return (await gate.refusal(await gate.issueOf({ manifest: signed }))).code;
    };
    expect(await wrong({ length: gate.image.length + 1 }, 'longer')).toBe('IMAGE_LENGTH');
    expect(await wrong({ length: gate.image.length - 1 }, 'shorter')).toBe('IMAGE_LENGTH');
    expect(await wrong({ sha256: 'd'.repeat(64) }, 'other')).toBe('IMAGE_MISSING');
  });

  it('[G7] refuses a vehicle that has said nothing, and an ECU it has not', async () => {
    expect(await gate.refusal(await gate.issueOf({ ecuId: 'engine' }))).toMatchObject({
      rule: 'G7',
      code: 'ECU_UNKNOWN',
      status: 'Unavailable',
    });
    gate.ecus = null;
    expect(await gate.refusal(await gate.issueOf())).toMatchObject({
      rule: 'G7',
      code: 'VEHICLE_UNKNOWN',
    });
  });

  it('[G7] refuses incompatible hardware, naming both', async () => {
    gate.ecus = [anEcu({ hardwareId: 'brake-hw-2' })];
    const answer = await gate.refusal(await gate.issueOf());
    expect(answer).toMatchObject({ rule: 'G7', code: 'HARDWARE_INCOMPATIBLE', status: 'Rejected' });
    expect(answer.detail).toMatch(/brake-hw-1.*brake-hw-2/);
  });

  it('[G7] wants what the release requires installed at its counter', async () => {
    gate.manifest = await gate.release({
      releaseId: 'needs-gateway',
      requires: [{ hardwareId: 'gateway-hw', minReleaseCounter: 4 }],
    });
    expect(await gate.refusal(await gate.issueOf())).toMatchObject({
      rule: 'G7',
      code: 'REQUIREMENT_UNMET',
      status: 'Unavailable',
    });
    const gateway = (releaseCounter: number): InventoryEcu =>
      anEcu({ ecuId: 'gw', hardwareId: 'gateway-hw', banks: [aBank({ releaseCounter })] });
    gate.ecus = [anEcu(), gateway(3)];
    expect((await gate.refusal(await gate.issueOf())).detail).toMatch(
      /gateway-hw.*4.*installed: 3/,
    );
    gate.ecus = [anEcu(), gateway(4)];
    expect(await gate.judge(await gate.issueOf())).toMatchObject({ kind: 'passed' });
  });

  it('[G8] refuses a counter below the installed one, and takes the same again', async () => {
    gate.ecus = [anEcu({ banks: [aBank({ releaseCounter: 3 })] })];
    const answer = await gate.refusal(await gate.issueOf());
    expect(answer).toMatchObject({
      rule: 'G8',
      code: 'COUNTER_BELOW_INSTALLED',
      status: 'Rejected',
    });
    expect(answer.detail).toMatch(/2 is below 3/);
    gate.ecus = [anEcu({ banks: [aBank({ releaseCounter: 2 })] })];
    expect(await gate.judge(await gate.issueOf())).toMatchObject({ kind: 'passed' });
  });
});
