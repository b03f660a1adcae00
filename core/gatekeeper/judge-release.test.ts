import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyObject } from '#core/signing';
import {
  aBank,
  aKey,
  aManifest,
  anEcu,
  fixedClock,
  openGate,
  TEST_VIN,
  type Gate,
} from '#core/testing';
import type { ReleaseManifest } from '#core/protocol';
import { judgeRelease, type ReleaseVerdict } from './judge-release.ts';
import { replayEntry } from './replay-entry.ts';

let gate: Gate;
beforeEach(async () => {
  gate = await openGate(replayEntry);
});
afterEach(() => gate.close());

const clock = fixedClock();

const judge = (manifest: ReleaseManifest): Promise<ReleaseVerdict> =>
  judgeRelease(
    manifest,
    { vin: TEST_VIN, ecuId: 'brake', ecus: gate.ecus, planned: [] },
    {
      ...{ policy: 'require', now: clock.now(), catalogue: gate.catalogue },
      verify: (object, { typ, use }) =>
        verifyObject(object, { typ, use, keys: gate.keys, algorithms: ['EdDSA'] }),
    },
  );

/** Each with what spoils it. */
const spoilt: Record<string, () => Promise<ReleaseManifest>> = {
  'nothing wrong': async () => gate.manifest,
  'a foreign key': async () =>
    gate.sign(aManifest({ firmware: gate.firmware }), await aKey('EdDSA', 'release')),
  'an end in the past': () =>
    gate.release({
      releaseId: 'ended',
      createdAt: '2020-01-01T00:00:00Z',
      expires: '2021-01-01T00:00:00Z',
    }),
  'no image': () =>
    gate.release({ releaseId: 'bare', firmware: { ...gate.firmware, sha256: 'e'.repeat(64) } }),
  'other hardware': () => gate.release({ releaseId: 'other', hardwareId: 'other-hw' }),
  'an unmet requirement': () =>
    gate.release({ releaseId: 'needy', requires: [{ hardwareId: 'x', minReleaseCounter: 1 }] }),
  'a lower counter': async () => {
    gate.ecus = [anEcu({ banks: [aBank({ releaseCounter: 90 })] })];
    return gate.manifest;
  },
};

describe('a release judged before it is issued', () => {
  it.each(Object.keys(spoilt))('is judged as its issue would be, with %s', async (name) => {
    const manifest = await spoilt[name]!();
    const verdict = await judge(manifest);
    const issued = await gate.judge(
      await gate.issueOf({ manifest, version: manifest.version, ecuId: 'brake' }),
    );
    expect(verdict.kind).toBe(issued.kind === 'passed' ? 'fits' : issued.kind);
    if (verdict.kind !== 'refused' || issued.kind !== 'refused') return;
    expect({ rule: verdict.rule, ...verdict.reason }).toEqual({
      ...{ rule: issued.rule, ...issued.reason },
    });
  });
});
