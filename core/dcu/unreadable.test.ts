import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '#core/link';
import { RollbackVerdict } from '#core/protocol';
import { diskFiles, seededBytes, type Dcu, type DcuOptions, type Files } from '#core/dcu';
import {
  sha256Of,
  smallProfile,
  startVehicleBench,
  tempDir,
  type TempDir,
  type VehicleBench,
} from '#core/testing';

const image = seededBytes({ seed: 'image 2.0', length: 200_000 });
const factory = sha256Of(seededBytes(smallProfile().ecus[0]!.factory));

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

/** A disk on which `name` cannot be read, for the next `failures` times that it is tried. */
function wornFiles(name: string, failures: number): Files & { worn: boolean } {
  let left = failures;
  const files = {
    ...diskFiles,
    worn: false,
    open: async (path: string, create: boolean) => {
      const file = await diskFiles.open(path, create);
      if (!path.endsWith(name)) return file;
      return {
        ...file,
        read: (buffer: Uint8Array, position: number) => {
          if (!files.worn || left === 0) return file.read(buffer, position);
          if (position === 0) left -= 1;
          return Promise.reject(Object.assign(new Error('EIO: read'), { code: 'EIO' }));
        },
      };
    },
  };
  return files;
}

const start = async (changes: Partial<DcuOptions>): Promise<void> => {
  dcu = await bench.start(dir.path, link, changes);
};
const verdictFor = async (id: string): Promise<RollbackVerdict> => {
  const said = await bench.heard(
    null,
    ({ updateId, verdict }) => updateId === id && verdict !== undefined,
  );
  return RollbackVerdict.parse(said['verdict']);
};
const unreadable = { check: 'evidence', passed: false };

describe('flash that cannot be read', () => {
  it('is told in the refusal of a rollback, and stops neither the DCU nor its next start', async () => {
    const files = wornFiles('infotainment/bank-B.bin', Infinity);
    files.worn = true;
    await start({ files });
    const expires = new Date(Date.now() - 600_000).toISOString();
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'r1', expires });
    const verdict = await verdictFor('r1');
    expect(verdict).toMatchObject({ outcome: 'refused', reason: { code: 'EXPIRED' } });
    expect(verdict.before?.banks[1]).toMatchObject({ state: 'valid', sha256: null });
    expect(verdict.checks.find(({ check }) => check === 'evidence')).toMatchObject(unreadable);
    await dcu.close();
    await start({ files });
    expect(dcu.vehicle().fault).toBeNull();
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    await bench.heard('progress', ({ status }) => status === 'completed');
  });

  it('that is slow to be read delays no other command, only the verdict of its own', async () => {
    const gate = Promise.withResolvers<undefined>();
    let slow = false;
    const files: Files = {
      ...diskFiles,
      open: async (path, create) => {
        if (slow && path.endsWith('bank-B.bin')) await gate.promise;
        return diskFiles.open(path, create);
      },
    };
    await start({ files });
    slow = true;
    const expires = new Date(Date.now() - 600_000).toISOString();
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'r1', expires });
    await bench.command({ command: 'pause' });
    await bench.heard('acknowledgment', ({ command }) => command === 'pause');
    expect(bench.said().filter(({ verdict }) => verdict !== undefined)).toEqual([]);
    gate.resolve(undefined);
    expect(await verdictFor('r1')).toMatchObject({ outcome: 'refused', action: 'none' });
  });

  it('[D7] is nothing to return to: refused, and foreseen before', async () => {
    const files = wornFiles('infotainment/bank-B.bin', Infinity);
    files.worn = true;
    await start({ files });
    expect(await dcu.previewRollback('infotainment')).toMatchObject({
      refusal: { code: 'NO_VALID_BANK' },
    });
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'r1' });
    expect(await verdictFor('r1')).toMatchObject({
      ...{ outcome: 'refused', action: 'none', reason: { code: 'NO_VALID_BANK' } },
    });
  });

  it('[D5] in the bootloader is no bootloader: refused, by the check that says so', async () => {
    const read = (path: string): Promise<Uint8Array | null> =>
      path.endsWith('infotainment/bootloader.bin')
        ? Promise.reject(new Error('EIO: read'))
        : diskFiles.read(path);
    await start({ files: { ...diskFiles, read } });
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'r1' });
    const verdict = await verdictFor('r1');
    expect(verdict).toMatchObject({ outcome: 'refused', reason: { code: 'BOOTLOADER_HASH' } });
    expect(verdict.checks.at(-1)).toMatchObject({ check: 'bootloader', passed: false });
  });

  it('in one of two banks is given up when it was just written, and the vehicle goes on', async () => {
    const files = wornFiles('brake/bank-B.bin', Infinity);
    await start({
      files,
      onState: (state) => {
        if (state === 'installing') files.worn = true;
      },
    });
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    const verdict = await verdictFor('u1');
    expect(verdict).toMatchObject({ outcome: 'rolled_back', action: 'reverted' });
    expect(verdict.before?.banks).toMatchObject([{ sha256: factory }, { sha256: null }]);
    expect(verdict.after?.banks).toMatchObject([
      { state: 'active', sha256: factory },
      { state: 'bad', sha256: null },
    ]);
    expect(verdict.checks.find(({ check }) => check === 'evidence')).toMatchObject(unreadable);
    await bench.command({ command: 'rollback', ecuId: 'infotainment', updateId: 'r1' });
    expect(await verdictFor('r1')).toMatchObject({ outcome: 'rolled_back' });
  });

  it('in the only bank gets its copy back although its evidence could not be taken', async () => {
    const files = wornFiles('brake/bank-A.bin', 2);
    await start({ files, profile: smallProfile('single') });
    dcu.onChange(({ ecus }) => {
      if (ecus[0]?.banks[0]?.state === 'writing') files.worn = true;
    });
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    const verdict = await verdictFor('u1');
    expect(verdict).toMatchObject({ outcome: 'rolled_back', action: 'restored' });
    expect(verdict.before?.banks[0]).toMatchObject({ state: 'writing', sha256: null });
    expect(verdict.after?.banks[0]).toMatchObject({ state: 'active', sha256: factory });
  });

  it('in the only bank that cannot be brought back is not said to have been', async () => {
    const files = wornFiles('brake/bank-A.bin', Infinity);
    await start({ files, profile: smallProfile('single') });
    dcu.onChange(({ ecus }) => {
      if (ecus[0]?.banks[0]?.state === 'writing') files.worn = true;
    });
    await bench.offer(await bench.release(image), { updateId: 'u1' });
    expect(await verdictFor('u1')).toMatchObject({ outcome: 'failed', action: 'none' });
  });
});
