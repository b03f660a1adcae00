import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('vehicle-process.ts', import.meta.url));
/** A busy machine starts a process within seconds. */
const START_LIMIT_MS = 60_000;

/** A vehicle as a process of its own, on one folder. */
export type VehicleProcess = {
  /** Resolves once it has taken its place on the broker. */
  start(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. Nothing happens when none runs. */
  kill(): Promise<void>;
  /** As a laptop that is closed: nothing runs, and its clock goes on. Not on Windows. */
  sleep(): void;
  wake(): void;
};

/** @param config what vehicle-process.ts takes */
export function vehicleProcess(config: Readonly<Record<string, unknown>>): VehicleProcess {
  let child: ChildProcess | null = null;
  // Nobody else would end it when the test's own process goes.
  const onExit = (): void => void child?.kill('SIGKILL');
  const kill = async (): Promise<void> => {
    const ending = child;
    child = null;
    process.off('exit', onExit);
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
  };
  return {
    kill,
    sleep: () => void child?.kill('SIGSTOP'),
    wake: () => void child?.kill('SIGCONT'),
    async start() {
      const started = spawn(process.execPath, ['--no-warnings', SCRIPT, JSON.stringify(config)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child = started;
      process.on('exit', onExit);
      const late = new AbortController();
      const how = await Promise.race([
        once(started.stdout, 'data').then(() => 'up'),
        once(started, 'exit').then(() => 'ended before it was up'),
        setTimeout(START_LIMIT_MS, 'was not up in time', { signal: late.signal }),
      ]);
      late.abort();
      if (how === 'up') return;
      await kill();
      throw new Error(`the vehicle's process ${how}`);
    },
  };
}
