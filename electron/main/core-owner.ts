import {
  MessageChannelMain,
  utilityProcess,
  type MessagePortMain,
  type UtilityProcess,
} from 'electron';
import { unreachable, type Clock, type Log, type Refusal } from '#core/ports';
import {
  CORE_AT_REST,
  stepCore,
  type CoreEffect,
  type CoreEvent,
  type CoreState,
} from './core-machine.ts';
import { FromCore, type ToCore } from './core-messages.ts';
import { NOTHING_SEEN, rolesToResume, type Glance, type Role } from './glance.ts';

/** The broker flushes its sessions and each DCU its journal; neither takes longer on a slow disk. */
const CLOSE_LIMIT_MS = 8_000;
/** What SIGTERM gets before the process is killed outright. */
const KILL_LIMIT_MS = 1_500;

export type CoreOptions = {
  /** Path of the built core entry. */
  entry: string;
  /** Its folder, asked for with each start. */
  workspace: () => string;
  version: string;
  /** Folder for the core's log. */
  logs: string;
  clock: Clock;
  log: Log;
  onLost(exitCode: number): void;
  /** A new process runs, after a crash or because a person asked; every window needs a new port. */
  onRestarted(why: 'crash' | 'asked'): void;
  onFailed(refusal: Refusal): void;
  onGlance(glance: Glance): void;
};

/** Owns the utility process in which the bench lives: forks it, restarts it, closes it. */
export type CoreOwner = {
  readonly state: CoreState;
  /** What the core last told of itself; nothing while there is none. */
  readonly glance: Glance;
  /** The computer has slept. */
  wake(): void;
  /** Starts, or starts again after a failure. */
  start(): void;
  /** Closes the core in order, then starts another one, for a workspace that may be another. */
  reopen(): Promise<void>;
  /** A fresh client port for a window; null while there is no process, then `onRestarted` follows. */
  connect(): MessagePortMain | null;
  /** Asks the core to close in order, waits within bounds, then kills. */
  close(): Promise<void>;
};

export function createCoreOwner(options: CoreOptions): CoreOwner {
  const { clock } = options;
  const ended = new AbortController();
  let state = CORE_AT_REST;
  let child: UtilityProcess | null = null;
  let forks = 0;
  let why: 'crash' | 'asked' = 'crash';
  let glance = NOTHING_SEEN;

  /** A core that has just begun says that all is off, until it is told or has told better. */
  let resume: Role[] = [];
  const see = (next: Glance): void => {
    glance = next;
    if (Object.values(next.roles).some((kind) => kind !== 'off')) resume = rolesToResume(next);
    options.onGlance(next);
  };

  const dispatch = (event: CoreEvent): void => {
    const step = stepCore(state, event);
    state = step.state;
    for (const effect of step.effects) perform(effect);
  };

  const perform = (effect: CoreEffect): void => {
    switch (effect.kind) {
      case 'fork':
        child = fork();
        forks += 1;
        if (forks > 1) options.onRestarted(why);
        return;
      case 'restart-after':
        options.onLost(effect.code);
        clock.sleep(effect.ms, ended.signal).then(
          () => {
            dispatch({ kind: 'delay-over' });
          },
          () => undefined,
        );
        return;
      case 'ask-to-close':
        child?.postMessage({ kind: 'close' } satisfies ToCore);
        return;
      case 'give-up':
        // Nothing runs any more: neither may it keep the computer awake nor the application open.
        see(NOTHING_SEEN);
        options.onFailed(effect.refusal);
        return;
      default:
        unreachable(effect);
    }
  };

  const fork = (): UtilityProcess => {
    const process = utilityProcess.fork(options.entry, [], { serviceName: 'OTA Bench core' });
    process.on('message', (raw: unknown) => {
      const { data: message, error } = FromCore.safeParse(raw);
      if (message === undefined)
        options.log('error', 'the core said what it cannot say', { error });
      else if (child !== process) return;
      else if (message.kind === 'refused') dispatch(message);
      else if (message.kind === 'glance') see(message.glance);
    });
    // Node throws what nobody listens to under this name; the exit that follows is what counts.
    process.on('error', (type, location) => {
      options.log('error', 'the core met an error it cannot go on from', { type, location });
    });
    process.once('exit', (code) => {
      // One that was given up on ends when it ends, and says nothing of the one after it.
      if (child !== process) return;
      child = null;
      dispatch({ kind: 'exited', code, at: clock.now() });
    });
    const { version, logs } = options;
    const workspace = options.workspace();
    const start = { kind: 'start', workspace, version, logs, roles: resume } satisfies ToCore;
    process.postMessage(start);
    return process;
  };

  const start = (): void => {
    if (ended.signal.aborted) return;
    // Started by a person: what ran before a failure may be what made it fail.
    resume = [];
    why = 'asked';
    dispatch({ kind: 'start' });
    why = 'crash';
  };

  const end = async (): Promise<void> => {
    const closing = child;
    dispatch({ kind: 'close' });
    if (closing === null) return;
    const exit = exitOf(closing);
    if (await within(clock, exit, CLOSE_LIMIT_MS)) return;
    options.log('error', 'the core did not close in time and is being stopped');
    const { pid } = closing;
    closing.kill();
    if (await within(clock, exit, KILL_LIMIT_MS)) return;
    if (pid !== undefined) killOutright(pid);
    await within(clock, exit, KILL_LIMIT_MS);
  };

  return {
    get state() {
      return state;
    },
    get glance() {
      return glance;
    },
    wake: () => {
      child?.postMessage({ kind: 'wake' } satisfies ToCore);
    },
    start,
    reopen: async () => {
      await end();
      see(NOTHING_SEEN);
      start();
    },
    connect: () => {
      if (child === null || state.kind !== 'running') return null;
      const { port1, port2 } = new MessageChannelMain();
      child.postMessage({ kind: 'client' } satisfies ToCore, [port1]);
      return port2;
    },
    close: async () => {
      ended.abort();
      await end();
    },
  };
}

function exitOf(child: UtilityProcess): Promise<void> {
  return new Promise((resolve) => {
    // `pid` is undefined before the spawn and after the exit; the exit event comes in both cases.
    child.once('exit', () => {
      resolve();
    });
  });
}

async function within(clock: Clock, done: Promise<void>, ms: number): Promise<boolean> {
  const stop = new AbortController();
  const late = clock.sleep(ms, stop.signal).then(
    () => false,
    () => false,
  );
  const inTime = await Promise.race([done.then(() => true), late]);
  stop.abort();
  return inTime;
}

function killOutright(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended between the two lines; that is what was wanted.
  }
}
