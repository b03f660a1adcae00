import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { RollbackVerdict, type ReleaseManifest } from '#core/protocol';
import { complaining, seededBytes, type Dcu, type DcuOptions, type DcuProfile } from '#core/dcu';
import {
  sha256Of,
  smallProfile,
  startVehicleBench,
  tempDir,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const NAMES = ['gateway', 'brake', 'infotainment'] as const;
type Name = (typeof NAMES)[number];
const imageOf = (name: Name): Uint8Array =>
  seededBytes({ seed: `${name} 2.0`, length: 100_000 + name.length });

let bench: VehicleBench;
let dir: TempDir;
let link: Link;
let dcu: Dcu;

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.forget();
  dir = await tempDir();
  link = bench.openLink();
  await link.whenUp();
});
afterEach(async () => {
  await dcu.close();
  await link.close();
  await dir.remove();
});

function profileOfThree(): DcuProfile {
  const profile = smallProfile();
  const [brake] = profile.ecus;
  const third = { ...brake!, ecuId: 'gateway', name: 'gateway', hardwareId: 'hw-gateway' };
  return { ...profile, ecus: [third, ...profile.ecus] };
}

const start = async (changes: Partial<DcuOptions> = {}): Promise<void> => {
  dcu = await bench.start(dir.path, link, { profile: profileOfThree(), ...changes });
};
const manifestFor = (name: Name, changes: Partial<ReleaseManifest> = {}) =>
  bench.release(imageOf(name), { hardwareId: `hw-${name}`, releaseId: `${name}-2`, ...changes });

/** The three releases; infotainment needs the new brake, which needs the new gateway. */
async function aBundle(changes: Partial<Record<Name, Partial<ReleaseManifest>>> = {}) {
  const requires = (hardwareId: string) => [{ hardwareId, minReleaseCounter: 3 }];
  return bench.bundle([
    await manifestFor('infotainment', {
      requires: requires('hw-brake'),
      ...changes.infotainment,
    }),
    await manifestFor('brake', { requires: requires('hw-gateway'), ...changes.brake }),
    await manifestFor('gateway', changes.gateway),
  ]);
}
const offer = (body: Record<string, unknown>, updateId = 'u1'): Promise<unknown> =>
  bench.offer(undefined, { ...body, version: 'autumn', updateId });
const whole = (status: string): Promise<Said> =>
  bench.heard('progress', (said) => said['status'] === status && said['ecuId'] === undefined);
const refusal = (): Promise<Said> =>
  bench.heard('acknowledgment', (message) => message['acknowledgment'] === 'Refused');
const storyOf = (ecuId: string): unknown[] => [
  ...new Set(
    bench
      .said('progress')
      .filter((message) => message['ecuId'] === ecuId)
      .map(({ status }) => status),
  ),
];
const versions = (): Record<string, string | null> =>
  Object.fromEntries(
    dcu
      .vehicle()
      .ecus.map((ecu) => [
        ecu.ecuId,
        ecu.banks.find(({ bank }) => bank === ecu.activeBank)!.version,
      ]),
  );
const verdicts = (): RollbackVerdict[] =>
  bench
    .said('progress')
    .flatMap(({ verdict }) => (verdict === undefined ? [] : [RollbackVerdict.parse(verdict)]));
const OLD = { gateway: '1.0', brake: '1.0', infotainment: '1.0' };
const NEW = { gateway: '2.0', brake: '2.0', infotainment: '2.0' };

