import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../cli/program.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

export type Line = { event: string } & Record<string, unknown>;
export type Ended = { code: number | null; lines: Line[]; stdout: string; stderr: string };
export type Running = {
  child: ChildProcessWithoutNullStreams;
  lines: Line[];
  /** Resolves with the first line, past or to come, that fits; rejects when the process ends first. */
  line(fits: (line: Line) => boolean): Promise<Line>;
  ended: Promise<Ended>;
};

/** A real process of the command line, with its JSON lines as they come. */
export function runCli(...args: string[]): Running {
  return follow(
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], {
      // Whoever runs the tests has a keychain of their own, and things in it.
      env: { ...process.env, OTA_BENCH_VAULT: 'session' },
    }),
  );
}

/**
 * The same command in this process: what it says and the code it would end with. A process of its
 * own costs half a second before its first line, which proves nothing more about what a command
 * answers; what a process does (signals, pipes, being killed) takes `runCli`.
 */
export async function runHere(...args: string[]): Promise<Ended> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const said = Promise.all([text(stdout), text(stderr)]);
  const code = await runProgram(args, {
    // Streams that are no terminal, as in a pipe; the types are those of a process' own.
    ...({ stdin, stdout, stderr } as unknown as Pick<
      NodeJS.Process,
      'stdin' | 'stdout' | 'stderr'
    >),
    env: { ...process.env, OTA_BENCH_VAULT: 'session' },
    platform: process.platform,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  return { code, lines: linesOf(out), stdout: out, stderr: err };
}

/** The JSON lines in what was said; a document printed over several lines is none of ours. */
function linesOf(said: string): Line[] {
  return said
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
}

/** Reads what a process that runs the command line says. */
function follow(child: ChildProcessWithoutNullStreams): Running {
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  let over = false;
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
  createInterface({ input: child.stdout }).on('line', (text) => {
    stdout += `${text}\n`;
    // A document printed over several lines is none of ours.
    if (text.startsWith('{') && text.endsWith('}')) lines.push(JSON.parse(text) as Line);
    for (const wake of waiting) wake();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => {
      over = true;
      for (const wake of waiting) wake();
      resolve({ code, lines, stdout, stderr });
    });
  });
  return {
    child,
    lines,
    ended,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(fits);
          if (found === undefined && !over) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`ended without that line:\n${stdout}\n${stderr}`));
        };
        waiting.add(look);
        look();
      }),
  };
}
