import { basename } from 'node:path';
import { type BenchClient } from '#core/bench';
import { type ConditionsView, type VehicleView } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { type ExitCode } from './exit.ts';
import { readText } from './files.ts';
import { type WorkspaceOptions } from './options.ts';
import { line } from './plain.ts';
import { type Surroundings } from './session.ts';
import { withTrust } from './trust.ts';

export type ConditionsOptions = WorkspaceOptions & {
  supply?: number;
  ignition?: 'on' | 'off';
  parked?: 'yes' | 'no';
  temperature?: number;
  space?: number;
};

/** Vehicles that the workspace simulates, and those that it has heard of. */
export function runVehicleList(around: Surroundings, options: WorkspaceOptions): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    for (const { vin, profile, simulated, conditions } of await vehiclesOf(client)) {
      output.say(
        { event: 'vehicle', vin, profile, simulated, conditions },
        `${vin.padEnd(20)} ${simulated ? `simulated, ${profile ?? ''}` : 'known by its messages'}`,
      );
    }
    return undefined;
  });
}

async function vehiclesOf(client: BenchClient): Promise<VehicleView[]> {
  const stream = await client.vehicles.watch();
  try {
    const { value, done } = await stream.next();
    return done === true ? [] : value.upserts;
  } finally {
    await stream.return();
  }
}

export function runVehicleAdd(
  around: Surroundings,
  vin: string,
  { profile, ...options }: WorkspaceOptions & { profile: string },
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    await client.vehicles.add({ vin, profile });
    output.say({ event: 'vehicle', vin, profile, simulated: true }, `Added ${vin}, ${profile}`);
    return undefined;
  });
}

/** With its folder: banks and journal are gone. */
export function runVehicleRemove(
  around: Surroundings,
  vin: string,
  options: WorkspaceOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    await client.vehicles.remove({ vin });
    output.say({ event: 'removed', vin }, `Removed ${vin} with its banks and its journal`);
    return undefined;
  });
}

/** What an update of the vehicle looks at; what is left out stays. */
export function runVehicleConditions(
  around: Surroundings,
  vin: string,
  options: ConditionsOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const { supply, ignition, parked, temperature, space } = options;
    const conditions: Partial<ConditionsView> = {
      ...(supply === undefined ? {} : { supplyMillivolts: supply }),
      ...(ignition === undefined ? {} : { ignition }),
      ...(parked === undefined ? {} : { parked: parked === 'yes' }),
      ...(temperature === undefined ? {} : { temperatureCelsius: temperature }),
      ...(space === undefined ? {} : { freeBytes: space }),
    };
    const now = await client.vehicles.setConditions({ vin, conditions });
    const { supplyMillivolts, temperatureCelsius, freeBytes } = now;
    output.say(
      { event: 'conditions', vin, ...now },
      `${vin}: ${(supplyMillivolts / 1_000).toFixed(2)} V, ignition ${now.ignition}, ${now.parked ? '' : 'not '}parked, ${String(temperatureCelsius)} °C, ${String(freeBytes)} bytes free`,
    );
    return undefined;
  });
}

export function runVehicleProfiles(
  around: Surroundings,
  options: WorkspaceOptions,
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    for (const { name, title, origin, problem } of await client.vehicles.profiles()) {
      const why = problem === null ? '' : `  ${problem.code}: ${line(problem.reason)}`;
      output.say(
        { event: 'profile', name, title, origin, problem },
        `${name.padEnd(24)} ${line(title)} (${origin})${why}`,
      );
    }
    return undefined;
  });
}

/** Checked whole; by the name of the file, unless told. */
export function runVehicleProfile(
  around: Surroundings,
  file: string,
  options: WorkspaceOptions & { name?: string },
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const name = options.name ?? basename(file, '.json');
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
      throw new HeadlessError('BAD_ARGUMENT', `"${name.slice(0, 80)}" is no name of a profile`, {
        next: 'give it with --name: a-z, 0-9 and -, at most 64 characters',
      });
    }
    const { title } = await client.vehicles.saveProfile({ name, text: await readText(file) });
    output.say({ event: 'profile', name, title }, `Kept profile ${name}: ${line(title)}`);
    return undefined;
  });
}
