import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runProgram } from './program.ts';
import { type Surroundings } from './session.ts';

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  stderr.resume();
  const around = {
    ...{ stdin: process.stdin, stdout, stderr, env: {}, platform: process.platform },
  } as unknown as Surroundings;
  const code = await runProgram(args, around);
  stdout.end();
  return { code, out: (await stdout.toArray()).map(String).join('') };
}

describe('ota-bench explain', () => {
  it('says what a code means, in the language that is asked for', async () => {
    const { code, out } = await run('explain', 'hash_mismatch', '--lang', 'de');
    expect(code).toBe(0);
    expect(out).toContain('HASH_MISMATCH: Das Abbild ist nicht das signierte');
    expect(out).toContain('importieren Sie das Abbild neu');
  });

  it('prints a page', async () => {
    const { out } = await run('explain', 'rollback', '--lang', 'en');
    expect(out).toMatch(/^# Rollback\n/);
  });

  it('refuses what there is none of, with what is near', async () => {
    const { code, out } = await run('explain', 'HASH', '--json');
    expect(code).toBe(2);
    expect(out).toMatch(/"code":"BAD_ARGUMENT".*HASH_MISMATCH/);
  });
});
