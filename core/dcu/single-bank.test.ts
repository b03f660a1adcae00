import { readFile, truncate, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { RollbackVerdict } from '#core/protocol';
import {
  complaining,
  diskFiles,
  seededBytes,
  type Dcu,
  type DcuOptions,
  type Files,
} from '#core/dcu';
import {
  sha256Of,
  smallProfile,
  startVehicleBench,
  tempDir,
  type Said,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 300_000 });
const profile = smallProfile('single');
const [brake, infotainment] = profile.ecus;
brake!.dependsOn = ['infotainment'];
const factory = sha256Of(seededBytes(infotainment!.factory));
const previous = sha256Of(seededBytes(infotainment!.previous!));

let bench: VehicleBench;
let dir: TempDir;
let link: Link;
let dcu: Dcu;
let updates = 0;

beforeAll(async () => {
  bench = await startVehicleBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  bench.broker.published.length = 0;
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
  dcu = await bench.start(dir.path, link, { profile, ...changes });
};
const ended = (updateId: string): Promise<Said> =>
  bench.heard(
    'progress',
    (message) =>
      message['updateId'] === updateId &&
      ['completed', 'rolled_back', 'failed'].includes(String(message['status'])),
  );
const idle = (): Promise<void> =>
  new Promise((resolve) => {
    const undo = dcu.onChange(({ job }) => {
      if (job !== null) return;
      undo();
      resolve();
    });
    if (dcu.vehicle().job === null) resolve();
  });
/** Offers an image to the ECU that has an older one in its backup, and waits for the end. */
const update = async (bytes: Uint8Array, ecuId = 'infotainment'): Promise<Said> => {
  const updateId = `u${(updates += 1)}`;
  const manifest = await bench.release(bytes, {
    hardwareId: `hw-${ecuId}`,
    releaseCounter: 2 + updates,
  });
  await bench.offer(manifest, { updateId, ecuId });
  const end = await ended(updateId);
  await idle();
  return end;
};
const rollback = async (): Promise<Said> => {
  const updateId = `r${(updates += 1)}`;
  await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId });
  const end = await ended(updateId);
  await idle();
  return end;
};
const halted = (): Promise<void> =>
  new Promise((resolve) => {
    const undo = dcu.onChange(({ fault }) => {
      if (fault === null) return;
      undo();
      resolve();
    });
    if (dcu.vehicle().fault !== null) resolve();
  });
/** A disk whose power goes as the journal is to say that a rollback's image is in place. */
const withoutSwitched: Files = {
  ...diskFiles,
  open: async (path, create) => {
    const file = await diskFiles.open(path, create);
    if (!path.endsWith('journal.log')) return file;
    return {
      ...file,
      write: (bytes, position) =>
        Buffer.from(bytes).includes('"switched"}') || Buffer.from(bytes).includes('"switched",')
          ? Promise.reject(new Error('the power went'))
          : file.write(bytes, position),
    };
  },
};
const codeOf = (message: Said): unknown =>
  (message['reason'] as { code: string } | undefined)?.code;
const ecuFile = (name: string): string => dir.join('ecus', 'infotainment', name);
const meta = async (): Promise<{
  banks: Record<'A' | 'B', { state: string; software?: { sha256: string } }>;
  backup: { file: 1 | 2; kept: unknown };
}> => JSON.parse(await readFile(ecuFile('meta.json'), 'utf8')) as never;
/** State and measured hash of both, as `state hash`. */
const flash = async (): Promise<{ A: string; B: string }> => {
  const { banks, backup } = await meta();
  const of = async (state: string, file: string): Promise<string> =>
    `${state} ${sha256Of(await readFile(ecuFile(file)))}`;
  return {
    A: await of(banks.A.state, 'bank-A.bin'),
    B: await of(banks.B.state, `backup-${backup.file}.bin`),
  };
};

