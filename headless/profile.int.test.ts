import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import { runCli } from './testing/run-cli.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

it('dcu refuses a wrong profile at its line, without waiting for any broker', async () => {
  const file = folder.join('mine.json');
  await writeFile(file, '{\n  "format": 1,\n  "wheels": 4\n}\n');
  const run = runCli(
    ...['dcu', '--workspace', folder.join('w'), '--vault', 'session', '--json'],
    ...['--broker', 'mqtt://127.0.0.1:1', '--vin', 'V1', '--profile', file],
  );
  const refused = await run.line(({ event }) => event === 'refused');
  expect(refused).toMatchObject({ code: 'PROFILE_INVALID' });
  expect(String(refused['reason'])).toContain('mine.json:');
  expect(String(refused['next'])).toContain('docs/ECUS.md');
  await run.ended;
  expect(run.child.exitCode).not.toBe(0);
});
