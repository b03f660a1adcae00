import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT_HELP, type ExitCode } from './exit.ts';
import { type WorkspaceOptions, workspaceOptions } from './options.ts';
import { type Surroundings } from './session.ts';
import {
  type ConditionsOptions,
  runVehicleAdd,
  runVehicleConditions,
  runVehicleList,
  runVehicleProfile,
  runVehicleProfiles,
  runVehicleRemove,
} from './vehicles.ts';

type Take = (result: Promise<ExitCode>) => Promise<void>;

/** `vehicle …`: the vehicles that a workspace simulates, while no role runs on it. */
export function describeVehicles(program: Command, around: Surroundings, take: Take): void {
  const vehicle = program
    .command('vehicle')
    .description('vehicles that a workspace simulates')
    .addHelpText('after', EXIT_HELP);
  const command = (name: string, summary: string): Command => {
    const made = vehicle.command(name).description(summary).addHelpText('after', EXIT_HELP);
    for (const option of workspaceOptions()) made.addOption(option);
    return made;
  };
  command('list', 'those that are simulated or were heard of').action((options: WorkspaceOptions) =>
    take(runVehicleList(around, options)),
  );
  command('add', 'simulate one more')
    .argument('<vin>', 'its VIN')
    .option('--profile <name>', 'what it is made by; vehicle profiles lists them', 'demo')
    .action((vin: string, options: WorkspaceOptions & { profile: string }) =>
      take(runVehicleAdd(around, vin, options)),
    );
  command('remove', 'forget one, with its banks and its journal')
    .argument('<vin>', 'its VIN')
    .action((vin: string, options: WorkspaceOptions) =>
      take(runVehicleRemove(around, vin, options)),
    );
  command('conditions', 'what an update finds the vehicle in; what is left out stays')
    .argument('<vin>', 'its VIN')
    .addOption(whole('--supply <millivolts>', 'of the supply, in mV', 0, 1_000_000))
    .addOption(new Option('--ignition <state>', 'on or off').choices(['on', 'off']))
    .addOption(new Option('--parked <answer>', 'yes or no').choices(['yes', 'no']))
    .addOption(whole('--temperature <celsius>', 'in °C', -100, 300))
    .addOption(whole('--space <bytes>', 'space for images, in bytes', 0, Number.MAX_SAFE_INTEGER))
    .action((vin: string, options: ConditionsOptions) =>
      take(runVehicleConditions(around, vin, options)),
    );
  command('profiles', 'what vehicles can be made by').action((options: WorkspaceOptions) =>
    take(runVehicleProfiles(around, options)),
  );
  command('profile', 'keep a profile of your own')
    .argument('<file>', 'as docs/ECUS.md describes it')
    .option('--name <name>', 'left out: that of the file')
    .action((file: string, options: WorkspaceOptions & { name?: string }) =>
      take(runVehicleProfile(around, file, options)),
    );
}

function whole(flags: string, text: string, least: number, most: number): Option {
  return new Option(flags, text).argParser((given) => {
    const number = Number(given);
    if (/^-?\d{1,16}$/.test(given) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(
      `this is a whole number from ${String(least)} to ${String(most)}.`,
    );
  });
}
