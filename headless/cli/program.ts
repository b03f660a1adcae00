import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { DEMO_VIN } from '#core/bench';
import { RoleName } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { type AuditOptions, runAudit } from './audit.ts';
import { describeConnections } from './connection-program.ts';
import { runDemo, type DemoOptions } from './demo.ts';
import { type DiagnosticsOptions, runDiagnostics } from './diagnostics.ts';
import { ESCAPED, unescaped } from './escaped.ts';
import { EXIT, EXIT_HELP, type ExitCode } from './exit.ts';
import { describeExplain } from './explain.ts';
import { describeFleet } from './fleet-program.ts';
import { type HostOptions, runHost } from './host.ts';
import { collect, commonOptions, faultOptions, limitOptions, parsePort } from './options.ts';
import { type PublishOptions, type RollbackOptions, runPublish, runRollback } from './publish.ts';
import { parseRelease } from './publish-releases.ts';
import {
  type BackendOptions,
  type BrokerOptions,
  type DcuOptions,
  runBackend,
  runBroker,
  runDcu,
  runServe,
  type ServeOptions,
} from './roles.ts';
import { runSample, type SampleOptions } from './sample.ts';
import { describeReports } from './report-program.ts';
import { describeScenarios } from './scenario-program.ts';
import { describeSettings } from './settings-program.ts';
import { type Surroundings } from './session.ts';
import { describeTraffic } from './traffic-program.ts';
import { describeTrust } from './trust-program.ts';
import { describeUpdates } from './update-program.ts';
import { describeVehicles } from './vehicle-program.ts';
import { VERSION } from './version.ts';
import { runWatch, type WatchOptions } from './watch.ts';

/** Understands the arguments, runs the command, and resolves to the exit code. */
export async function runProgram(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const take = async (result: Promise<ExitCode>): Promise<void> => {
    code = await result;
  };
  const program = describeProgram(around, take);
  try {
    await program.parseAsync([...unescaped(argv)], { from: 'user' });
    return code;
  } catch (error) {
    const isUsage = error instanceof CommanderError || error instanceof HeadlessError;
    if (!isUsage) throw error;
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    tellUsage(error, argv.includes('--json'), around);
    return EXIT.usage;
  }
}

