import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import { type Bench, createBench } from './index.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

const open = (workspaceDir = folder.join('w'), more = {}): Promise<Bench> =>
  createBench({
    ...{ workspaceDir, host: 'headless', version: '0.0.0', ecuSpeed: 'full' },
    ...{ settings: { listeners: { tls: { port: 0 } } } },
    ...more,
  });

describe('a workspace that goes away while it is open', () => {
  it.each([
    ['moved', (from: string, to: string) => rename(from, to)],
    ['deleted', (from: string) => rm(from, { recursive: true })],
  ])('%s: the roles stop with the reason, nothing is written in its place', async (_, goAway) => {
    const bench = await open();
    await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    await goAway(folder.join('w'), folder.join('elsewhere'));
    const kinds = (): string[] => Object.values(bench.view().roles).map(({ kind }) => kind);
    await expect.poll(kinds, { timeout: 30_000 }).toEqual(['failed', 'failed', 'failed']);
    const refusal = {
      code: 'WORKSPACE_GONE',
      reason: expect.stringContaining(folder.join('w')) as string,
      next: expect.stringContaining('--workspace') as string,
    };
    const { broker, backend, dcu } = bench.view().roles;
    for (const role of [broker, backend, dcu]) expect(role).toEqual({ kind: 'failed', refusal });
    await bench.client.bench.start({ roles: ['broker'] });
    expect(bench.view().roles.broker).toEqual({ kind: 'failed', refusal });
    await bench.close();
    expect(existsSync(folder.join('w'))).toBe(false);
  });
});

describe('a workspace that cannot be taken', () => {
  it('from a newer OTA Bench: is refused, with not a byte changed and the lock let go', async () => {
    await (await open()).close();
    const file = folder.join('w', 'bench.db');
    const age = (by: number): void => {
      const db = new DatabaseSync(file);
      db.exec(`UPDATE migration SET version = version + ${String(by)} WHERE room = 'catalogue'`);
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
    };
    age(1);
    const before = await readFile(file);
    await expect(open()).rejects.toMatchObject({ code: 'NEWER_SCHEMA' });
    expect((await readFile(file)).equals(before)).toBe(true);
    age(-1);
    await (await open()).close();
  });

  it('without the product’s own folders: names the one that is missing', async () => {
    const missing = folder.join('resources', 'scenarios');
    await expect(open(undefined, { scenariosDir: missing })).rejects.toMatchObject({
      code: 'RESOURCES_MISSING',
      reason: expect.stringContaining(missing) as string,
    });
    expect(existsSync(folder.join('w'))).toBe(false);
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'on a disk that may only be read: is refused, and tells so',
    async () => {
      const disk = folder.join('disk');
      await mkdir(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]);
      try {
        await (await open(folder.join('disk', 'w'))).close();
        execFileSync('mount', ['-o', 'remount,ro', disk]);
        for (const name of ['w', 'new']) {
          await expect(open(folder.join('disk', name))).rejects.toMatchObject({
            code: 'WORKSPACE_READ_ONLY',
          });
        }
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});
