import { type Command, Option } from 'commander';
import { EXIT_HELP, type ExitCode } from './exit.ts';
import { commonOptions, parsePort } from './options.ts';
import { type Surroundings } from './session.ts';
import { runUpdateCommand, runUpdateList, type UpdateOptions } from './updates.ts';

type Take = (result: Promise<ExitCode>) => Promise<void>;

const COMMANDS = [
  ['cancel', 'give up an update; what was written is taken back'],
  ['pause', 'halt an update where it can be halted'],
  ['resume', 'go on with an update that was halted, and follow it to its end'],
  ['confirm', 'say yes to an update that waits for it, and follow it to its end'],
  ['decline', 'say no to an update that waits for it'],
] as const;

/** `update …`: those on their way. */
export function describeUpdates(program: Command, around: Surroundings, take: Take): void {
  const update = program
    .command('update')
    .description('updates of a workspace: list, cancel, pause, resume, confirm, decline')
    .addHelpText('after', EXIT_HELP);
  const command = (name: string, summary: string): Command => {
    const made = update.command(name).description(summary).addHelpText('after', EXIT_HELP);
    for (const option of commonOptions()) made.addOption(option);
    return made.addOption(
      new Option(
        '--tls-port <port>',
        'port of the TLS listener; 0: any free one; left out: as set',
      ).argParser(parsePort),
    );
  };
  command('list', 'the newest first')
    .option('--open', 'only those that have not ended')
    .action((options: UpdateOptions & { open?: boolean }) => take(runUpdateList(around, options)));
  for (const [name, summary] of COMMANDS) {
    command(name, summary)
      .argument('<updateId>', 'the update')
      .action((updateId: string, options: UpdateOptions) =>
        take(runUpdateCommand(around, updateId, name, options)),
      );
  }
}