/** Every command with its options; `take` hears of the one that is run. */
export function describeProgram(
  around: Surroundings,
  take: (result: Promise<ExitCode>) => Promise<void>,
): Command {
  const program = new Command('ota-bench')
    .description('Run signed firmware updates over MQTT on bench ECUs, without a window.')
    .version(VERSION, '-V, --version', 'print the version')
    // Else -V would be read out of a VIN that begins so.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void around.stdout.write(text),
      // Usage errors are told by tellUsage, in the one form that all refusals have.
      writeErr: () => undefined,
    })
    .addHelpText('after', ESCAPED_HELP + EXIT_HELP);
  const command = (name: string, summary: string): Command => {
    const made = program.command(name).description(summary).addHelpText('after', EXIT_HELP);
    for (const option of commonOptions()) made.addOption(option);
    return made;
  };

  faulty(
    command('demo', 'run a signed update offline: broker, backend and a vehicle on this machine'),
  )
    .option('--rollback', 'roll the ECU back once the update completed')
    .addOption(tlsPort('left out: any free one'))
    .action((options: DemoOptions) => take(runDemo(around, options)));
  command('host', 'serve the window to a browser on this machine')
    .addOption(portOption('--port <port>', 'port on 127.0.0.1; 0 or left out: any free one'))
    .addOption(tlsPort())
    .addOption(certificatesOut())
    .option('--force', 'replace files that are there')
    .action((options: HostOptions) => take(runHost(around, options)));
  limited(command('broker', 'run the embedded broker'))
    .addOption(
      portOption('--port <port>', 'switch the plain listener on, on this port of 127.0.0.1'),
    )
    .addOption(tlsPort())
    .addOption(certificatesOut())
    .option('--force', 'replace files that are there')
    .addOption(vinOption('a vehicle that may connect (repeatable)'))
    .option('--gatekeeper', 'also answer issue_details, from this workspace')
    .option('--show-credentials', 'print the users and passwords made for this run')
    .action((options: BrokerOptions) => take(runBroker(around, options)));
  limited(command('backend', 'run backend and gatekeeper'))
    .addOption(portOption('--api-port <port>', 'port of the HTTPS API'))
    .addOption(tlsPort())
    .addOption(certificatesOut())
    .option('--force', 'replace files that are there')
    .option('--no-gatekeeper', 'somebody else answers issue_details')
    .option('--show-credentials', 'print the users and passwords made for this run')
    .action((options: BackendOptions) => take(runBackend(around, options)));
  faulty(command('dcu', 'run simulated vehicles at an outside broker'))
    .addOption(vinOption(`a vehicle to simulate (repeatable; left out: ${DEMO_VIN})`))
    .option(
      '--profile <name|file>',
      'what the vehicles are made by; left out: as they were, demo at first',
    )
    .action((options: DcuOptions) => take(runDcu(around, options)));
  faulty(limited(command('serve', 'run the roles of the bench together, as the window does')))
    .addOption(
      new Option('--role <role>', 'broker, backend or dcu (repeatable; left out: all)').argParser(
        parseRole,
      ),
    )
    .addOption(vinOption('a vehicle to simulate (repeatable; left out: those of the workspace)'))
    .addOption(
      portOption('--port <port>', 'switch the plain listener on, on this port of 127.0.0.1'),
    )
    .addOption(tlsPort())
    .addOption(portOption('--api-port <port>', 'port of the HTTPS API'))
    .addOption(certificatesOut())
    .option('--force', 'replace files that are there')
    .option('--show-credentials', 'print the users and passwords made for this run')
    .action((options: ServeOptions) => take(runServe(around, options)));
  command('sample', 'fill the workspace with vehicles, releases and updates to look around with')
    .option('--remove', 'take exactly those away again')
    .addOption(
      new Option('--releases', 'only the releases to try, for the demo vehicle').conflicts(
        'remove',
      ),
    )
    .addOption(tlsPort('left out: any free one'))
    .action((options: SampleOptions) => take(runSample(around, options)));
  describeFleet(command, around, take);
  target(command('publish', 'sign and publish firmware, and follow it to its end'))
    .option('--firmware <file>', 'the image, up to 4 GiB')
    .option('--fw-version <version>', 'version of the release')
    .addOption(
      new Option(
        '--bundle <file>',
        'several ECUs as one update, from a file that lists them',
      ).conflicts(['firmware', 'fwVersion', 'releaseCounter']),
    )
    .addOption(
      new Option(
        '--release <ecu=id>',
        'a release of this workspace as it was signed, for that ECU (repeatable: as one update)',
      )
        .argParser(parseRelease)
        .conflicts(['firmware', 'fwVersion', 'releaseCounter', 'bundle']),
    )
    .option('--description <text>', 'what is new', '')
    .addOption(tlsPort())
    .addOption(
      new Option('--release-counter <n>', 'left out: one above the installed').argParser(
        parseCount,
      ),
    )
    .action((options: PublishOptions, made: Command) => {
      if (options.bundle === undefined && options.release === undefined) {
        requireFirmware(options, made);
      }
      return take(runPublish(around, options));
    });
  target(command('rollback', 'return an ECU to the image it had before'))
    .addOption(tlsPort())
    .option('--asked-by <name>', 'who wants it; stands in the verdict')
    .addOption(
      new Option('--all', 'of every vehicle that runs --fw-version there, as a recall').conflicts(
        'vin',
      ),
    )
    .option('--fw-version <version>', 'with --all: the version that is taken back')
    .addOption(
      new Option('--timeout <seconds>', 'with --all: a vehicle that is silent so long is left')
        .default(120)
        .argParser(parseSeconds),
    )
    .action((options: RollbackOptions, made: Command) => {
      if ((options.all === true) !== (options.fwVersion !== undefined)) {
        made.error('error: --all and --fw-version <version> need each other');
      }
      return take(runRollback(around, options));
    });
  command('watch', 'print the messages of an outside broker')
    .argument('[filter]', 'MQTT topic filter', '#')
    .option('--user <name>', 'whose password in --credentials to use', 'backend')
    .action((filter: string, options: WatchOptions) => take(runWatch(around, filter, options)));
  command('audit', "tell what is weak in this workspace's security")
    .addOption(
      new Option('--format <form>', 'how to tell it')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .option('--output <file>', 'write it there instead')
    .option('--force', 'replace a file that is there')
    .action((options: AuditOptions) => take(runAudit(around, options)));
  command('diagnostics', 'write versions, settings, findings and log ends into one zip, no secrets')
    .requiredOption('--out <file>', 'the zip')
    .option('--force', 'replace a file that is there')
    .action((options: DiagnosticsOptions) => take(runDiagnostics(around, options)));
  describeTraffic(command, around, take);
  describeTrust(program, around, take);
  describeScenarios(program, around, take);
  describeExplain(program, around, take);
  describeReports(program, around, take);
  describeConnections(program, around, take);
  describeVehicles(program, around, take);
  describeUpdates(program, around, take);
  describeSettings(program, around, take);
  return program;
}