describe('[D8] a bundle', () => {
  it('is fetched whole, then written in the order of what requires what, as one update', async () => {
    await start();
    await offer(await aBundle());
    const end = await whole('completed');
    expect(end).toMatchObject({ updateId: 'u1', progress: 100 });
    expect(versions()).toEqual(NEW);
    for (const name of NAMES) {
      expect(storyOf(name)).toEqual(['downloading', 'installing', 'finalizing', 'completed']);
    }
    const installing = bench.said('progress').filter(({ status }) => status === 'installing');
    expect([...new Set(installing.map(({ ecuId }) => ecuId))]).toEqual([...NAMES]);
    const all = bench.said('progress').map(({ status }) => status);
    expect(all.lastIndexOf('downloading')).toBeLessThan(all.indexOf('installing'));
    expect(bench.said('acknowledgment')).toHaveLength(1);
    expect(verdicts()).toEqual([]);
  });

  it('goes back whole when its last ECU fails, the last one first, each with its verdict', async () => {
    const broken = sha256Of(imageOf('infotainment'));
    await start({
      hazards: complaining((ecuId, version) =>
        ecuId === 'infotainment' && version === '2.0' ? 'no picture' : null,
      ),
    });
    await offer(await aBundle());
    const end = await whole('rolled_back');
    expect(end['reason']).toMatchObject({
      code: 'GROUP_MEMBER_FAILED',
      detail: 'infotainment: SELF_TEST_FAILED: no picture',
    });
    expect(versions()).toEqual(OLD);
    expect(verdicts()).toMatchObject([
      { ecuId: 'infotainment', origin: 'failure', reason: { code: 'SELF_TEST_FAILED' } },
      { ecuId: 'brake', origin: 'group', action: 'switched', outcome: 'rolled_back' },
      { ecuId: 'gateway', origin: 'group', reason: { code: 'GROUP_MEMBER_FAILED' } },
    ]);
    expect(new Set(verdicts().map(({ verdictId }) => verdictId)).size).toBe(3);
    expect(verdicts()[0]?.before?.banks[1]).toMatchObject({ sha256: broken });
    await expect
      .poll(() => bench.server.requests.filter(({ path }) => path.includes('notif')).length)
      .toBe(4);
  });

  it('that is in is taken back ECU by ECU under its own id, each with its verdict', async () => {
    await start();
    await offer(await aBundle());
    await whole('completed');
    for (const ecuId of ['infotainment', 'brake']) {
      await bench.command({ command: 'rollback', ecuId, updateId: 'u1' });
      await bench.heard(
        'progress',
        (it) => it['status'] === 'rolled_back' && it['ecuId'] === ecuId,
      );
    }
    expect(versions()).toEqual({ ...OLD, gateway: '2.0' });
    expect(verdicts()).toMatchObject([
      { updateId: 'u1', ecuId: 'infotainment', outcome: 'rolled_back' },
      { updateId: 'u1', ecuId: 'brake', outcome: 'rolled_back', reason: { code: 'COMMANDED' } },
    ]);
    const told = (): unknown[] =>
      bench.server.requests.filter(({ path }) => path === '/rollback_notification');
    await expect.poll(() => told().length).toBe(2);
  });

  it('[D7] is not taken back ECU by ECU in the wrong order: what others require stays', async () => {
    await start();
    await offer(await aBundle());
    await whole('completed');
    await expect.poll(() => dcu.vehicle().job).toBeNull();
    const required = { possible: false, refusal: { code: 'STILL_REQUIRED' } };
    expect(dcu.vehicle().ecus).toMatchObject([
      { ecuId: 'gateway', rollback: required },
      { ecuId: 'brake', rollback: required },
      { ecuId: 'infotainment', rollback: { possible: true } },
    ]);
    expect(await dcu.previewRollback('gateway')).toMatchObject({
      refusal: { code: 'STILL_REQUIRED' },
      steps: [],
    });
    await bench.command({ command: 'rollback', ecuId: 'gateway', updateId: 'u1' });
    const failed = await bench.heard('progress', (it) => it['status'] === 'failed');
    expect(failed['reason']).toMatchObject({ code: 'STILL_REQUIRED' });
    const [verdict] = verdicts();
    expect(verdict).toMatchObject({ outcome: 'refused', action: 'none' });
    expect(verdict?.checks.at(-1)).toMatchObject({
      check: 'requirements',
      passed: false,
      detail:
        'brake runs 2.0, which requires hw-gateway at release counter 3 or above; 1.0 of gateway has 2',
    });
    expect(verdict?.after).toEqual(verdict?.before);
    expect(versions()).toEqual(NEW);
  });

  it('that fails before its first write has changed nothing', async () => {
    await start();
    bench.server.faults = { delayMs: 50 };
    const body = await aBundle();
    await offer(body);
    await bench.heard('progress', ({ status }) => status === 'downloading');
    await writeFile(dir.join('ecus', 'gateway', 'bootloader.bin'), 'tampered with');
    const end = await whole('failed');
    expect(end['reason']).toMatchObject({ code: 'GROUP_MEMBER_FAILED' });
    expect(versions()).toEqual(OLD);
    expect(verdicts()).toEqual([]);
    expect(bench.said('progress').map(({ status }) => status)).not.toContain('installing');
  });

  it('is cancelled whole while a later ECU is written', async () => {
    const profile = { ...profileOfThree(), speed: 'real' as const };
    profile.ecus[1]!.writeRate = 50_000;
    await start({ profile });
    await offer(await aBundle());
    const writing = ({ status, ecuId }: Said): boolean =>
      status === 'installing' && ecuId === 'brake';
    await bench.heard('progress', writing);
    await bench.command({ command: 'cancel', updateId: 'u1' });
    await whole('cancelled');
    expect(versions()).toEqual(OLD);
    expect(verdicts()).toMatchObject([
      { ecuId: 'gateway', origin: 'group', reason: { code: 'GROUP_CANCELLED' } },
    ]);
  });

  it('waits for a technician once for all of it, over a restart, and goes on when told', async () => {
    const profile = { ...profileOfThree(), confirmInstall: true };
    await start({ profile });
    await offer(await aBundle());
    const asks = (message: Said): boolean => message['waiting'] === 'confirmation';
    await bench.heard('progress', asks);
    await dcu.close();
    bench.broker.published.length = 0;
    await start({ profile });
    await bench.heard('progress', asks);
    expect(dcu.vehicle().job).toMatchObject({ waiting: 'confirmation', phase: 'awaiting' });
    await expect(dcu.confirm('another', true)).rejects.toMatchObject({ code: 'NOT_WAITING' });
    await dcu.confirm('u1', true);
    await whole('completed');
    expect(versions()).toEqual(NEW);
  });

  it('that a technician declines is cancelled with DECLINED, and nothing was written', async () => {
    const profile = { ...profileOfThree(), confirmInstall: true };
    await start({ profile });
    await offer(await aBundle());
    await bench.heard('progress', (message) => message['waiting'] === 'confirmation');
    await bench.command({ command: 'cancel', updateId: 'u1' });
    expect((await whole('cancelled'))['reason']).toMatchObject({ code: 'DECLINED' });
    expect(versions()).toEqual(OLD);
    for (const name of NAMES) {
      expect(await readFile(dir.join('ecus', name, 'meta.json'), 'utf8')).not.toContain('writing');
    }
  });
});

