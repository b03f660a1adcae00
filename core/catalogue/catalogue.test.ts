import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { beforeEach, expect, it } from 'vitest';
import { FIRMWARE_CHUNK_LIMIT } from '#core/contract';
import { openDatabase } from '#core/storage';
import { aManifest, fixedClock, tempDir, type FixedClock, type TempDir } from '#core/testing';
import { createCatalogue, type Catalogue, type SignedManifest } from './index.ts';

let dir: TempDir;
let clock: FixedClock;
let catalogue: Catalogue;
let db: DatabaseSync;

beforeEach(async () => {
  dir = await tempDir();
  clock = fixedClock();
  db = openDatabase(dir.join('bench.db'));
  catalogue = createCatalogue({ db, dir: dir.join('artifacts'), clock });
  return async () => {
    await catalogue.close();
    db.close();
    await dir.remove();
  };
});

const incoming = (): string[] => readdirSync(dir.join('artifacts', 'incoming'));

/** How often this process has the file open. */
function openFiles(path: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  }).length;
}

async function anImage(bytes: Uint8Array): Promise<string> {
  async function* once_(): AsyncGenerator<Uint8Array, void> {
    yield bytes;
  }
  return (await catalogue.importImage(once_(), { name: 'image.bin' })).sha256;
}

it('[G6] finds each way in which an image does not agree', async () => {
  const sha256 = await anImage(new Uint8Array(100).fill(1));
  const path = catalogue.artifactPath(sha256);
  expect(await catalogue.verifyImage(sha256, 100)).toBe('ok');
  await expect(catalogue.verifyImage(sha256, 99)).rejects.toMatchObject({ code: 'IMAGE_LENGTH' });
  await writeFile(path, new Uint8Array(100).fill(2));
  await expect(catalogue.verifyImage(sha256, 100)).rejects.toMatchObject({ code: 'IMAGE_HASH' });
  await appendFile(path, 'x');
  await expect(catalogue.verifyImage(sha256, 100)).rejects.toMatchObject({ code: 'IMAGE_LENGTH' });
  await truncate(path, 99);
  await expect(catalogue.verifyImage(sha256, 100)).rejects.toMatchObject({ code: 'IMAGE_LENGTH' });
  await rm(path);
  await expect(catalogue.verifyImage(sha256, 100)).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
});

it('[G6] a file put in its place while it is hashed is hashed itself', async () => {
  const length = 64 * 1_048_576;
  const sha256 = await anImage(new Uint8Array(length).fill(1));
  const path = catalogue.artifactPath(sha256);
  await writeFile(`${path}.evil`, new Uint8Array(length).fill(2));
  // Another time stamp, so that it is read again.
  await utimes(path, 1, 1);
  const first = catalogue.verifyImage(sha256, length).catch((error: unknown) => error);
  await expect.poll(() => openFiles(path), { interval: 1 }).toBeGreaterThan(0);
  await rename(`${path}.evil`, path);
  const refused = { code: 'IMAGE_HASH' };
  await expect(catalogue.verifyImage(sha256, length)).rejects.toMatchObject(refused);
  expect(await first).toMatchObject(refused);
  await expect(catalogue.verifyImage(sha256, length)).rejects.toMatchObject(refused);
});

it('[G6] a folder in the place of an image is an answer, not an accident', async () => {
  const sha256 = await anImage(new Uint8Array(100).fill(1));
  const path = catalogue.artifactPath(sha256);
  await rm(path);
  await mkdir(path);
  const { size } = await stat(path);
  const refused = { code: 'IMAGE_MISSING' };
  await expect(catalogue.verifyImage(sha256, size)).rejects.toMatchObject(refused);
  expect(() => catalogue.open(sha256)).toThrow(expect.objectContaining(refused));
});

it('[G6] what is no hash is no image, and reaches no other file', async () => {
  await writeFile(dir.join('secret'), 'x');
  for (const name of ['../../secret', '', 'A'.repeat(64), `${'a'.repeat(63)}/`]) {
    await expect(catalogue.verifyImage(name, 1)).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
    expect(() => catalogue.open(name)).toThrow(expect.objectContaining({ code: 'IMAGE_MISSING' }));
  }
});

it('hashes in pieces: the process goes on meanwhile', async () => {
  const sha256 = await anImage(new Uint8Array(32 * 1_048_576));
  // Another stamp, so that it is hashed anew.
  const path = catalogue.artifactPath(sha256);
  await truncate(path, 32 * 1_048_576);
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 1);
  expect(await catalogue.verifyImage(sha256, 32 * 1_048_576)).toBe('ok');
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(3);
});

