import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../cli/program.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

export type Line = { event: string } & Record<string, unknown>;
export type Ended = { code: number | null; lines: Line[]; stdout: string; stderr: string };
export type Followed = {
  lines: Line[];
  /** Resolves with the first line, past or to come, that fits; rejects when the command ends first. */
  line(fits: (line: Line) => boolean): Promise<Line>;
  ended: Promise<Ended>;
};
export type Running = Followed & { child: ChildProcessWithoutNullStreams };
export type RunningHere = Followed & {
  /** Its reader goes away, which is what ends a command here: signals are the whole process'. */
  leave(): Promise<Ended>;
};

/** A real process of the command line, with its JSON lines as they come. */
export function runCli(...args: string[]): Running {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, ...args], {
    // Whoever runs the tests has a keychain of their own, and things in it.
    env: { ...process.env, OTA_BENCH_VAULT: 'session' },
  });
  const { stdout, stderr } = child;
  const code = new Promise<number | null>((resolve) => void child.on('close', resolve));
  return { child, ...follow(stdout, stderr, code) };
}

/**
 * The same command in this process: what it says and the code it would end with. A process of its
 * own costs half a second before its first line, which proves nothing more about what a command
 * answers; what a process does (signals, pipes, being killed) takes `runCli`.
 */
export function runHere(...args: string[]): Promise<Ended> {
  return startHere(...args).ended;
}

/** The same, for a command that goes on until it is told to end. */
export function startHere(...args: string[]): RunningHere {
  return begin(args, { vault: 'session' });
}

/** @param input what stands on standard input */
export function begin(
  args: readonly string[],
  { vault, input = '' }: { vault: 'session' | 'keychain'; input?: string },
): RunningHere {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const code = runProgram(args, {
    // Streams that are no terminal, as in a pipe; the types are those of a process' own.
    ...({ stdin, stdout, stderr } as unknown as Pick<
      NodeJS.Process,
      'stdin' | 'stdout' | 'stderr'
    >),
    env: { ...process.env, OTA_BENCH_VAULT: vault },
    platform: process.platform,
  }).finally(() => {
    stdout.end();
    stderr.end();
  });
  const followed = follow(stdout, stderr, code);
  return {
    ...followed,
    leave: () => {
      stdout.destroy(Object.assign(new Error('the reader went away'), { code: 'EPIPE' }));
      return followed.ended;
    },
  };
}

/** Reads what a command says, until it is over and all of it is read. */
function follow(stdout: Readable, stderr: Readable, ending: Promise<number | null>): Followed {
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let said = '';
  let told = '';
  let over = false;
  const wake = (): void => {
    for (const each of waiting) each();
  };
  stderr.on('data', (piece: Buffer) => (told += piece.toString()));
  const reader = createInterface({ input: stdout });
  // The command's to hear, and to answer.
  reader.on('error', () => undefined);
  reader.on('line', (text) => {
    said += `${text}\n`;
    // A document printed over several lines is none of ours.
    if (text.startsWith('{') && text.endsWith('}')) lines.push(JSON.parse(text) as Line);
    wake();
  });
  const read = [stdout, stderr].map(
    (stream) => new Promise<void>((resolve) => void stream.on('close', resolve)),
  );
  const ended = Promise.all([ending, ...read])
    .then(([code]) => ({ code, lines, stdout: said, stderr: told }))
    .finally(() => {
      over = true;
      wake();
    });
  return {
    lines,
    ended,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(fits);
          if (found === undefined && !over) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`ended without that line:\n${said}\n${told}`));
        };
        waiting.add(look);
        look();
      }),
  };
}
