import { type Command } from 'commander';
import { EXIT_HELP, type ExitCode } from './exit.ts';
import { type WorkspaceOptions, workspaceOptions } from './options.ts';
import { type Surroundings } from './session.ts';
import {
  type PasswordOptions,
  runSettingsGet,
  runSettingsPassword,
  runSettingsSet,
  type SettingsOptions,
} from './settings.ts';

type Take = (result: Promise<ExitCode>) => Promise<void>;

/** `settings …`: what every later command on the workspace, and the window, begin with. */
export function describeSettings(program: Command, around: Surroundings, take: Take): void {
  const settings = program
    .command('settings')
    .description('settings of a workspace: get, set, password')
    .addHelpText('after', EXIT_HELP);
  const command = (name: string, summary: string): Command => {
    const made = settings.command(name).description(summary).addHelpText('after', EXIT_HELP);
    for (const option of workspaceOptions()) made.addOption(option);
    return made;
  };
  command('get', 'print them as JSON').action((options: WorkspaceOptions) =>
    take(runSettingsGet(around, options)),
  );
  command('set', 'change some of them, all or nothing')
    .argument('<path=value...>', 'such as algorithm=ES256 listeners.tls.port=8884')
    .option('--ca <file>', 'PEM file of the CA that the outside broker is trusted by')
    .action((changes: string[], options: SettingsOptions) =>
      take(runSettingsSet(around, changes, options)),
    );
  command('password', 'of a user at the embedded broker, or ours at an outside one')
    .requiredOption('--user <name>', 'whose')
    .option('--outside', 'the one that the outside broker wants')
    .option('--password-file <file>', 'file with the password; - is standard input')
    .option('--forget', 'forget the one that is kept')
    .action((options: PasswordOptions) => take(runSettingsPassword(around, options)));
}
