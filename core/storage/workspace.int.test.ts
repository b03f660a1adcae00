import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, openWorkspace } from './index.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-workspace-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A real second process that holds the workspace until it is killed. */
async function holder(workspace: string): Promise<ChildProcess> {
  const script = `
    const { openWorkspace, migrate } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))});
    const workspace = await openWorkspace(process.argv[1]);
    migrate(workspace.db, 'test', ['CREATE TABLE kept (n INTEGER)']);
    workspace.db.exec('INSERT INTO kept VALUES (42)');
    console.log('held');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, workspace], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('openWorkspace', () => {
  it('makes the folders, and again finds what it kept', async () => {
    const path = join(dir, 'new', 'place');
    const first = await openWorkspace(path);
    migrate(first.db, 'test', ['CREATE TABLE kept (n INTEGER)']);
    first.db.exec('INSERT INTO kept VALUES (7)');
    for (const folder of ['artifacts', 'broker', 'vehicles']) {
      expect(existsSync(first.path(folder))).toBe(true);
    }
    await first.close();
    await first.close();
    const second = await openWorkspace(path);
    expect(second.db.prepare('SELECT n FROM kept').all()).toEqual([{ n: 7 }]);
    await second.close();
  });

  it('refuses a second instance in the same process until the first closes', async () => {
    const first = await openWorkspace(dir);
    await expect(openWorkspace(dir)).rejects.toMatchObject({
      code: 'WORKSPACE_BUSY',
      message: expect.stringContaining(dir) as unknown,
    });
    await first.close();
    await (await openWorkspace(dir)).close();
  });

  it('refuses a workspace held by another process, and takes it over after kill -9', async () => {
    const child = await holder(dir);
    await expect(openWorkspace(dir)).rejects.toMatchObject({ code: 'WORKSPACE_BUSY' });
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const workspace = await openWorkspace(dir);
    expect(workspace.db.prepare('SELECT n FROM kept').all()).toEqual([{ n: 42 }]);
    await workspace.close();
  });

  it('refuses a file where the folder should be, and a folder where the database should be', async () => {
    await writeFile(join(dir, 'file'), 'x');
    await expect(openWorkspace(join(dir, 'file'))).rejects.toMatchObject({
      code: 'WORKSPACE_UNUSABLE',
    });
    await mkdir(join(dir, 'odd', 'bench.db'), { recursive: true });
    await expect(openWorkspace(join(dir, 'odd'))).rejects.toMatchObject({
      code: 'WORKSPACE_UNUSABLE',
    });
  });

  it.runIf(process.platform === 'linux')('refuses a folder nobody can write to', async () => {
    await expect(openWorkspace('/proc/ota-bench')).rejects.toMatchObject({
      code: 'WORKSPACE_UNUSABLE',
    });
    await expect(openWorkspace('/proc/self')).rejects.toMatchObject({
      code: 'WORKSPACE_READ_ONLY',
    });
  });

  it('refuses a link to a disk that is not there', async () => {
    await symlink(join(dir, 'unplugged'), join(dir, 'disk'));
    await expect(openWorkspace(join(dir, 'disk', 'bench'))).rejects.toMatchObject({
      code: 'WORKSPACE_UNUSABLE',
    });
  });

  it('lets go of the lock when the database turns out damaged', async () => {
    await writeFile(join(dir, 'bench.db'), 'not a database '.repeat(400));
    await expect(openWorkspace(dir)).rejects.toMatchObject({ code: 'DATABASE_DAMAGED' });
    await rm(join(dir, 'bench.db'));
    await (await openWorkspace(dir)).close();
  });

  it('gives no path outside the folder', async () => {
    const workspace = await openWorkspace(dir);
    expect(workspace.path('vehicles', 'VIN1')).toBe(join(dir, 'vehicles', 'VIN1'));
    for (const parts of [['..'], ['vehicles', '..', '..', 'etc'], ['/etc/passwd']]) {
      expect(() => workspace.path(...parts)).toThrow(
        expect.objectContaining({ code: 'PATH_OUTSIDE_WORKSPACE' }),
      );
    }
    await workspace.close();
  });
});
