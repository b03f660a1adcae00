import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, open, truncate } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '#core/storage';
import { fixedClock, tempDir, type TempDir } from '#core/testing';
import { createCatalogue, type Catalogue } from './index.ts';

const MIB = 1_048_576;

async function folder(): Promise<TempDir> {
  const dir = await tempDir();
  onTestFinished(dir.remove);
  return dir;
}

function start(dir: TempDir, images: string): Catalogue {
  const db = openDatabase(dir.join('bench.db'));
  const catalogue = createCatalogue({ db, dir: images, clock: fixedClock() });
  onTestFinished(async () => {
    await catalogue.close();
    db.close();
  });
  return catalogue;
}

async function aSparseFile(path: string, size: number): Promise<string> {
  await (await open(path, 'w')).close();
  await truncate(path, size);
  return path;
}

/** Mounting needs a right that not every machine gives. */
function mountSmallDisk(path: string, size: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

it('a full disk is named, and everything written so far is given back', async ({ skip }) => {
  const dir = await folder();
  const disk = dir.join('disk');
  await mkdir(disk);
  if (!mountSmallDisk(disk, '4m')) skip('this machine does not let a test mount a small disk');
  onTestFinished(() => void execFileSync('umount', [disk]));
  const catalogue = start(dir, disk);
  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    for (let n = 0; n < 8; n += 1) yield new Uint8Array(MIB).fill(n);
  }
  // Unannounced, so that the disk itself says it.
  await expect(catalogue.importImage(pieces(), { name: 'x' })).rejects.toMatchObject({
    code: 'DISK_FULL',
  });
  expect(readdirSync(`${disk}/incoming`)).toEqual([]);
  const path = await aSparseFile(dir.join('big'), 8 * MIB);
  let progress = 0;
  const announced = catalogue.importImage(
    { path },
    { name: 'x', onProgress: (received) => (progress = received) },
  );
  await expect(announced).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(progress).toBe(0);
  const small = await aSparseFile(dir.join('small'), 2 * MIB);
  expect((await catalogue.importImage({ path: small }, { name: 'x' })).length).toBe(2 * MIB);
});

it('a pipe is refused at once, although nobody writes to it', async () => {
  const dir = await folder();
  const path = dir.join('pipe');
  execFileSync('mkfifo', [path]);
  const catalogue = start(dir, dir.join('artifacts'));
  await expect(catalogue.importImage({ path }, { name: 'x' })).rejects.toMatchObject({
    code: 'FIRMWARE_UNREADABLE',
  });
});

it('one byte more than 4 GiB is refused before anything is read', async () => {
  const dir = await folder();
  const path = await aSparseFile(dir.join('huge'), 4_294_967_297);
  const catalogue = start(dir, dir.join('artifacts'));
  await expect(catalogue.importImage({ path }, { name: 'x' })).rejects.toMatchObject({
    code: 'FIRMWARE_TOO_LARGE',
  });
});

/** Imports the file it is given, saying how far it is, and at the end how large it grew. */
const CHILD = `
  import { createCatalogue } from '#core/catalogue';
  import { systemClock } from '#core/ports';
  import { openDatabase } from '#core/storage';
  const [database, dir, path] = process.argv.slice(-3);
  const catalogue = createCatalogue({ db: openDatabase(database), dir, clock: systemClock });
  const before = process.memoryUsage.rss();
  const onProgress = (received) => process.stdout.write(received + '\\n');
  await catalogue.importImage({ path }, { name: 'x', onProgress });
  await catalogue.close();
  process.stdout.write('grew ' + (process.memoryUsage.rss() - before) + '\\n');
`;

function child(dir: TempDir, path: string): ReturnType<typeof spawn> {
  const args = ['--input-type=module', '--eval', CHILD];
  const files = [dir.join('bench.db'), dir.join('artifacts'), path];
  const started = spawn('node_modules/.bin/node', [...args, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void started.kill('SIGKILL'));
  return started;
}

it('an image of 256 MiB goes in without being held in memory', async () => {
  const dir = await folder();
  const path = await aSparseFile(dir.join('image'), 256 * MIB);
  const importing = child(dir, path);
  let output = '';
  importing.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  await once(importing, 'close');
  const grew = Number(/grew (-?\d+)/.exec(output)?.[1]);
  expect(grew).toBeLessThan(64 * MIB);
});

it('kill -9 in the middle leaves nothing that the next start does not remove', async () => {
  const dir = await folder();
  const path = await aSparseFile(dir.join('image'), 256 * MIB);
  const importing = child(dir, path);
  await once(importing.stdout ?? importing, 'data');
  importing.kill('SIGKILL');
  await once(importing, 'exit');
  expect(importing.signalCode).toBe('SIGKILL');
  expect(readdirSync(dir.join('artifacts', 'incoming'))).toHaveLength(1);
  const catalogue = start(dir, dir.join('artifacts'));
  expect(readdirSync(dir.join('artifacts', 'incoming'))).toEqual([]);
  expect(catalogue.artifacts()).toEqual([]);
});