describe('an ECU with one bank', () => {
  it('is written in place, and goes back and forth between both images by command', async () => {
    await start();
    expect((await update(image))['status']).toBe('completed');
    expect(await flash()).toEqual({ A: `active ${sha256Of(image)}`, B: `valid ${factory}` });
    expect((await rollback())['status']).toBe('rolled_back');
    expect(await flash()).toEqual({ A: `active ${factory}`, B: `valid ${sha256Of(image)}` });
    expect((await rollback())['status']).toBe('rolled_back');
    expect(await flash()).toEqual({ A: `active ${sha256Of(image)}`, B: `valid ${factory}` });
  });

  it('is brought back from the copy when an update fails, and keeps the older copy', async () => {
    await start({
      hazards: complaining((_ecu, version) => (version === '2.0' ? 'no' : null)),
    });
    const end = await update(image);
    expect(end['status']).toBe('rolled_back');
    expect(codeOf(end)).toBe('SELF_TEST_FAILED');
    expect(await flash()).toEqual({ A: `active ${factory}`, B: `valid ${previous}` });
    expect(dcu.vehicle().ecus[1]!.rollback).toEqual({ possible: true, toVersion: '0.9' });
  });

  it('returns to what it ran when the image that a rollback brings does not prove itself', async () => {
    await start({
      hazards: complaining((_ecu, version) => (version === '0.9' ? 'old' : null)),
    });
    const end = await rollback();
    expect(end['status']).toBe('failed');
    expect(codeOf(end)).toBe('SELF_TEST_FAILED');
    expect(await flash()).toEqual({ A: `active ${factory}`, B: `bad ${previous}` });
  });

  it('[D7] refuses a rollback to a damaged copy and touches nothing', async () => {
    await start();
    await writeFile(ecuFile('backup-1.bin'), 'not what it was');
    const before = await flash();
    const end = await rollback();
    expect([end['status'], codeOf(end)]).toEqual(['failed', 'NO_VALID_BANK']);
    expect(await flash()).toEqual(before);
  });

  it('goes back from damaged flash, also when the power goes before that is in the journal', async () => {
    await start({ files: withoutSwitched });
    await writeFile(ecuFile('bank-A.bin'), 'worn out');
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'cut' });
    await halted();
    expect(await flash()).toMatchObject({ A: `active ${previous}` });
    await dcu.close();
    await start();
    const end = await ended('cut');
    expect([end['status'], codeOf(end)]).toEqual(['rolled_back', undefined]);
    expect(end['verdict']).toMatchObject({ outcome: 'rolled_back', action: 'restored' });
    expect(await flash()).toMatchObject({ A: `active ${previous}` });
    expect(await meta()).toMatchObject({
      banks: { B: { state: 'empty' } },
      backup: { kept: null },
    });
  });

  it('keeps a copy that does not prove itself when what it replaced was damaged', async () => {
    await start({
      hazards: complaining((_ecu, version) => (version === '0.9' ? 'old' : null)),
    });
    await writeFile(ecuFile('bank-A.bin'), 'worn out');
    const end = await rollback();
    expect([end['status'], codeOf(end)]).toEqual(['failed', 'PREVIOUS_BANK_DAMAGED']);
    expect(await flash()).toMatchObject({ A: `active ${previous}` });
    expect(await meta()).toMatchObject({
      banks: { B: { state: 'empty' } },
      backup: { kept: null },
    });
  });

  for (const [when, cut] of [
    ['', false],
    [', also when the power goes as that begins', true],
  ] as const) {
    it(`whose update is cancelled half-way gets its copy back, with a verdict${when}`, async () => {
      const slow = { ...smallProfile('single'), speed: 'real' as const };
      slow.ecus[1]!.writeRate = 100_000;
      let power = !cut;
      const onState = (state: string): void => {
        if (state === 'cancelling' && !power) throw new Error('the power went');
      };
      await start({ profile: slow, onState });
      const updateId = `u${(updates += 1)}`;
      const changes = { hardwareId: 'hw-infotainment', releaseCounter: 2 + updates };
      await bench.offer(await bench.release(image, changes), {
        ...{ updateId, ecuId: 'infotainment' },
      });
      await bench.heard('progress', ({ progress }) => Number(progress) > 50);
      await bench.command({ command: 'cancel', updateId, askedBy: 'Mia' });
      if (cut) {
        await halted();
        await dcu.close();
        power = true;
        await start({ profile: slow, onState });
      }
      const end = await bench.heard('progress', ({ status }) => status === 'cancelled');
      const verdict = RollbackVerdict.parse(end['verdict']);
      expect(verdict).toMatchObject({
        ...{ origin: 'technician', askedBy: 'Mia', action: 'restored', outcome: 'rolled_back' },
        ...{ reason: { code: 'CANCELLED' }, after: { banks: [{ sha256: factory }, {}] } },
      });
      expect(verdict.before?.banks[0]).toMatchObject({ state: 'writing' });
      expect(verdict.before?.banks[0]?.sha256).not.toBe(factory);
    });
  }

  it('does not write over software that it could not copy', async () => {
    await start();
    await truncate(dir.join('ecus', 'brake', 'bank-A.bin'), 100);
    const end = await update(image, 'brake');
    expect(codeOf(end)).toBe('PREVIOUS_BANK_DAMAGED');
    expect(await readFile(dir.join('ecus', 'brake', 'bank-A.bin'))).toEqual(
      Buffer.from(seededBytes(brake!.factory).subarray(0, 100)),
    );
  });

  it('gets its copy back at the next start when its flash was left in pieces', async () => {
    await start();
    await update(image);
    await dcu.close();
    const record = await meta();
    record.banks.A.state = 'writing';
    await writeFile(ecuFile('meta.json'), JSON.stringify(record));
    await truncate(ecuFile('bank-A.bin'), 7);
    await start();
    expect((await flash()).A).toBe(`active ${factory}`);
  });

  it('is bad without flash and copy, keeps the vehicle going, and takes a new image', async () => {
    await start();
    await update(image);
    await dcu.close();
    const record = await meta();
    record.banks.A.state = 'writing';
    await writeFile(ecuFile('meta.json'), JSON.stringify(record));
    await truncate(ecuFile('bank-A.bin'), 7);
    await truncate(ecuFile(`backup-${record.backup.file}.bin`), 7);
    await start();
    expect(dcu.vehicle().ecus[1]!.banks.map(({ state }) => state)).toEqual(['bad', 'bad']);
    await bench.offer(await bench.release(image), { updateId: 'dependent' });
    const refused = await bench.heard('acknowledgment', ({ updateId }) => updateId === 'dependent');
    expect(codeOf(refused)).toBe('DEPENDENCY_DOWN');
    expect((await update(image))['status']).toBe('completed');
    expect((await flash()).A).toBe(`active ${sha256Of(image)}`);
  });

  it('is not opened as an ECU with two banks', async () => {
    await start();
    await dcu.close();
    await expect(start({ profile: smallProfile() })).rejects.toMatchObject({
      code: 'PROFILE_CHANGED',
    });
    await start();
  });
});
