import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bundle, ReleaseManifest } from '#core/protocol';
import { BUNDLE_TYP, manifestDigest, typOf } from '#core/signing';
import { anEcu, anIssue, openGate, type Gate } from '#core/testing';
import { replayEntry } from './replay-entry.ts';

let gate: Gate;
let manifests: ReleaseManifest[];
beforeEach(async () => {
  gate = await openGate(replayEntry);
  gate.ecus = [anEcu(), anEcu({ ecuId: 'gateway', hardwareId: 'gateway-hw-1' })];
  const requires = [{ hardwareId: 'gateway-hw-1', minReleaseCounter: 2 }];
  manifests = [
    await gate.release({ releaseId: 'b', requires }),
    await gate.release({ releaseId: 'g', hardwareId: 'gateway-hw-1' }),
  ];
});
afterEach(() => gate.close());

async function aBundle(changes: Partial<Bundle> = {}, of = manifests): Promise<Bundle> {
  const bundle: Bundle = {
    bundleId: 'bundle-1',
    releases: of.map((each) => ({
      releaseId: each.releaseId,
      hardwareId: each.hardwareId,
      sha256: manifestDigest(each),
    })),
    createdAt: '2026-01-02T03:00:00.000Z',
    expires: '2027-01-02T03:00:00.000Z',
    ...changes,
  };
  return gate.sign(bundle, gate.releaseKey, BUNDLE_TYP);
}

/** `undefined` leaves a member out. */
async function issueOf(changes: Record<string, unknown> = {}): Promise<object> {
  const issue = anIssue({ version: 'autumn' });
  const given = { ...issue, ecuId: undefined, manifest: undefined, bundle: await aBundle() };
  const message = Object.fromEntries(
    Object.entries({ ...given, manifests, ...changes }).filter(([, value]) => value !== undefined),
  );
  return gate.sign(message, gate.backendKey, typOf('issue_details'));
}

describe('[D8] the gatekeeper’s judgement of a bundle', () => {
  it('passes it with the ECU of each release, whose requirements the bundle itself meets', async () => {
    expect(await gate.judge(await issueOf())).toMatchObject({
      ...{ kind: 'passed', status: 'Available' },
      group: { manifests, ecuIds: ['brake', 'gateway'] },
      subject: { version: 'autumn', ecuId: null, mark: 'valid' },
    });
  });

  it.each<[string, string, () => Promise<Record<string, unknown>>]>([
    ['G3', 'BUNDLE_MISSING', async () => ({ bundle: undefined })],
    ['G3', 'BUNDLE_INCOMPLETE', async () => ({ manifests: manifests.slice(1) })],
    ['G3', 'BUNDLE_MISMATCH', async () => ({ manifest: manifests[0] })],
    [
      'G3',
      'BUNDLE_MISMATCH',
      async () => ({ manifests: [...manifests, await gate.release({ releaseId: 'x' })] }),
    ],
    [
      'G3',
      'SIGNATURE_INVALID',
      async () => ({ bundle: { ...(await aBundle()), bundleId: 'another' } }),
    ],
    [
      'G3',
      'TYP_MISMATCH',
      async () => ({ bundle: { ...(await aBundle()), signature: manifests[0]!.signature } }),
    ],
    [
      'G4',
      'EXPIRED',
      async () => ({ bundle: await aBundle({ expires: '2026-01-02T03:00:01.000Z' }) }),
    ],
    ['G7', 'HARDWARE_INCOMPATIBLE', async () => ({ ecuIds: ['brake', 'brake'] })],
    ['G7', 'ECU_UNKNOWN', async () => ({ ecuIds: ['brake', 'wiper'] })],
  ])('[%s] refuses one with %s', async (rule, code, changes) => {
    expect(await gate.refusal(await issueOf(await changes()))).toMatchObject({ rule, code });
  });

  it('[G7] refuses releases that wait for each other, and requirements nobody meets', async () => {
    const needs = async (wanted: string, counter: number): Promise<object> => {
      const requires = [{ hardwareId: wanted, minReleaseCounter: counter }];
      const gateway = await gate.release({
        ...{ releaseId: `g-${counter}`, hardwareId: 'gateway-hw-1', requires },
      });
      const all = [manifests[0]!, gateway];
      return issueOf({ manifests: all, bundle: await aBundle({}, all) });
    };
    expect(await gate.refusal(await needs('brake-hw-1', 2))).toMatchObject({
      ...{ rule: 'G7', code: 'BUNDLE_CYCLE' },
    });
    expect(await gate.refusal(await needs('brake-hw-1', 9))).toMatchObject({
      ...{ rule: 'G7', code: 'REQUIREMENT_UNMET' },
    });
  });

  it('[G7] [D8] takes what ECUs depend on, by the inventory, into the order that must exist', async () => {
    gate.ecus = [
      anEcu(),
      anEcu({ ecuId: 'gateway', hardwareId: 'gateway-hw-1', dependsOn: ['brake'] }),
    ];
    const answer = await gate.refusal(await issueOf());
    expect(answer).toMatchObject({ rule: 'G7', code: 'BUNDLE_CYCLE' });
    expect(answer.detail).toMatch(/brake, gateway/);
  });

  it('[G7] [D8] refuses a release that only it itself would satisfy', async () => {
    const requires = [{ hardwareId: 'gateway-hw-1', minReleaseCounter: 2 }];
    const own = await gate.release({ releaseId: 'own', hardwareId: 'gateway-hw-1', requires });
    const all = [await gate.release({ releaseId: 'plain' }), own];
    const message = await issueOf({ manifests: all, bundle: await aBundle({}, all) });
    expect(await gate.refusal(message)).toMatchObject({ rule: 'G7', code: 'REQUIREMENT_UNMET' });
  });

  it('[G8] refuses it whole when one of its releases is older than what is installed', async () => {
    const old = await gate.release({
      ...{ releaseId: 'old', hardwareId: 'gateway-hw-1', releaseCounter: 0 },
    });
    const all = [await gate.release({ releaseId: 'plain' }), old];
    const message = await issueOf({ manifests: all, bundle: await aBundle({}, all) });
    expect(await gate.refusal(message)).toMatchObject({ code: 'COUNTER_BELOW_INSTALLED' });
  });
});
