import { type Bench, DEMO_VIN } from '#core/bench';
import { type RoleName } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { type CertificatesOptions, reserveCertificates } from './certificates.ts';
import { startRoles } from './demo.ts';
import { type ExitCode } from './exit.ts';
import { type CommonOptions, type FaultOptions, type LimitOptions } from './options.ts';
import { type Output } from './output.ts';
import {
  type BenchChoice,
  runCommand,
  type Session,
  type Surroundings,
  withBench,
} from './session.ts';
import { tellRefusals } from './refusals.ts';
import { tellRoles, tellUpdates } from './tell.ts';

type ShowOptions = CertificatesOptions & { showCredentials?: boolean };

export type BrokerOptions = CommonOptions &
  ShowOptions &
  LimitOptions & {
    port?: number;
    tlsPort?: number;
    vin?: string[];
    gatekeeper?: boolean;
  };
export type BackendOptions = CommonOptions &
  ShowOptions &
  LimitOptions & { apiPort?: number; tlsPort?: number; gatekeeper?: boolean };
export type DcuOptions = CommonOptions & FaultOptions & { vin?: string[]; profile?: string };

/** The embedded broker alone, for programs outside; the gatekeeper only where it is asked for. */
export function runBroker(around: Surroundings, options: BrokerOptions): Promise<ExitCode> {
  if (options.broker !== undefined) {
    return refuse(around, options, 'the broker command runs a broker, so --broker has no meaning');
  }
  const vins = options.vin === undefined ? {} : { vins: options.vin };
  const { port, tlsPort, gatekeeper = false } = options;
  const bench = { ...options, ...vins, gatekeeper, ports: { port, tlsPort } };
  return foreground(around, bench, ['broker']);
}

/** Backend and gatekeeper: at somebody's broker, or with the embedded one. */
export function runBackend(around: Surroundings, options: BackendOptions): Promise<ExitCode> {
  const roles: RoleName[] = options.broker === undefined ? ['broker', 'backend'] : ['backend'];
  const { apiPort, tlsPort } = options;
  return foreground(around, { ...options, ports: { apiPort, tlsPort } }, roles);
}

/** Simulated vehicles at somebody's broker. */
export function runDcu(around: Surroundings, options: DcuOptions): Promise<ExitCode> {
  if (options.broker === undefined) {
    return refuse(around, options, 'a vehicle needs a broker to connect to');
  }
  return foreground(
    around,
    { ...options, vins: options.vin ?? [DEMO_VIN], backendElsewhere: true },
    ['dcu'],
  );
}

export type ServeOptions = CommonOptions &
  ShowOptions &
  LimitOptions &
  FaultOptions & {
    role?: RoleName[];
    vin?: string[];
    port?: number;
    tlsPort?: number;
    apiPort?: number;
  };

/** Any of the roles together in one process, as the window starts them. */
export function runServe(around: Surroundings, options: ServeOptions): Promise<ExitCode> {
  const { role: wanted, vin, port, tlsPort, apiPort } = options;
  const all: RoleName[] = ['broker', 'backend', 'dcu'];
  if (options.broker !== undefined && wanted?.includes('broker') === true) {
    return refuse(around, options, 'a role broker runs a broker, so --broker has no meaning');
  }
  const possible = options.broker === undefined ? all : all.filter((role) => role !== 'broker');
  const roles = possible.filter((role) => wanted?.includes(role) !== false);
  const vins = vin === undefined ? {} : { vins: vin };
  return foreground(around, { ...options, ...vins, ports: { port, tlsPort, apiPort } }, roles);
}

function foreground(
  around: Surroundings,
  options: BenchChoice & ShowOptions,
  roles: RoleName[],
): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async (bench) => {
      const { output } = session;
      tellRefusals(bench, output);
      const files = await reserveCertificates(bench, options, output);
      try {
        await startRoles(bench, roles, output);
        await files.write();
      } finally {
        await files.release();
      }
      if (options.showCredentials === true) await showCredentials(bench, output);
      output.say({ event: 'ready' }, 'Running; Ctrl-C stops it.');
      return Promise.race([untilStopped(bench, session), untilGone(bench, session)]);
    }),
  );
}

/** Only when asked: a terminal's history is no place for passwords. */
async function showCredentials(bench: Bench, output: Output): Promise<void> {
  for (const { user, password } of await bench.client.settings.credentials()) {
    output.say({ event: 'credential', user, password }, `  ${user.padEnd(16)} ${password}`);
  }
}

/** Tells what happens until Ctrl-C, which is how these commands are meant to end. */
export async function untilStopped(bench: Bench, session: Session): Promise<ExitCode> {
  const { output, signal } = session;
  await Promise.all([
    tellRoles(bench.client, output, signal),
    tellUpdates(bench.client, output, signal),
  ]);
  signal.throwIfAborted();
  throw new HeadlessError('INTERRUPTED', 'the bench closed', { next: 'start it again' });
}

/** Without its workspace nothing starts again, and no window is there to say so. */
async function untilGone(bench: Bench, { signal }: Session): Promise<ExitCode> {
  for await (const { upserts } of await bench.client.bench.watch(undefined, { signal })) {
    for (const role of ['broker', 'backend', 'dcu'] as const) {
      const state = upserts.at(-1)?.roles[role];
      if (state?.kind !== 'failed' || state.refusal.code !== 'WORKSPACE_GONE') continue;
      throw bench.failureOf(role, state.refusal);
    }
  }
  signal.throwIfAborted();
  throw new HeadlessError('INTERRUPTED', 'the bench closed', { next: 'start it again' });
}

function refuse(around: Surroundings, options: CommonOptions, reason: string): Promise<ExitCode> {
  return runCommand(around, options, async () => {
    throw new HeadlessError('BAD_ARGUMENT', reason, {
      next: 'see --help; an outside broker is named with --broker mqtt://host:port',
    });
  });
}
