import { type Bench, createBench, openThrowAway, refusalOf } from '#core/bench';
import { type Log, redactingLog, systemClock, systemRandom } from '#core/ports';
import { HeadlessError } from '../errors.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit.ts';
import { faultsOf, tellFaults } from './faults.ts';
import { tellNotices } from './notices.ts';
import {
  brokerLimitsOf,
  type CommonOptions,
  type FaultOptions,
  type LimitOptions,
  overridesOf,
  type PortOptions,
  portsOf,
  readCredentials,
  vaultOf,
  type VaultChoice,
  workspaceDir,
  type WorkspaceOptions,
} from './options.ts';
import { createOutput, type Output } from './output.ts';
import { ECUS_DIR, SCENARIOS_DIR, VERIFIER_DIR } from './resources.ts';
import { VERSION } from './version.ts';

/** The process around a command. */
export type Surroundings = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env' | 'platform'>;

export type Session = {
  output: Output;
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP, or the end of whoever read our output. */
  signal: AbortSignal;
  log: Log;
};

/** Runs a command to its exit code: whatever fails is told with code, reason and next step. */
export async function runCommand(
  around: Surroundings,
  options: WorkspaceOptions,
  body: (session: Session) => Promise<ExitCode>,
): Promise<ExitCode> {
  const stop = new AbortController();
  const output = createOutput({
    json: options.json === true,
    stdout: around.stdout,
    stderr: around.stderr,
    onGone: () => stop.abort(),
  });
  const release = abortOnSignals(stop);
  const log = redactingLog(createLog(around.stderr, options.verbose === true));
  try {
    return await body({ output, signal: stop.signal, log });
  } catch (error) {
    if (stop.signal.aborted) {
      output.say({ event: 'interrupted' }, 'Stopped.');
      return EXIT.interrupted;
    }
    const refusal = refusalOf(error);
    if (refusal.code === 'UNEXPECTED') log('error', 'unexpected', { error: stackOf(error) });
    output.refuse(refusal);
    return exitCodeOf(refusal);
  } finally {
    release();
    await output.flush();
  }
}

/** A terminal, npm and our own launcher may each deliver the same press of Ctrl-C. */
const SAME_PRESS_MS = 400;

/** SIGHUP: the terminal's window was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A second Ctrl-C does not wait for anything. */
function abortOnSignals(stop: AbortController): () => void {
  let first = 0;
  const onSignal = (): void => {
    const now = systemClock.monotonic();
    if (stop.signal.aborted) {
      if (now - first > SAME_PRESS_MS) process.exit(EXIT.interrupted);
      return;
    }
    first = now;
    stop.abort(new HeadlessError('INTERRUPTED', 'stopped by a signal', { next: 'start it again' }));
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return () => {
    for (const name of SIGNALS) process.off(name, onSignal);
  };
}

export type BenchChoice = CommonOptions &
  FaultOptions &
  LimitOptions & {
    vins?: readonly string[];
    /** Of the simulated vehicles: a name, or a file. */
    profile?: string;
    /** In a folder that goes with the command, unless one is named. */
    temporary?: boolean;
    gatekeeper?: boolean;
    backendElsewhere?: boolean;
    ports?: PortOptions;
  };

/** Opens the bench for one command and closes it again, whatever happens in between. */
export async function withBench<T>(
  around: Surroundings,
  options: BenchChoice,
  { log, signal, output }: Session,
  body: (bench: Bench) => Promise<T>,
): Promise<T> {
  const credentials = await readCredentials(options.credentials);
  const settings = { ...(await overridesOf(options)), ...portsOf(options.ports ?? {}) };
  const temporary = options.temporary === true && options.workspace === undefined;
  const vault = vaultOf(options, temporary, around.env);
  const faults = faultsOf(options, temporary);
  const folder = temporary ? await openThrowAway('ota-bench-once-') : null;
  const dir = folder?.dir ?? workspaceDir(options.workspace, around.platform, around.env);
  try {
    const bench = await createBench({
      workspaceDir: dir,
      host: 'headless',
      version: VERSION,
      clock: systemClock,
      random: systemRandom,
      log,
      vault,
      settings,
      trustFiles: options.trust ?? [],
      scenariosDir: SCENARIOS_DIR,
      ecusDir: ECUS_DIR,
      verifierDir: VERIFIER_DIR,
      brokerLimits: brokerLimitsOf(options),
      ...(options.vins === undefined ? {} : { vins: options.vins }),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      ...(options.ecuSpeed === undefined ? {} : { ecuSpeed: options.ecuSpeed }),
      ...faults,
      ...(options.backendElsewhere === true ? { backendElsewhere: true } : {}),
      ...(options.gatekeeper === undefined ? {} : { gatekeeper: options.gatekeeper }),
      ...(credentials === undefined ? {} : { credentials }),
    });
    // A start that waits for a broker ends with the bench, not after its own patience.
    const onAbort = (): void => void bench.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      tellVault(bench, vault, output);
      const last = await tellNotices(bench.client, output, signal);
      const untold = faults.faults && (await tellFaults(bench.client, output, signal));
      try {
        if (options.trustOut !== undefined) await bench.writeTrust(options.trustOut);
        return await body(bench);
      } finally {
        await untold?.();
        await last();
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      await bench.close();
    }
  } finally {
    await folder?.remove();
  }
}

/** Never silent: who wanted a keychain and has none would lose the bench's CA unknowingly. */
function tellVault(bench: Bench, wanted: VaultChoice, output: Output): void {
  const { vault: mode, vaultRefusal: refusal } = bench.view();
  if (mode === wanted) return;
  const why = refusal ? `${refusal.code}: ${refusal.reason}` : 'there is no keychain';
  output.note(
    { event: 'vault', mode, ...(refusal ? { refusal } : {}) },
    `Keys and passwords last for this session only (${why})`,
  );
}

function createLog(stderr: NodeJS.WriteStream, verbose: boolean): Log {
  return (level, message, detail) => {
    if (!verbose && level !== 'error') return;
    const more = detail === undefined ? '' : ` ${JSON.stringify(detail)}`;
    stderr.write(`${new Date().toISOString()} ${level} ${message}${more}\n`);
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