describe('[D8] a bundle is refused, and nothing is fetched,', () => {
  const refused = async (code: string, body: Record<string, unknown>): Promise<void> => {
    await offer(body, code);
    expect((await refusal())['reason']).toMatchObject({ code });
    expect(bench.server.requests.filter(({ method }) => method === 'GET')).toEqual([]);
    expect(versions()).toEqual(OLD);
  };

  it('when a manifest is left out', async () => {
    await start();
    const { bundle, manifests } = await aBundle();
    await refused('BUNDLE_INCOMPLETE', { bundle, manifests: manifests.slice(1) });
  });

  it('when a manifest is exchanged for another of the same release key', async () => {
    await start();
    const { bundle, manifests } = await aBundle();
    const other = await manifestFor('gateway', { releaseCounter: 9 });
    await refused('BUNDLE_MISMATCH', { bundle, manifests: [...manifests.slice(0, 2), other] });
  });

  it('when manifests come without the bundle', async () => {
    await start();
    const { manifests } = await aBundle();
    await refused('BUNDLE_MISSING', { manifests });
  });

  it('when it was changed after it was signed, or signed as something else', async () => {
    await start();
    const { bundle, manifests } = await aBundle();
    await refused('SIGNATURE_INVALID', { bundle: { ...bundle, bundleId: 'other' }, manifests });
    bench.broker.published.length = 0;
    const { signature } = manifests[0]!;
    await refused('TYP_MISMATCH', { bundle: { ...bundle, signature }, manifests });
  });

  it('when its releases wait for each other', async () => {
    await start();
    const requires = [{ hardwareId: 'hw-infotainment', minReleaseCounter: 3 }];
    await refused('BUNDLE_CYCLE', await aBundle({ gateway: { requires } }));
  });

  it('when a release requires what only it itself would bring', async () => {
    await start();
    const requires = [{ hardwareId: 'hw-gateway', minReleaseCounter: 3 }];
    await refused('REQUIRES_UNMET', await aBundle({ gateway: { requires } }));
  });

  it('when what it requires is neither installed nor part of it', async () => {
    await start();
    const requires = [{ hardwareId: 'hw-gateway', minReleaseCounter: 9 }];
    await refused('REQUIRES_UNMET', await aBundle({ brake: { requires } }));
  });
});
