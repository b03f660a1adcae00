import { type Bench } from '#core/bench';
import { type UpdateView } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { rolesFor, startRoles, tellEnd } from './demo.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { followUpdate, hasEnded } from './follow.ts';
import { type CommonOptions } from './options.ts';
import { line } from './plain.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';
import { waitForVehicle } from './vehicle.ts';

export type UpdateOptions = CommonOptions & { tlsPort?: number };

/** What the backend of the workspace knows of, the newest first. */
export function runUpdateList(
  around: Surroundings,
  { tlsPort, ...options }: UpdateOptions & { open?: boolean },
): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, { ...options, ports: { tlsPort } }, session, async (bench) => {
      const { output } = session;
      // Without its vehicles: an update that waits for them shall not go on because it was looked at.
      const roles = rolesFor(options).filter((role) => role !== 'dcu');
      await startRoles(bench, roles, output);
      const all = await updatesOf(bench.client);
      for (const update of all.sort((a, b) => b.createdAt - a.createdAt)) {
        if (options.open === true && hasEnded(update)) continue;
        const { updateId, vin, ecuId, version, stage, progress } = update;
        output.say(
          { event: 'update', updateId, vin, ecuId, version, update: stage, progress },
          `${updateId}  ${line(vin)}  ${line(ecuId || 'several ECUs')} ${line(version)}: ${stage}`,
        );
      }
      output.say({ event: 'end', updates: all.length }, null);
      return EXIT.ok;
    }),
  );
}

async function updatesOf(client: Bench['client']): Promise<UpdateView[]> {
  const stream = await client.updates.watch();
  try {
    const { value, done } = await stream.next();
    return done === true ? [] : value.upserts;
  } finally {
    await stream.return();
  }
}

/**
 * A signed command to the vehicle of an update that is on its way. A vehicle that is simulated here
 * takes its update up again first, from its journal.
 *
 * @throws HeadlessError UPDATE_UNKNOWN, VEHICLE_SILENT
 */
export function runUpdateCommand(
  around: Surroundings,
  updateId: string,
  what: 'cancel' | 'pause' | 'resume' | 'confirm' | 'decline',
  { tlsPort, ...options }: UpdateOptions,
): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, { ...options, ports: { tlsPort } }, session, async (bench) => {
      const { output, signal } = session;
      const { client } = bench;
      await startRoles(bench, rolesFor(options), output);
      const { vin } = await updateOf(bench, updateId);
      await waitForVehicle(client, vin, signal);
      if (what === 'confirm' || what === 'decline') {
        await client.vehicles.confirm({ vin, updateId, accept: what === 'confirm' });
      } else {
        await client.updates[what]({ updateId });
      }
      output.say({ event: 'sent', command: what, updateId, vin }, `Sent ${what} to ${vin}`);
      if (what === 'pause') return EXIT.ok;
      const stops = what === 'cancel' || what === 'decline';
      const ended = await followUpdate(client, updateId, output, signal);
      return tellEnd(client, ended, stops ? 'cancelled' : 'completed', output, signal);
    }),
  );
}

async function updateOf({ client }: Bench, updateId: string): Promise<UpdateView> {
  const found = (await updatesOf(client)).find((each) => each.updateId === updateId);
  if (found !== undefined) return found;
  throw new HeadlessError('UPDATE_UNKNOWN', `there is no update ${updateId} in this workspace`, {
    next: 'ota-bench update list names those that are there',
  });
}
