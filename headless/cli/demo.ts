import { type Bench, type BenchClient } from '#core/bench';
import {
  type BankView,
  type EcuView,
  type RoleName,
  type UpdateStage,
  type UpdateView,
} from '#core/contract';
import { EXIT, type ExitCode } from './exit.ts';
import { followUpdate } from './follow.ts';
import { type CommonOptions, type FaultOptions } from './options.ts';
import { type Output } from './output.ts';
import { type BenchChoice, runCommand, type Surroundings, withBench } from './session.ts';
import { tellEndpoints } from './tell.ts';
import { waitForEcu } from './vehicle.ts';

export type DemoOptions = CommonOptions & FaultOptions & { rollback?: boolean; tlsPort?: number };

const ALL_ROLES: RoleName[] = ['broker', 'backend', 'dcu'];

/** A signed update from nothing to a committed bank, and back again with `--rollback`. */
export function runDemo(around: Surroundings, options: DemoOptions): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, withFreePort(options), session, async (bench) => {
      const { output, signal } = session;
      await startRoles(bench, ALL_ROLES, output);
      const { updateId, vin, ecuId } = await bench.client.demo.run();
      output.say(
        { event: 'published', update: 'queued', updateId, vin, ecuId },
        `Updating ${ecuId} of ${vin}`,
      );
      const update = await followUpdate(bench.client, updateId, output, signal);
      if (options.rollback !== true || update.stage !== 'completed') {
        return tellEnd(bench.client, update, 'completed', output, signal);
      }
      const back = await rollBack(bench.client, { vin, ecuId }, output, signal);
      return tellEnd(bench.client, back, 'rolled_back', output, signal);
    }),
  );
}

/** A demo meets nobody: it takes any free port, and never one that a broker has. */
const withFreePort = ({ tlsPort = 0, ...options }: DemoOptions): BenchChoice => ({
  ...options,
  temporary: true,
  ports: { tlsPort },
});

/** With an outside broker the vehicle is outside too; otherwise it is simulated here. */
export const rolesFor = ({ broker }: CommonOptions): RoleName[] =>
  broker === undefined ? ALL_ROLES : ['backend'];

/** Starts roles one after the other, or fails with the refusal of the first that could not start. */
export async function startRoles(bench: Bench, roles: RoleName[], output: Output): Promise<void> {
  output.say({ event: 'starting', roles }, `OTA Bench: starting ${roles.join(', ')}`);
  for (const role of roles) {
    const view = await bench.client.bench.start({ roles: [role] });
    const state = view.roles[role];
    if (state.kind === 'failed') throw bench.failureOf(role, state.refusal);
    const detail = state.kind === 'on' ? state.detail : '';
    output.say({ event: 'role', role, state: state.kind, detail }, null);
  }
  tellEndpoints(bench.view(), output);
}

/** After an update the vehicle closes its books before it takes the next order. */
const SETTLE_MS = 2_000;

export async function rollBack(
  client: BenchClient,
  where: { vin: string; ecuId: string; askedBy?: string },
  output: Output,
  signal: AbortSignal,
): Promise<UpdateView> {
  const ready = { wanted: (ecu: EcuView) => ecu.rollback.possible, waitMs: SETTLE_MS };
  // Whether it can go back is the vehicle's own decision [D7]; we only do not hurry it.
  await waitForEcu(client, where, signal, ready).catch(() => undefined);
  signal.throwIfAborted();
  const { updateId } = await client.vehicles.rollback(where);
  output.say({ event: 'rollback', updateId, ...where }, `Rolling ${where.ecuId} back`);
  return followUpdate(client, updateId, output, signal);
}

/** The last line: how it ended, and what the ECU now boots. */
export async function tellEnd(
  client: BenchClient,
  update: UpdateView,
  wanted: UpdateStage,
  output: Output,
  signal: AbortSignal,
  source?: { sha256: string; length: number },
): Promise<ExitCode> {
  const { updateId, vin, ecuId, version, stage, refusal, members } = update;
  const bank = await activeBank(client, update, source, signal);
  const done = stage === wanted;
  const booted = bank?.version ? `; ${ecuId} boots ${bank.version} from bank ${bank.bank}` : '';
  if (refusal && !done) output.refuse(refusal);
  output.say(
    {
      event: 'end',
      update: stage,
      updateId,
      vin,
      ecuId,
      version,
      ...(source ? { source } : {}),
      ...(members.length > 0 ? { members } : {}),
      ...(bank ? { bank } : {}),
      ...(refusal ? { refusal } : {}),
    },
    `${done ? '✔' : '✘'} ${stage}${booted}`,
  );
  if (done) return EXIT.ok;
  return stage === 'refused' ? EXIT.refused : EXIT.updateFailed;
}

/** After a completed update the inventory follows within moments; then its bank is the proof. */
async function activeBank(
  client: BenchClient,
  { vin, ecuId, stage }: UpdateView,
  source: { sha256: string } | undefined,
  signal: AbortSignal,
): Promise<BankView | undefined> {
  const expected = stage === 'completed' ? source?.sha256 : undefined;
  try {
    const wanted = (each: EcuView): boolean => {
      const active = each.banks.find(({ bank }) => bank === each.activeBank);
      return expected === undefined || active?.sha256 === expected;
    };
    const ecu = await waitForEcu(client, { vin, ecuId }, signal, { wanted });
    return ecu.banks.find(({ bank }) => bank === ecu.activeBank);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
