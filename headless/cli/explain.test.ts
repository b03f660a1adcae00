import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { describeProgram, runProgram } from './program.ts';
import { HELP_DIR } from './resources.ts';
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

  it('names no command that there is not', () => {
    const program = describeProgram({} as Surroundings, () => Promise.resolve());
    const missing: string[] = [];
    let named = 0;
    for (const name of readdirSync(HELP_DIR, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(json|md)$/.test(name)) continue;
      const text = readFileSync(join(HELP_DIR, name), 'utf8');
      for (const [said, first, second] of text.matchAll(/ota-bench ([a-z]+)(?: ([a-z-]+))?/g)) {
        named += 1;
        const command = program.commands.find((each) => each.name() === first);
        const parts = command?.commands.map((each) => each.name()) ?? [];
        const known = parts.length === 0 || parts.includes(second ?? '');
        if (command === undefined || !known) missing.push(`${name}: ${said}`);
      }
    }
    expect(named).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });

  it('refuses what there is none of, with what is near', async () => {
    const { code, out } = await run('explain', 'HASH', '--json');
    expect(code).toBe(2);
    expect(out).toMatch(/"code":"BAD_ARGUMENT".*HASH_MISMATCH/);
  });
});
