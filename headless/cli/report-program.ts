import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT_HELP, type ExitCode } from './exit.ts';
import { collect, type WorkspaceOptions, workspaceOptions } from './options.ts';
import {
  type CreateOptions,
  type ExportOptions,
  type FileOptions,
  type ListOptions,
  runReportCreate,
  runReportExport,
  runReportFile,
  runReportList,
  runReportVerify,
  type VerifyOptions,
} from './report.ts';
import {
  type FinishOptions,
  runReportDiscard,
  runReportFinish,
  runReportSessions,
} from './report-sessions.ts';
import { type Surroundings } from './session.ts';

type Take = (result: Promise<ExitCode>) => Promise<void>;

/** `report …`: session reports of a workspace, and verifying those of anybody. */
export function describeReports(program: Command, around: Surroundings, take: Take): void {
  const report = program
    .command('report')
    .description('signed session reports: list, create, export, verify')
    .addHelpText('after', EXIT_HELP);
  const plain = (name: string, summary: string): Command =>
    report.command(name).description(summary).addHelpText('after', EXIT_HELP);
  const command = (name: string, summary: string): Command => {
    const made = plain(name, summary);
    for (const option of workspaceOptions()) made.addOption(option);
    return made;
  };

  command('list', 'reports of a workspace, newest first')
    .option('--vin <vin>', 'of this vehicle')
    .option('--text <words>', 'with these words in VIN, operator, order, purpose or result')
    .addOption(new Option('--limit <n>', 'how many at most').default(1_000).argParser(count))
    .action((options: ListOptions) => take(runReportList(around, options)));
  command('create', 'a report about an update that has ended')
    .argument('<updateId>', 'the update')
    .requiredOption('--operator <name>', 'who did it')
    .requiredOption('--purpose <text>', 'why')
    .option('--order <number>', 'of the workshop')
    .option('--rxswin <number>', 'as the papers of the vehicle say')
    .option('--remarks <text>', 'what else there is to say')
    .action((updateId: string, options: CreateOptions) =>
      take(runReportCreate(around, updateId, options)),
    );
  command('sessions', 'sessions of the guided update that wait for their report').action(
    (options: WorkspaceOptions) => take(runReportSessions(around, options)),
  );
  command('finish', 'the report of a session that waits for it')
    .argument('<sessionId>', 'the session')
    .option('--remarks <text>', 'what there is to say')
    .option('--unfinished', 'although an update of it has not ended')
    .action((sessionId: string, options: FinishOptions) =>
      take(runReportFinish(around, sessionId, options)),
    );
  command('discard', 'forget a session that nothing was done in')
    .argument('<sessionId>', 'the session')
    .action((sessionId: string, options: WorkspaceOptions) =>
      take(runReportDiscard(around, sessionId, options)),
    );
  command('export', 'write a report: what was signed, or a page to print')
    .argument('<reportId>', 'the report')
    .addOption(new Option('--format <form>').choices(['json', 'html']).default('json'))
    .addOption(
      new Option('--language <language>', 'of the page').choices(['en', 'de']).default('en'),
    )
    .option('--output <file>', 'where to; left out: standard output')
    .option('--force', 'replace a file that is there')
    .action((reportId: string, options: ExportOptions) =>
      take(runReportExport(around, reportId, options)),
    );
  plain('verify', 'whether reports are as they were signed, and by whom; needs no workspace')
    .argument('<file...>', 'exported reports, JSON or HTML')
    .addOption(
      new Option('--fingerprint <hex>', 'of a CA or a report key to trust (repeatable)').argParser(
        collect,
      ),
    )
    .addOption(
      new Option('--trust <file>', 'public keys, or a CA in PEM, to trust (repeatable)').argParser(
        collect,
      ),
    )
    .option('--json', 'one JSON object per line on standard output, nothing else')
    .option('--verbose', 'tell on standard error what happens inside')
    .action((files: string[], options: VerifyOptions) =>
      take(runReportVerify(around, files, options)),
    );
  for (const { name, summary, what } of [
    { name: 'script', summary: 'a Python script that verifies reports', what: 'verifier' },
    { name: 'keys', summary: 'the public report keys of a workspace', what: 'publicKeys' },
  ] as const) {
    command(name, summary)
      .option('--out <file>', 'where to; left out: standard output')
      .option('--force', 'replace a file that is there')
      .action((options: FileOptions) => take(runReportFile(around, what, options)));
  }
}

function count(text: string): number {
  const number = Number(text);
  if (/^\d{1,7}$/.test(text) && number >= 1) return number;
  throw new InvalidArgumentError('this is a whole number from 1.');
}