it('opens an image whole and in ranges', async () => {
  const bytes = new Uint8Array(1_000).map((_, index) => index % 256);
  const sha256 = await anImage(bytes);
  const read = async (range?: { start?: number; end?: number }): Promise<number[]> => [
    ...(await buffer(catalogue.open(sha256, range))),
  ];
  expect(await read()).toEqual([...bytes]);
  expect(await read({ start: 10, end: 19 })).toEqual([...bytes.subarray(10, 20)]);
  expect(await read({ start: 999 })).toEqual([231]);
  for (const range of [{ start: 1_000 }, { start: -1 }, { start: 5, end: 4 }, { end: 1_000 }]) {
    expect(() => catalogue.open(sha256, range)).toThrow(
      expect.objectContaining({ code: 'RANGE_INVALID' }),
    );
  }
  const missing = createHash('sha256').update('other').digest('hex');
  expect(() => catalogue.open(missing)).toThrow(expect.objectContaining({ code: 'IMAGE_MISSING' }));
});

it('a reader that goes away closes its file', async () => {
  const sha256 = await anImage(new Uint8Array(1_048_576));
  const stream = catalogue.open(sha256);
  await once(stream, 'readable');
  stream.destroy();
  await once(stream, 'close');
  expect(stream.destroyed).toBe(true);
});

function aSigned(changes: Partial<SignedManifest> = {}): SignedManifest {
  return aManifest({ signature: 'a..b', ...changes });
}

it('[S5] keeps a release as the text that was signed, members it does not know included', () => {
  const manifest = { ...aSigned(), z: 1, a: { nested: ['ä'] } };
  catalogue.addRelease(manifest);
  catalogue.addRelease(manifest);
  expect(catalogue.releaseText(manifest.releaseId)).toBe(JSON.stringify(manifest));
  expect(catalogue.release(manifest.releaseId)).toEqual(manifest);
  expect(catalogue.releases()).toEqual([manifest]);
  expect(catalogue.release('other')).toBeNull();
  expect(catalogue.releaseText('other')).toBeNull();
});

it('[S5] refuses other bytes under a known id, an unsigned manifest, and one that is none', () => {
  catalogue.addRelease(aSigned());
  const add = (manifest: SignedManifest) => (): void => {
    catalogue.addRelease(manifest);
  };
  expect(add(aSigned({ description: 'changed' }))).toThrow(
    expect.objectContaining({ code: 'RELEASE_EXISTS' }),
  );
  expect(add(aManifest({ releaseId: 'unsigned' }))).toThrow(
    expect.objectContaining({ code: 'RELEASE_UNSIGNED' }),
  );
  expect(add(aSigned({ releaseId: 'odd', releaseCounter: 1.5 }))).toThrow(
    expect.objectContaining({
      code: 'RELEASE_MALFORMED',
      message: expect.stringContaining('releaseCounter') as string,
    }),
  );
  expect(catalogue.releases()).toHaveLength(1);
});

it('finds a release by its version, the newest first, for the hardware named', () => {
  const brake = aSigned({ releaseId: '1', hardwareId: 'brake' });
  const engine = aSigned({ releaseId: '2', hardwareId: 'engine' });
  const newer = aSigned({ releaseId: '3', hardwareId: 'brake' });
  for (const manifest of [brake, engine, newer]) catalogue.addRelease(manifest);
  expect(catalogue.releaseByVersion('3.0.1')?.releaseId).toBe('3');
  expect(catalogue.releaseByVersion('3.0.1', 'engine')?.releaseId).toBe('2');
  expect(catalogue.releaseByVersion('3.0.1', 'radio')).toBeNull();
  expect(catalogue.releaseByVersion('3.0')).toBeNull();
  expect(catalogue.releases().map(({ releaseId }) => releaseId)).toEqual(['3', '2', '1']);
});

it('takes an image in pieces', async () => {
  const { uploads } = catalogue;
  const { uploadId } = await uploads.begin({ name: 'up.bin', size: 5 });
  expect(await uploads.chunk(uploadId, 0, new Uint8Array([1, 2, 3]))).toEqual({ received: 3 });
  expect(await uploads.chunk(uploadId, 3, new Uint8Array([4, 5]))).toEqual({ received: 5 });
  const artifact = await uploads.finish(uploadId);
  expect(artifact).toMatchObject({ length: 5, name: 'up.bin' });
  expect(await catalogue.verifyImage(artifact.sha256, 5)).toBe('ok');
  expect(incoming()).toEqual([]);
  await expect(uploads.finish(uploadId)).rejects.toMatchObject({ code: 'UPLOAD_UNKNOWN' });
});

it('a piece out of order is refused and the upload can go on', async () => {
  const { uploads } = catalogue;
  const { uploadId } = await uploads.begin({ name: 'up.bin', size: 4 });
  await uploads.chunk(uploadId, 0, new Uint8Array(2));
  for (const offset of [0, 3]) {
    const refused = uploads.chunk(uploadId, offset, new Uint8Array(1));
    await expect(refused).rejects.toMatchObject({ code: 'UPLOAD_OFFSET' });
  }
  const both = [2, 2].map((offset) => uploads.chunk(uploadId, offset, new Uint8Array(2)));
  const [first, second] = await Promise.allSettled(both);
  expect(first).toMatchObject({ status: 'fulfilled', value: { received: 4 } });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'UPLOAD_BUSY' } });
  expect((await uploads.finish(uploadId)).length).toBe(4);
});

