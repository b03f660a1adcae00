import { writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tempDir, type TempDir } from '#core/testing';
import { runHere } from './testing/run-cli.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

it('dcu refuses a wrong profile at its line, without waiting for any broker', async () => {
  const file = folder.join('mine.json');
  await writeFile(file, '{\n  "format": 1,\n  "wheels": 4\n}\n');
  const { code, lines } = await runHere(
    ...['dcu', '--workspace', folder.join('w'), '--vault', 'session', '--json'],
    ...['--broker', 'mqtt://127.0.0.1:1', '--vin', 'V1', '--profile', file],
  );
  const refused = lines.find(({ event }) => event === 'refused')!;
  expect(refused).toMatchObject({ code: 'PROFILE_INVALID' });
  expect(String(refused['reason'])).toContain('mine.json:');
  expect(String(refused['next'])).toContain('docs/ECUS.md');
  expect(code).toBe(3);
});
