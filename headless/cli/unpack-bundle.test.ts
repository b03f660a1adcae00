import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unpackBundle } from './unpack-bundle.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-unpack-'));
});
afterAll(() => rm(dir, { recursive: true }));

const packed = async (files: Record<string, Uint8Array>): Promise<string> => {
  const path = join(dir, 'x.otabundle');
  await writeFile(path, zipSync(files));
  return path;
};

it('unpacks the list and the images beside it, and takes them away again', async () => {
  const image = new Uint8Array(300_000).map((_, n) => n % 251);
  const path = await packed({ 'bundle.json': strToU8('{}'), 'images/a.bin': image });
  const { file, remove } = await unpackBundle(path);
  expect(await readFile(file, 'utf8')).toBe('{}');
  expect(new Uint8Array(await readFile(join(dirname(file), 'images/a.bin')))).toEqual(image);
  await remove();
  await expect(readdir(dirname(file))).rejects.toThrow();
});

it.each([
  ['a name that leads out', { 'bundle.json': strToU8('{}'), '../../evil': strToU8('x') }],
  ['an absolute name', { 'bundle.json': strToU8('{}'), '/tmp/ota-evil': strToU8('x') }],
  ['a name of Windows', { 'bundle.json': strToU8('{}'), 'c:\\evil': strToU8('x') }],
  ['no list', { 'other.json': strToU8('{}') }],
  [
    'a flood of files',
    Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`f${n}`, strToU8('')])),
  ],
])('refuses %s, and leaves nothing behind', async (_, files) => {
  const before = (await readdir(tmpdir())).filter((name) => name.startsWith('ota-bundle-'));
  await expect(unpackBundle(await packed(files))).rejects.toMatchObject({ code: 'BUNDLE_FILE' });
  const after = (await readdir(tmpdir())).filter((name) => name.startsWith('ota-bundle-'));
  expect(after).toEqual(before);
});

it('refuses what is no zip, or only the beginning of one', async () => {
  const whole = await readFile(await packed({ 'bundle.json': new Uint8Array(90_000).fill(1) }));
  for (const bytes of [Buffer.from('no zip'), Buffer.alloc(0), whole.subarray(0, 60)]) {
    const path = join(dir, 'cut.otabundle');
    await writeFile(path, bytes);
    await expect(unpackBundle(path)).rejects.toMatchObject({ code: 'BUNDLE_FILE' });
  }
});
