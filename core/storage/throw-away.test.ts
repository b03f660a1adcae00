import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { openThrowAway, sweepThrowAways } from './index.ts';

/** Of this test alone. */
const prefix = `ota-sweep-${randomUUID()}-`;

/** A real second process that has a folder until it is killed. */
async function owner(): Promise<{ child: ChildProcess; dir: string }> {
  const script = `
    const { openThrowAway } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))});
    const { dir } = await openThrowAway(process.argv[1]);
    process.stdout.write(dir);
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, prefix], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [dir] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, dir: dir.toString() };
}

it('takes a folder away once its owner was killed, and never one in use', async () => {
  const { child, dir } = await owner();
  await writeFile(join(dir, 'bench.db'), 'images and more');
  const mine = await openThrowAway(prefix);
  try {
    expect(await sweepThrowAways(prefix)).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await sweepThrowAways(prefix)).toEqual([dir]);
    expect([existsSync(dir), existsSync(mine.dir)]).toEqual([false, true]);
  } finally {
    child.kill('SIGKILL');
    await mine.remove();
  }
  expect(existsSync(mine.dir)).toBe(false);
});

it('leaves alone what it does not know: links, fresh folders, and what has no owner on record', async () => {
  const made = ['link', 'fresh', 'full', 'empty'].map((name) => join(tmpdir(), prefix + name));
  const [link = '', fresh = '', full = '', empty = ''] = made;
  try {
    for (const each of [fresh, full, empty]) await mkdir(each);
    await writeFile(join(full, 'something'), '');
    await symlink(full, link);
    const long = new Date(Date.now() - 3_600_000);
    for (const each of [full, empty]) await utimes(each, long, long);
    expect(await sweepThrowAways(prefix)).toEqual([empty]);
    expect(existsSync(join(full, 'something'))).toBe(true);
  } finally {
    for (const each of made) await rm(each, { recursive: true, force: true });
  }
});
