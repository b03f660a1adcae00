import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

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