const ESCAPED_HELP = `
ota-bench ${ESCAPED} COMMAND …: ~XX in its words is a byte, in hexadecimal, as copied commands have it
`;

const limited = (made: Command): Command => {
  for (const option of limitOptions()) made.addOption(option);
  return made;
};

const faulty = (made: Command): Command => {
  for (const option of faultOptions()) made.addOption(option);
  return made;
};

/** In commander's own words, as for any option that must be there. */
function requireFirmware({ firmware, fwVersion }: PublishOptions, made: Command): void {
  const missing =
    firmware === undefined
      ? '--firmware <file>'
      : fwVersion === undefined
        ? '--fw-version <version>'
        : null;
  if (missing !== null) made.error(`error: required option '${missing}' not specified`);
}

const target = (made: Command): Command =>
  made
    .option('--vin <vin>', 'the vehicle', DEMO_VIN)
    .option('--ecu <id>', 'the ECU', 'infotainment');

const portOption = (flags: string, text: string): Option =>
  new Option(flags, text).argParser(parsePort);

const tlsPort = (otherwise = 'left out: as set, 8883 at first'): Option =>
  portOption('--tls-port <port>', `port of the TLS listener; 0: any free one; ${otherwise}`);

const certificatesOut = (): Option =>
  new Option(
    '--certificates-out <dir>',
    'write CA, certificates and KEYS there, for other programs',
  );

const vinOption = (text: string): Option => new Option('--vin <vin>', text).argParser(collect);

function parseRole(text: string, before: RoleName[] | undefined): RoleName[] {
  const given = RoleName.safeParse(text);
  if (given.success) return [...new Set([...(before ?? []), given.data])];
  throw new InvalidArgumentError(`a role is ${RoleName.options.join(', ')}.`);
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError('a counter is a whole number, 0 or more.');
}

/** A day: what takes longer is not waited for. */
const SECONDS_MOST = 86_400;

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^[1-9]\d{0,4}$/.test(text) && seconds <= SECONDS_MOST) return seconds;
  throw new InvalidArgumentError(`this is a whole number from 1 to ${String(SECONDS_MOST)}.`);
}

function tellUsage(
  error: CommanderError | HeadlessError,
  json: boolean,
  { stdout, stderr }: Surroundings,
): void {
  const bare = error.code === 'commander.help';
  const reason = bare ? 'no command was given' : error.message.replace(/^error: /, '');
  const next =
    error instanceof HeadlessError
      ? error.next
      : 'ota-bench --help lists the commands, ota-bench COMMAND --help their options';
  if (json) {
    const line = { event: 'refused', code: 'BAD_ARGUMENT', reason, next };
    stdout.write(`${JSON.stringify(line)}\n`);
  }
  stderr.write(`BAD_ARGUMENT: ${reason}\n  next: ${next}\n`);
}