it('refuses too much, too little and too large pieces, and leaves nothing behind', async () => {
  const { uploads } = catalogue;
  const more = await uploads.begin({ name: 'x', size: 1 });
  await expect(uploads.chunk(more.uploadId, 0, new Uint8Array(2))).rejects.toMatchObject({
    code: 'LENGTH_MISMATCH',
  });
  const less = await uploads.begin({ name: 'x', size: 2 });
  await uploads.chunk(less.uploadId, 0, new Uint8Array(1));
  await expect(uploads.finish(less.uploadId)).rejects.toMatchObject({ code: 'LENGTH_MISMATCH' });
  const large = await uploads.begin({ name: 'x', size: 2 * FIRMWARE_CHUNK_LIMIT });
  await expect(
    uploads.chunk(large.uploadId, 0, new Uint8Array(FIRMWARE_CHUNK_LIMIT + 1)),
  ).rejects.toMatchObject({ code: 'UPLOAD_CHUNK_TOO_LARGE' });
  expect(await uploads.abort(large.uploadId)).toBe(true);
  expect(await uploads.abort(large.uploadId)).toBe(false);
  await expect(uploads.begin({ name: 'x', size: 0 })).rejects.toMatchObject({
    code: 'FIRMWARE_EMPTY',
  });
  expect(incoming()).toEqual([]);
});

it('keeps few uploads at once and drops those that rest', async () => {
  const { uploads } = catalogue;
  const begin = (): Promise<{ uploadId: string }> => uploads.begin({ name: 'x', size: 10 });
  const open = await Promise.all([begin(), begin(), begin(), begin()]);
  await expect(begin()).rejects.toMatchObject({ code: 'UPLOAD_TOO_MANY' });
  const [busy, idle] = open;
  clock.advance(100_000);
  await uploads.chunk(busy.uploadId, 0, new Uint8Array(1));
  clock.advance(20_000);
  await expect.poll(incoming).toHaveLength(1);
  await expect(uploads.chunk(idle.uploadId, 0, new Uint8Array(1))).rejects.toMatchObject({
    code: 'UPLOAD_UNKNOWN',
  });
  await uploads.chunk(busy.uploadId, 1, new Uint8Array(1));
  clock.advance(120_000);
  await expect.poll(incoming).toEqual([]);
});

it('an upload that is being finished is finished', async () => {
  const { uploads } = catalogue;
  const { uploadId } = await uploads.begin({ name: 'x', size: 1 });
  await uploads.chunk(uploadId, 0, new Uint8Array(1));
  const finished = uploads.finish(uploadId);
  expect(await uploads.abort(uploadId)).toBe(false);
  expect(await finished).toMatchObject({ length: 1 });
});

it('closing drops open uploads', async () => {
  await catalogue.uploads.begin({ name: 'x', size: 10 });
  await catalogue.close();
  expect(incoming()).toEqual([]);
  expect(clock.sleepers()).toBe(0);
  await expect(catalogue.uploads.begin({ name: 'x', size: 10 })).rejects.toMatchObject({
    code: 'CATALOGUE_CLOSED',
  });
});

it('closing waits for an upload that is being finished, which is whole then', async () => {
  const bytes = new Uint8Array(FIRMWARE_CHUNK_LIMIT).fill(7);
  const { uploadId } = await catalogue.uploads.begin({ name: 'x', size: bytes.byteLength });
  await catalogue.uploads.chunk(uploadId, 0, bytes);
  let done = false;
  const finishing = catalogue.uploads.finish(uploadId).finally(() => (done = true));
  await catalogue.close();
  expect(done).toBe(true);
  const { sha256 } = await finishing;
  expect(catalogue.artifact(sha256)).toMatchObject({ sha256 });
});

it('closing leaves nothing of an upload that was about to begin', async () => {
  const beginning = catalogue.uploads
    .begin({ name: 'x', size: 10 })
    .catch((error: unknown) => error);
  await catalogue.close();
  expect(await beginning).toMatchObject({ code: 'CATALOGUE_CLOSED' });
  expect(incoming()).toEqual([]);
  expect(clock.sleepers()).toBe(0);
});

it('an image whose row was lost to a crash is listed again at the next start', async () => {
  const sha256 = await anImage(new Uint8Array(10).fill(3));
  const store = dir.join('artifacts', 'sha256');
  await mkdir(`${store}/00`, { recursive: true });
  await writeFile(`${store}/00/${'0'.repeat(64)}`, '');
  await writeFile(`${store}/00/notes.txt`, 'x');
  await symlink('/etc/hostname', `${store}/00/${'0'.repeat(63)}1`);
  await writeFile(`${store}/00/${'1'.repeat(64)}`, 'under another folder than its own');
  db.exec('DELETE FROM artifact');
  expect(catalogue.artifacts()).toEqual([]);
  await catalogue.close();
  catalogue = createCatalogue({ db, dir: dir.join('artifacts'), clock });
  const name = `${sha256.slice(0, 12)}.bin`;
  expect(catalogue.artifacts()).toEqual([{ sha256, length: 10, name }]);
  expect(await catalogue.verifyImage(sha256, 10)).toBe('ok');
  expect(existsSync(`${store}/00/notes.txt`)).toBe(true);
});
