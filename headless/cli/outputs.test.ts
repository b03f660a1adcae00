import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import { type FolderEntry, reserveFolder, reserveOutput, writeOutput } from './outputs.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

const open = { secret: false };
const bytes = (text: string): Uint8Array => Buffer.from(text);
const entry = (name: string): FolderEntry => ({ name, bytes: bytes(name), secret: false });
const filesIn = async (path: string): Promise<string[]> =>
  (await readdir(path, { recursive: true })).sort();

describe('a file that a person asked for', () => {
  it('is not there before it is whole, and nothing is left of one that was given up', async () => {
    const file = folder.join('a', 'b', 'out.pem');
    const given = await reserveOutput(file, { secret: true });
    await given.write('half');
    expect(await filesIn(folder.join('a', 'b'))).not.toContain('out.pem');
    await given.release();
    expect(await filesIn(folder.path)).toEqual([]);

    await writeOutput(file, 'whole', { secret: true });
    expect(await filesIn(folder.path)).toEqual(['a', 'a/b', 'a/b/out.pem']);
    expect(await readFile(file, 'utf8')).toBe('whole');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('takes more than was reserved, byte for byte', async () => {
    const large = new Uint8Array(100_000).fill(7);
    await writeOutput(folder.join('large'), large, open);
    expect(new Uint8Array(await readFile(folder.join('large')))).toEqual(large);
  });

  it('made piece by piece replaces what is there only once it is whole', async () => {
    const file = folder.join('out');
    await writeFile(file, 'evidence');
    const given = await reserveOutput(file, { ...open, force: true });
    await given.append(bytes('half'));
    await given.release();
    expect(await readFile(file, 'utf8')).toBe('evidence');

    const place = await reserveOutput(file, { ...open, force: true });
    for (const piece of ['one ', 'two ', 'x'.repeat(100_000)]) await place.append(bytes(piece));
    await place.commit();
    await place.release();
    expect(await readFile(file, 'utf8')).toBe(`one two ${'x'.repeat(100_000)}`);
    expect(await filesIn(folder.path)).toEqual(['out']);
  });

  it.each(['/proc/zz/y', '/dev/null/x'])(
    'is refused at once at %s',
    async (file) => {
      await expect(writeOutput(file, 'x', open)).rejects.toMatchObject({
        code: 'FILE_NOT_WRITTEN',
        reason: expect.stringMatching(/\((ENOENT|ENOTDIR)\)/) as string,
      });
    },
    5_000,
  );

  it('does not take the place of one that came meanwhile', async () => {
    const file = folder.join('out');
    const place = await reserveOutput(file, open);
    await writeFile(file, 'somebody else');
    await place.write('ours');
    await expect(place.commit()).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    await place.release();
    expect(await filesIn(folder.path)).toEqual(['out']);
    expect(await readFile(file, 'utf8')).toBe('somebody else');
  });

  it('replaces a file, or a link but not its target, with --force only', async () => {
    const [target, link] = [folder.join('target'), folder.join('link')];
    await writeFile(target, 'before');
    await symlink(target, link);
    for (const file of [target, link]) {
      await expect(writeOutput(file, 'x', open)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    }
    await writeOutput(link, 'after', { ...open, force: true });
    expect((await lstat(link)).isFile()).toBe(true);
    expect(await readFile(target, 'utf8')).toBe('before');
    await writeOutput(target, 'after', { ...open, force: true });
    expect(await readFile(target, 'utf8')).toBe('after');
  });

  it('never replaces what is no file, nor a link to what a process has open', async () => {
    const pipe = folder.join('pipe');
    execFileSync('mkfifo', [pipe]);
    await mkdir(folder.join('folder'));
    await symlink('/dev/null', folder.join('device'));
    await symlink('/proc/self/fd/1', folder.join('stdout'));
    const before = await filesIn(folder.path);
    for (const name of before) {
      const written = writeOutput(folder.join(name), 'x', { ...open, force: true });
      await expect(written).rejects.toMatchObject({ code: 'FILE_NOT_WRITTEN' });
    }
    expect(await filesIn(folder.path)).toEqual(before);
    expect((await lstat(pipe)).isFIFO()).toBe(true);
    expect((await lstat(folder.join('stdout'))).isSymbolicLink()).toBe(true);
  });
});

describe('a folder that a person asked for', () => {
  const fill = async (path: string, force: boolean, ...names: string[]): Promise<void> => {
    const place = await reserveFolder(path, force);
    await place.fill(names.map(entry)).finally(() => place.release());
  };
  const TOO_LONG = 'x'.repeat(300);

  it('comes whole, or not at all', async () => {
    await fill(folder.join('new'), false, 'a.conf', 'certs/a.key');
    expect(await filesIn(folder.join('new'))).toEqual(['a.conf', 'certs', 'certs/a.key']);
    const halfway = fill(folder.join('other', 'new'), false, 'a.conf', 'certs/a.key', TOO_LONG);
    await expect(halfway).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
      reason: expect.stringContaining(folder.join('other', 'new', 'xxx')) as string,
    });
    expect(await filesIn(folder.path)).not.toContain('other');
  });

  it('is filled where it is empty; with other files in it only with --force, and they stay', async () => {
    const path = folder.join('there');
    await mkdir(path);
    await fill(path, false, 'a.conf');
    await expect(fill(path, false, 'b.conf')).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(await filesIn(path)).toEqual(['a.conf']);
    await fill(path, true, 'b.conf', 'certs/b.key');
    expect(await filesIn(path)).toEqual(['a.conf', 'b.conf', 'certs', 'certs/b.key']);
  });

  it('stays as it was when one of the files cannot go there', async () => {
    const path = folder.join('there');
    await mkdir(folder.join('there', 'b.conf'), { recursive: true });
    await expect(fill(path, true, 'a.conf', 'b.conf')).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
    });
    expect(await filesIn(path)).toEqual(['b.conf']);
  });
});
