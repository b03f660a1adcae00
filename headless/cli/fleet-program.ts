import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ExitCode } from './exit.ts';
import { runFleet } from './fleet.ts';
import { type FleetCommandOptions } from './fleet-choice.ts';
import { type Surroundings } from './session.ts';

/** More connections than one address has ports for. */
const MOST_VEHICLES = 28_000;
const MOST_BYTES = 16_777_216;

export function describeFleet(
  command: (name: string, summary: string) => Command,
  around: Surroundings,
  take: (result: Promise<ExitCode>) => Promise<void>,
): void {
  command('fleet', 'run thousands of simulated vehicles, and update them all')
    .addOption(number('--vehicles <n>', 'how many', 1, MOST_VEHICLES).default(100))
    .option('--vin-prefix <text>', 'their names are this and a number of six digits', 'FLEET')
    .option('--update', 'publish a signed update to each, and wait for all of them')
    .addOption(number('--image-bytes <n>', 'length of the image', 1, MOST_BYTES).default(65_536))
    .option('--profile <name|file>', 'what each is made of; the demo vehicle unless given')
    .option('--ecu <id>', 'the ECU that is updated; the first of --profile, else infotainment')
    .addOption(
      number('--at-once <n>', 'updates on their way at once', 1, MOST_VEHICLES).default(32),
    )
    .option('--certificates', 'each vehicle shows a certificate of its own, over TLS')
    .addOption(
      number('--unready <n>', 'so many refuse: they are not parked', 0, MOST_VEHICLES).default(0),
    )
    .addOption(
      number('--failing <n>', 'so many roll back: their self-test fails', 0, MOST_VEHICLES).default(
        0,
      ),
    )
    .option('--stay', 'go on after the update until Ctrl-C')
    .action((options: FleetCommandOptions) => take(runFleet(around, options)));
}

function number(flags: string, text: string, least: number, most: number): Option {
  return new Option(flags, text).argParser((given) => {
    const count = Number(given);
    if (/^\d{1,9}$/.test(given) && count >= least && count <= most) return count;
    throw new InvalidArgumentError(
      `this is a whole number from ${String(least)} to ${String(most)}.`,
    );
  });
}
