import { trafficCommands } from './cli-traffic.ts';
import { trustCommands } from './cli-trust.ts';
import { workCommands } from './cli-work.ts';

export { asShell } from './cli-shell.ts';
export type { CliCommand } from './cli-words.ts';

/** What can be done in the window and on the command line alike. A test parses each of them there. */
export const cli = { ...workCommands, ...trafficCommands, ...trustCommands };
