import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '#core/storage';
import { fixedClock, tempDir, type TempDir } from '#core/testing';
import { createCatalogue, type Catalogue } from './index.ts';

const MIB = 1_048_576;
let dir: TempDir;
let catalogue: Catalogue;
let db: ReturnType<typeof openDatabase>;

beforeEach(async () => {
  dir = await tempDir();
  db = openDatabase(dir.join('bench.db'));
  catalogue = createCatalogue({ db, dir: dir.join('artifacts'), clock: fixedClock() });
  return async () => {
    await catalogue.close();
    db.close();
    await dir.remove();
  };
});

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const incoming = (): string[] => readdirSync(dir.join('artifacts', 'incoming'));
const stored = (): string[] =>
  readdirSync(dir.join('artifacts', 'sha256'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.length > 2,
  );

async function* pieces(...sizes: number[]): AsyncGenerator<Uint8Array, void> {
  for (const size of sizes) yield new Uint8Array(size).fill(7);
}

async function aFile(bytes: Uint8Array, name = 'image.bin'): Promise<string> {
  const path = dir.join(name);
  await writeFile(path, bytes);
  return path;
}

it('takes a file in under its hash, byte for byte, and lists it with its name', async () => {
  const bytes = new Uint8Array(3 * MIB + 17).map((_, index) => index % 251);
  const path = await aFile(bytes);
  const progress: number[] = [];
  const artifact = await catalogue.importImage(
    { path },
    { name: 'brake.bin', onProgress: (received) => progress.push(received) },
  );
  expect(artifact).toEqual({ sha256: hash(bytes), length: bytes.length, name: 'brake.bin' });
  expect(catalogue.artifacts()).toEqual([artifact]);
  expect(catalogue.artifact(artifact.sha256)).toEqual(artifact);
  const target = catalogue.artifactPath(artifact.sha256);
  expect(target).toBe(
    dir.join('artifacts', 'sha256', artifact.sha256.slice(0, 2), artifact.sha256),
  );
  expect(hash(readFileSync(target))).toBe(artifact.sha256);
  expect(progress).toEqual([MIB, 2 * MIB, 3 * MIB, bytes.length]);
  expect(incoming()).toEqual([]);
});

it('keeps the same bytes once, under the name they came with last', async () => {
  const first = await catalogue.importImage(pieces(100), { name: 'old.bin' });
  const other = await catalogue.importImage(pieces(101), { name: 'other.bin' });
  const again = await catalogue.importImage(pieces(50, 50), { name: 'new.bin' });
  expect(again.sha256).toBe(first.sha256);
  expect(catalogue.artifacts()).toEqual([again, other]);
  expect(stored()).toHaveLength(2);
});

it('remembers images after a restart and removes what was half written', async () => {
  const artifact = await catalogue.importImage(pieces(100), { name: 'a.bin' });
  await writeFile(dir.join('artifacts', 'incoming', 'left.part'), 'half');
  const next = createCatalogue({ db, dir: dir.join('artifacts'), clock: fixedClock() });
  onTestFinished(() => next.close());
  expect(next.artifacts()).toEqual([artifact]);
  expect(await next.verifyImage(artifact.sha256, 100)).toBe('ok');
  expect(incoming()).toEqual([]);
});

it('mends a stored image that was damaged when the same bytes come again', async () => {
  const { sha256 } = await catalogue.importImage(pieces(100), { name: 'a.bin' });
  await writeFile(catalogue.artifactPath(sha256), new Uint8Array(100));
  await expect(catalogue.verifyImage(sha256, 100)).rejects.toMatchObject({ code: 'IMAGE_HASH' });
  await catalogue.importImage(pieces(100), { name: 'a.bin' });
  expect(await catalogue.verifyImage(sha256, 100)).toBe('ok');
});

it.each([
  ['an empty file', 'FIRMWARE_EMPTY', () => aFile(new Uint8Array())],
  ['a folder', 'FIRMWARE_IS_FOLDER', async () => dir.path],
  ['a device', 'FIRMWARE_UNREADABLE', async () => '/dev/zero'],
  ['nothing', 'FIRMWARE_VANISHED', async () => dir.join('no', 'such.bin')],
  ['a file as folder', 'FIRMWARE_VANISHED', async () => `${await aFile(new Uint8Array(1))}/x`],
  ['an impossible name', 'FIRMWARE_UNREADABLE', async () => dir.join('x'.repeat(300))],
])('refuses %s with %s and keeps nothing', async (_what, code, make) => {
  const path = await make();
  await expect(catalogue.importImage({ path }, { name: 'x' })).rejects.toMatchObject({ code });
  expect(catalogue.artifacts()).toEqual([]);
  expect([...incoming(), ...stored()]).toEqual([]);
});

it('refuses a socket', async () => {
  const path = dir.join('socket');
  const server = createServer().listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  await expect(catalogue.importImage({ path }, { name: 'x' })).rejects.toMatchObject({
    code: 'FIRMWARE_UNREADABLE',
  });
});

it.each([
  ['is cut short', (path: string) => truncate(path, MIB + 1)],
  ['is touched', (path: string) => utimes(path, new Date(), new Date())],
  ['grows', (path: string) => writeFile(path, new Uint8Array(4 * MIB))],
])('refuses a file which %s while it is read', async (_what, change) => {
  const path = await aFile(new Uint8Array(3 * MIB));
  const source = catalogue.importImage(
    { path },
    {
      name: 'x',
      // Synchronous from here on, so the change falls between two pieces.
      onProgress: (received) => {
        if (received === MIB) changing = change(path);
      },
    },
  );
  let changing: Promise<void> | undefined;
  await expect(source).rejects.toMatchObject({ code: 'FIRMWARE_CHANGED' });
  await changing;
  expect([...incoming(), ...stored()]).toEqual([]);
});

it('reads a file to its end even if its name goes meanwhile: the bytes are whole', async () => {
  const path = await aFile(new Uint8Array(2 * MIB));
  const taken = await catalogue.importImage(
    { path },
    { name: 'x', onProgress: (received) => received === MIB && void unlink(path) },
  );
  expect(taken.length).toBe(2 * MIB);
});

it.each([
  [99, 'LENGTH_MISMATCH'],
  [101, 'LENGTH_MISMATCH'],
  [4_294_967_297, 'FIRMWARE_TOO_LARGE'],
  [0, 'FIRMWARE_EMPTY'],
])('refuses 100 bytes announced as %i', async (expectedLength, code) => {
  const taken = catalogue.importImage(pieces(60, 40), { name: 'x', expectedLength });
  await expect(taken).rejects.toMatchObject({ code });
  expect([...incoming(), ...stored()]).toEqual([]);
});

it('stops at the first byte too many instead of reading on', async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      given += 10;
      yield new Uint8Array(10);
    }
  }
  const taken = catalogue.importImage(endless(), { name: 'x', expectedLength: 100 });
  await expect(taken).rejects.toMatchObject({ code: 'LENGTH_MISMATCH' });
  expect(given).toBe(110);
});

