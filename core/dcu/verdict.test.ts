import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { RollbackVerdict } from '#core/protocol';
import { complaining, seededBytes, type Dcu, type DcuOptions } from '#core/dcu';
import {
  sha256Of,
  smallProfile,
  startVehicleBench,
  tempDir,
  TEST_VIN,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 300_000 });
const [brake, infotainment] = smallProfile().ecus;
const hashOf = (software: { seed: string; length: number }): string =>
  sha256Of(seededBytes(software));

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

const start = async (changes: Partial<DcuOptions> = {}): Promise<void> => {
  dcu = await bench.start(dir.path, link, changes);
};
const verdicts = (): RollbackVerdict[] =>
  bench
    .said()
    .flatMap((message) =>
      message['verdict'] === undefined ? [] : [RollbackVerdict.parse(message['verdict'])],
    );
const withVerdict = (kind: 'progress' | 'acknowledgment' = 'progress'): Promise<Said> =>
  bench.heard(kind, (message) => message['verdict'] !== undefined);
const rollback = (ecuId: string, more: Record<string, unknown> = {}): Promise<unknown> =>
  bench.command({ command: 'rollback', ecuId, updateId: 'r1', ...more });
const failing = (): Partial<DcuOptions> => ({
  hazards: complaining((_ecu, version) => (version === '2.0' ? 'sensor 4 is silent' : null)),
});

describe('a verdict', () => {
  it('proves a rollback by command with the hashes of both banks before and after', async () => {
    await start();
    await rollback('infotainment', { askedBy: 'Mia, bay 3' });
    const last = await withVerdict();
    expect(last).toMatchObject({ status: 'rolled_back', progress: 100, updateId: 'r1' });
    const older = hashOf(infotainment!.previous!);
    const newer = hashOf(infotainment!.factory);
    expect(verdicts()).toMatchObject([
      {
        ...{ vin: TEST_VIN, updateId: 'r1', ecuId: 'infotainment' },
        ...{ origin: 'technician', askedBy: 'Mia, bay 3' },
        ...{ action: 'switched', outcome: 'rolled_back', reason: { code: 'COMMANDED' } },
        before: {
          activeBank: 'A',
          banks: [
            { bank: 'A', state: 'active', version: '1.0', sha256: newer },
            { bank: 'B', state: 'valid', version: '0.9', sha256: older },
          ],
        },
        after: {
          activeBank: 'B',
          banks: [
            { bank: 'A', state: 'valid', sha256: newer },
            { bank: 'B', state: 'active', sha256: older },
          ],
        },
      },
    ]);
    const [verdict] = verdicts();
    expect(verdict!.checks.map(({ check, passed }) => `${check} ${String(passed)}`)).toEqual([
      'command true',
      'idle true',
      'previousImage true',
      'requirements true',
      'imageHash true',
      'bootloader true',
    ]);
    expect(Date.parse(verdict!.endedAt)).toBeGreaterThanOrEqual(Date.parse(verdict!.requestedAt));
  });

  it('proves that an update which failed went back by itself, and why', async () => {
    await start(failing());
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    expect(await withVerdict()).toMatchObject({ status: 'rolled_back', updateId: 'u1' });
    expect(verdicts()).toMatchObject([
      {
        ...{ origin: 'failure', askedBy: `dcu:${TEST_VIN}`, updateId: 'u1', ecuId: 'brake' },
        ...{ action: 'reverted', outcome: 'rolled_back' },
        reason: { code: 'SELF_TEST_FAILED', detail: 'sensor 4 is silent' },
        before: { activeBank: 'A', banks: [{}, { state: 'pending', sha256: sha256Of(image) }] },
        after: {
          activeBank: 'A',
          banks: [{ state: 'active', sha256: hashOf(brake!.factory) }, { state: 'bad' }],
        },
        checks: [
          { check: 'update', passed: false },
          { check: 'previousImage', passed: true },
        ],
      },
    ]);
  });

  it('says of a campaign’s rollback that it was the campaign', async () => {
    await start();
    await rollback('infotainment', { origin: 'campaign', askedBy: 'recall 7' });
    await withVerdict();
    expect(verdicts()).toMatchObject([
      { origin: 'campaign', askedBy: 'recall 7', reason: { code: 'CAMPAIGN' } },
    ]);
  });

  it('says that the previous version failed its test, and what runs now', async () => {
    await start({
      hazards: complaining((_ecu, version) => (version === '0.9' ? 'too old' : null)),
    });
    await rollback('infotainment');
    expect(await withVerdict()).toMatchObject({ status: 'failed' });
    expect(verdicts()).toMatchObject([
      {
        ...{ outcome: 'failed', action: 'reverted', reason: { code: 'SELF_TEST_FAILED' } },
        after: { activeBank: 'A', banks: [{ state: 'active' }, { state: 'bad' }] },
      },
    ]);
  });

  it('an update may be taken back by command under its own id, with a verdict of its own', async () => {
    await start();
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await bench.heard('progress', ({ status }) => status === 'completed');
    await rollback('brake', { updateId: 'u1' });
    await bench.heard('progress', ({ status }) => status === 'rolled_back');
    expect(verdicts()).toMatchObject([{ updateId: 'u1', outcome: 'rolled_back' }]);
  });
});

