import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { tempDir } from '#core/testing';
import { faultOf } from './refusal.ts';
import { openStore, type Store } from './store.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

async function keysOf(store: Store): Promise<string[]> {
  const keys: string[] = [];
  for await (const [key] of store.entries()) keys.push(key);
  return keys;
}

it.runIf(canMount)(
  'a full disk is told as one, loses nothing that was there, and is written to again once there is room',
  async () => {
    const dir = await tempDir();
    onTestFinished(dir.remove);
    const disk = dir.join('disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', [disk]));
    const sessions = dir.join('disk', 'broker');
    const store = await openStore(sessions);
    const value = Buffer.alloc(100_000, 1);
    await store.write([{ key: 'before', value }]);

    const ballast = dir.join('disk', 'ballast');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(ballast, new Uint8Array(bavail * bsize));
    const failure = await store.write([{ key: 'never', value }]).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'DISK_FULL',
      next: expect.stringContaining('Free') as string,
    });
    expect(faultOf(failure, 'car')).toEqual({
      code: 'DISK_FULL',
      detail: `car: no space left in ${sessions}`,
    });

    await expect(store.write([{ key: 'never', value }])).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    rmSync(ballast);
    await store.write([{ key: 'after', value }]);
    await store.close();
    const again = await openStore(sessions);
    onTestFinished(() => again.close());
    expect(await keysOf(again)).toEqual(['after', 'before']);
  },
);