it('an aborted import leaves nothing, also when its source gives nothing any more', async () => {
  async function* hanging(): AsyncGenerator<Uint8Array, void> {
    yield new Uint8Array(10);
    await new Promise(() => undefined);
  }
  const stop = new AbortController();
  const taken = catalogue.importImage(hanging(), {
    name: 'x',
    signal: stop.signal,
    onProgress: () => {
      stop.abort(new Error('enough'));
    },
  });
  await expect(taken).rejects.toThrow('enough');
  expect([...incoming(), ...stored()]).toEqual([]);
});

it('a failing source is passed on as it is, and leaves nothing', async () => {
  async function* failing(): AsyncGenerator<Uint8Array, void> {
    yield new Uint8Array(10);
    throw new Error('the cable was pulled');
  }
  await expect(catalogue.importImage(failing(), { name: 'x' })).rejects.toThrow('cable');
  expect(incoming()).toEqual([]);
});

it('closing ends an import under way', async () => {
  const never = Promise.withResolvers<undefined>();
  async function* hanging(): AsyncGenerator<Uint8Array, void> {
    yield new Uint8Array(10);
    await never.promise;
  }
  const taken = catalogue.importImage(hanging(), { name: 'x' });
  const refused = expect(taken).rejects.toMatchObject({ code: 'CATALOGUE_CLOSED' });
  await catalogue.close();
  await refused;
  expect(incoming()).toEqual([]);
});

it.each([
  ['/etc/brake.bin', 'brake.bin'],
  ['..\\..\\brake.bin', 'brake.bin'],
  ['bra\u0000ke\n.bin', 'brake.bin'],
  ['exe\u202enib.bin', 'exenib.bin'],
  ['..', 'firmware.bin'],
  ['\u0001', 'firmware.bin'],
  [`${'ä'.repeat(254)}😀`, 'ä'.repeat(254)],
])('stores the name %j as %j', async (name, clean) => {
  const artifact = await catalogue.importImage(pieces(1), { name });
  expect(artifact.name).toBe(clean);
});

it('says that the store cannot be written', async () => {
  const path = await aFile(new Uint8Array(1), 'file');
  const make = (): unknown => createCatalogue({ db, dir: path, clock: fixedClock() });
  expect(make).toThrow(expect.objectContaining({ code: 'STORE_UNWRITABLE' }));
  await mkdir(dir.join('fine'));
});
