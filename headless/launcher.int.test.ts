import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

type Ended = { code: number | null; lines: string[] };

/** As a person's shell runs it, with no terminal behind it. */
async function run(
  command: string,
  args: readonly string[],
  whenLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    for (const line of piece.split('\n')) whenLine(line, (signal) => child.kill(signal));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: text.trim().split('\n') };
}

describe('the launcher', () => {
  it.each([
    ['npx', ['ota-bench', 'demo', '--json']],
    ['npm', ['run', '--silent', 'ota-bench', '--', 'demo', '--json']],
  ])('runs the demo with %s %j and ends 0', async (command, args) => {
    const { code, lines } = await run(command, args);
    expect(code).toBe(0);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ event: 'end', update: 'completed' });
    // Every line is JSON: nothing of npm's or the installer's own words comes in between.
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('event');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on and ends with 130', async (signal) => {
    const bin = fileURLToPath(new URL('bin/ota-bench.mjs', import.meta.url));
    const { code, lines } = await run(process.execPath, [bin, 'demo', '--json'], (line, kill) => {
      if (line.includes('"installing"')) kill(signal);
    });
    expect(code).toBe(130);
    expect(lines.at(-1)).toBe('{"event":"interrupted"}');
  });

  it('passes the exit code of a usage error on', async () => {
    expect((await run('npx', ['ota-bench', 'fly'])).code).toBe(2);
  });
});
