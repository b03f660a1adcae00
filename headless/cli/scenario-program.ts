import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT_HELP, type ExitCode } from './exit.ts';
import { collect } from './options.ts';
import {
  type CheckOptions,
  type ListOptions,
  runCheck,
  runList,
  runScenarios,
  runSchema,
  type ScenarioOptions,
} from './scenario.ts';
import { type Surroundings } from './session.ts';

type Take = (result: Promise<ExitCode>) => Promise<void>;

/** `scenario …`: scripted demonstrations, faults and attacks, each on a throw-away bench. */
export function describeScenarios(program: Command, around: Surroundings, take: Take): void {
  const scenario = program
    .command('scenario')
    .description('play scripted updates, faults and attacks, each on a throw-away bench')
    .addHelpText('after', EXIT_HELP);
  const command = (name: string, summary: string): Command =>
    scenario
      .command(name)
      .description(summary)
      .addHelpText('after', EXIT_HELP)
      .option('--json', 'one JSON object per line on standard output, nothing else')
      .option('--verbose', 'tell on standard error what happens inside');

  selecting(command('run', 'play scenarios; exit code 1 when one fails'))
    .argument('[which...]', 'files, or ids of the library')
    .option('--all', 'the whole library')
    .addOption(new Option('--seed <n>', "in place of each scenario's own").argParser(seed))
    .addOption(new Option('--jobs <n>', 'how many at once').default(1).argParser(jobs))
    .option(
      '--without-check',
      'attacks under the settings that leave out the check that stops them',
    )
    .option('--junit <file>', 'also write the results there as JUnit XML')
    .option('--force', 'replace a file that is there')
    .action((which: string[], options: ScenarioOptions) =>
      take(runScenarios(around, which, options)),
    );
  selecting(command('list', 'what is in the library')).action((options: ListOptions) =>
    take(runList(around, options)),
  );
  command('check', 'tell what is wrong with scenario files, by line and path')
    .argument('<file...>', 'the files')
    .action((files: string[], options: CheckOptions) => take(runCheck(around, files, options)));
  command('schema', 'print the JSON Schema of the format, for an editor').action(
    (options: CheckOptions) => take(runSchema(around, options)),
  );
}

const selecting = (made: Command): Command =>
  made
    .addOption(
      new Option('--tag <tag>', 'of the library those with this tag (repeatable)').argParser(
        collect,
      ),
    )
    .addOption(
      new Option('--not-tag <tag>', 'and none with this one (repeatable)').argParser(collect),
    );

const LARGEST_SEED = 4_294_967_295;

function seed(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= LARGEST_SEED) return number;
  throw new InvalidArgumentError(`a seed is a whole number up to ${String(LARGEST_SEED)}.`);
}

function jobs(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 32) return number;
  throw new InvalidArgumentError('this is a whole number from 1 to 32.');
}
