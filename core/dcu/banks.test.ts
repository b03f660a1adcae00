import { open, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles, type Files } from '#core/dcu';
import { sha256Of, smallProfile, tempDir, type TempDir } from '#core/testing';
import { openBanks, type EcuBanks } from './banks.ts';

let dir: TempDir;
let ecu: EcuBanks;
let reads = 0;

beforeEach(async () => {
  dir = await tempDir();
  const counting: Files = {
    ...diskFiles,
    open: async (path, create) => {
      const file = await diskFiles.open(path, create);
      return {
        ...file,
        read: (buffer, position) => {
          reads += 1;
          return file.read(buffer, position);
        },
      };
    },
  };
  const [profile] = smallProfile().ecus;
  ecu = await openBanks({
    files: counting,
    dir: dir.path,
    profile: profile!,
    owned: false,
    onChange: () => undefined,
  });
});
afterEach(() => dir.remove());

async function fill(length: number, lastByte = 0): Promise<void> {
  const file = await open(ecu.bankPath('B'), 'r+');
  await file.truncate(length);
  await file.write(new Uint8Array([lastByte]), 0, 1, length - 1);
  await file.close();
}

const readsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = reads;
  await work();
  return reads - before;
};

describe('hashing a bank', () => {
  it('reads a large bank once, and again as soon as one byte of it is another', async () => {
    const length = 64 * 1_048_576;
    await fill(length);
    const first = await ecu.hashBank('B');
    expect(first).toEqual({ sha256: sha256Of(new Uint8Array(length)), length });
    expect(await readsOf(() => ecu.hashBank('B'))).toBe(0);
    expect(await ecu.hashBank('B')).toEqual(first);
    await fill(length, 1);
    expect((await ecu.hashBank('B')).sha256).not.toBe(first.sha256);
  }, 30_000);

  it('finds nothing in a file that is gone, and does not make it by looking', async () => {
    await rm(ecu.bankPath('B'));
    expect(await ecu.hashBank('B')).toEqual({ sha256: sha256Of(new Uint8Array()), length: 0 });
    expect(await diskFiles.size(ecu.bankPath('B'))).toBeNull();
  });

  it('reads a small bank every time: its stamp may be too coarse to tell', async () => {
    await fill(4_096);
    await ecu.hashBank('B');
    expect(await readsOf(() => ecu.hashBank('B'))).toBeGreaterThan(0);
  });
});
