import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogFile } from './log-file.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-log-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));
const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) };
const text = (name: string) => readFile(join(dir, name), 'utf8');

it('writes a line for each entry, without what is secret', async () => {
  const log = createLogFile(dir, 'main', clock);
  log('info', 'started', { version: '1' });
  log('warn', 'lost mqtts://ann:hunter22@host/', { password: 'hunter22', two: 'a\nb' });
  const lines = (await text('main.log')).split('\n');
  expect(lines[0]).toBe('2026-01-02T03:04:05.000Z info started {"version":"1"}');
  expect(lines).toHaveLength(3);
  expect(lines.join()).not.toContain('hunter22');
});

it('never lets an entry look like two', async () => {
  createLogFile(dir, 'main', clock)('info', 'a\n2026-01-02T03:04:05.000Z error forged');
  expect((await text('main.log')).trimEnd().split('\n')).toHaveLength(1);
});

it('keeps so many files of so many bytes, the newest last, also over a restart', async () => {
  const limits = { size: 200, files: 3 };
  let log = createLogFile(dir, 'core', clock, limits);
  for (let n = 0; n < 40; n += 1) {
    if (n % 7 === 0) log = createLogFile(dir, 'core', clock, limits);
    log('info', `entry ${n}`);
  }
  log('info', 'x'.repeat(5_000));
  log('info', 'last');
  const names = (await readdir(dir)).sort();
  expect(names).toEqual(['core.1.log', 'core.2.log', 'core.log']);
  for (const name of names) expect((await stat(join(dir, name))).size).toBeLessThanOrEqual(200);
  expect(await text('core.log')).toContain('last');
  expect(await text('core.1.log')).toMatch(/x+ …\n$/);
});

it('makes its folder, also when it is taken away meanwhile, but not what held it', async () => {
  const inside = join(dir, 'a', 'b');
  const log = createLogFile(inside, 'main', clock);
  log('info', 'one');
  await rm(inside, { recursive: true });
  log('info', 'two');
  expect(await readFile(join(inside, 'main.log'), 'utf8')).toContain('two');
  // The workspace that the logs lie in was moved: what is written in its place would be in its way.
  await rm(join(dir, 'a'), { recursive: true });
  log('info', 'three');
  expect(await readdir(dir)).toEqual([]);
});

it('survives a place where it cannot write', async () => {
  await writeFile(join(dir, 'file'), '');
  expect(() => createLogFile(join(dir, 'file'), 'main', clock)('error', 'x')).not.toThrow();
});