describe('a refused rollback changes nothing and says why', () => {
  const refused = async (
    code: string,
    check: string,
    kind: 'progress' | 'acknowledgment' = 'progress',
  ): Promise<RollbackVerdict> => {
    const message = await withVerdict(kind);
    expect(message['reason']).toMatchObject({ code });
    const all = verdicts();
    expect(all).toHaveLength(1);
    const [verdict] = all;
    expect(verdict).toMatchObject({ outcome: 'refused', action: 'none', reason: { code } });
    expect(verdict!.after).toEqual(verdict!.before);
    expect(verdict!.checks.at(-1)).toMatchObject({ check, passed: false });
    return verdict!;
  };

  it('[D7] without a previous image', async () => {
    await start();
    await rollback('brake');
    await refused('NO_VALID_BANK', 'previousImage');
  });

  it('[D7] with a previous image that is damaged, whose real hash is told', async () => {
    await start();
    await writeFile(dir.join('ecus', 'infotainment', 'bank-B.bin'), 'worn out');
    await rollback('infotainment');
    const verdict = await refused('NO_VALID_BANK', 'imageHash');
    expect(verdict.before?.banks[1]).toMatchObject({ sha256: sha256Of(Buffer.from('worn out')) });
  });

  it('[D5] with a bootloader that is not the expected one', async () => {
    await start();
    const meta = await readFile(dir.join('ecus', 'infotainment', 'meta.json'));
    await writeFile(dir.join('ecus', 'infotainment', 'bootloader.bin'), 'tampered with');
    await rollback('infotainment');
    await refused('BOOTLOADER_HASH', 'bootloader');
    expect(await readFile(dir.join('ecus', 'infotainment', 'meta.json'))).toEqual(meta);
  });

  it('of an ECU that the vehicle does not have', async () => {
    await start();
    await rollback('wiper');
    expect(await refused('ECU_UNKNOWN', 'ecu')).toMatchObject({ before: null, ecuId: 'wiper' });
  });

  it('while an update runs, which goes on', async () => {
    bench.server.faults = { delayMs: 200 };
    await start();
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await bench.heard('progress', ({ status }) => status === 'downloading');
    await rollback('infotainment');
    await refused('BUSY', 'idle');
    bench.server.faults = {};
    await bench.heard('progress', ({ status }) => status === 'completed');
    expect(verdicts()).toHaveLength(1);
  });

  it('in the name of the running update, which it does not end', async () => {
    bench.server.faults = { delayMs: 200 };
    await start();
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await bench.heard('progress', ({ status }) => status === 'downloading');
    await rollback('brake', { updateId: 'u1' });
    await refused('BUSY', 'idle', 'acknowledgment');
    bench.server.faults = {};
    await bench.heard('progress', ({ status }) => status === 'completed');
    expect(bench.said('progress').map(({ status }) => status)).not.toContain('failed');
  });

  it('by a command that came too late', async () => {
    await start();
    await rollback('infotainment', { expires: new Date(Date.now() - 60_000).toISOString() });
    await refused('EXPIRED', 'command', 'acknowledgment');
  });

  it('and a forged one gets no verdict at all', async () => {
    await start();
    await bench.command(
      { command: 'rollback', ecuId: 'infotainment', updateId: 'r1' },
      { signer: bench.signers.gatekeeper },
    );
    const message = await bench.heard('acknowledgment', () => true);
    expect(message).not.toHaveProperty('verdict');
    expect(message).not.toHaveProperty('updateId');
  });
});

describe('one verdict for each rollback', () => {
  it('although the command comes twice, as another message and after a restart', async () => {
    await start();
    await rollback('infotainment');
    await withVerdict();
    await rollback('infotainment');
    await dcu.close();
    await start();
    await rollback('infotainment');
    // Whatever follows shows that the repetitions have been dealt with.
    await rollback('brake', { updateId: 'r2' });
    await bench.heard('progress', ({ updateId }) => updateId === 'r2');
    expect(verdicts().map(({ updateId }) => updateId)).toEqual(['r1', 'r2']);
  });

  it('and what would happen is told before by the same checks, reading only', async () => {
    await start();
    const before = await dcu.previewRollback('infotainment');
    expect(before).toMatchObject({
      ...{ basis: 'measured', refusal: null },
      from: { bank: 'A', version: '1.0', sha256: hashOf(infotainment!.factory) },
      to: { bank: 'B', version: '0.9', sha256: hashOf(infotainment!.previous!) },
    });
    expect(before.steps.length).toBeGreaterThan(0);
    expect(await dcu.previewRollback('brake')).toMatchObject({
      ...{ to: null, steps: [], refusal: { code: 'NO_VALID_BANK' } },
    });
    await expect(dcu.previewRollback('wiper')).rejects.toMatchObject({ code: 'ECU_UNKNOWN' });
    await rollback('infotainment');
    await withVerdict();
    const [verdict] = verdicts();
    expect(verdict!.checks.slice(-before.checks.length + 1)).toEqual(before.checks.slice(1));
  });
});
