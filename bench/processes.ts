import { fork, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of this benchmark run, ended by whoever started it. */
export type Running = { readonly child: ChildProcess; end: () => Promise<void> };

/** Forks a module of this folder; resolves with the first message it sends. */
export async function forkModule(
  path: string,
  args: readonly string[] = [],
): Promise<Running & { first: unknown }> {
  const child = fork(fileURLToPath(new URL(path, import.meta.url)), [...args], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const first = await nextMessage<unknown>(child, path);
  return { child, first, end: () => end(child) };
}

export function nextMessage<T>(child: ChildProcess, what = 'process'): Promise<T> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => {
      reject(new Error(`${what} ended with ${String(code)} before it answered`));
    };
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as T);
    });
  });
}

export function startProgram(command: string, args: readonly string[]): Running {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  return { child, end: () => end(child) };
}

/** Runs a program to its end; rejects with its standard error unless it exits 0. */
export async function run(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await exitOf(child);
  if (code !== 0)
    throw new Error(`${command} ended with ${String(code)}: ${err.trim().slice(-400)}`);
  return out;
}

/** Runs the command line with `--json` and tells each line when it comes. */
export async function runOtaBench(
  args: readonly string[],
  onLine: (line: Record<string, unknown>) => void,
): Promise<void> {
  const cli = fileURLToPath(new URL('../headless/cli.ts', import.meta.url));
  const parameters = ['--disable-warning=ExperimentalWarning', cli, ...args, '--json'];
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    onLine(JSON.parse(line) as Record<string, unknown>);
  });
  const code = await exitOf(child);
  if (code !== 0)
    throw new Error(`ota-bench ended with ${String(code)}: ${err.trim().slice(-400)}`);
}

/** Starts a fleet; resolves when all of its vehicles are connected. */
export async function startFleet(args: readonly string[]): Promise<Running> {
  const cli = fileURLToPath(new URL('../headless/cli.ts', import.meta.url));
  const parameters = ['--disable-warning=ExperimentalWarning', cli, 'fleet', ...args, '--json'];
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if ((JSON.parse(line) as { event: string }).event === 'ready') resolve();
    });
    child.once('exit', (code) => {
      reject(new Error(`the fleet ended with ${String(code)}`));
    });
  });
  return { child, end: () => end(child) };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code);
    });
  });
}

/** What an orderly close gets before the process is killed. */
const CLOSE_LIMIT_MS = 5_000;

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = exitOf(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}
