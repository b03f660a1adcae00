import { mkdir, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncDirectory, writeFileAtomic } from './index.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-files-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('writeFileAtomic', () => {
  it('replaces the whole file and leaves nothing beside it', async () => {
    const path = join(dir, 'state.json');
    await writeFileAtomic(path, 'a much longer first content');
    await writeFileAtomic(path, new Uint8Array([1, 2, 3]));
    expect(new Uint8Array(await readFile(path))).toEqual(new Uint8Array([1, 2, 3]));
    expect(await readdir(dir)).toEqual(['state.json']);
  });

  it.skipIf(process.platform === 'win32')('makes files only their owner can read', async () => {
    await writeFileAtomic(join(dir, 'state.json'), 'x');
    expect((await stat(join(dir, 'state.json'))).mode & 0o777).toBe(0o600);
  });

  it('says which file could not be written and leaves no temporary one', async () => {
    const path = join(dir, 'taken');
    await mkdir(path);
    await expect(writeFileAtomic(path, 'x')).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: expect.stringContaining(path) as unknown,
    });
    expect(await readdir(dir)).toEqual(['taken']);
    await expect(writeFileAtomic(join(dir, 'no', 'such', 'file'), 'x')).rejects.toMatchObject({
      code: 'WRITE_FAILED',
    });
  });

  it('syncs a directory, and fails for one that is not there', async () => {
    await expect(syncDirectory(dir)).resolves.toBeUndefined();
    await expect(syncDirectory(join(dir, 'none'))).rejects.toThrow();
  });
});
