import { extname, isAbsolute, resolve } from 'node:path';
import { LINK_SCHEME } from '../channel/index.ts';

/** Files that belong to the application: a release bundle, as docs/PROTOCOL.md describes it. */
export const BUNDLE_EXTENSION = '.otabundle';

export type Asked = { readonly links: readonly string[]; readonly files: readonly string[] };

/**
 * What a command line asks to be shown. `argv` begins with the program, then, in an application
 * that is not packaged, its folder; Chromium adds switches of its own, in any order.
 */
export function askedFor(argv: readonly string[], workingDirectory: string): Asked {
  const links: string[] = [];
  const files: string[] = [];
  for (const argument of argv.slice(1)) {
    if (argument.startsWith('-')) continue;
    if (argument.toLowerCase().startsWith(`${LINK_SCHEME}:`)) links.push(argument);
    else if (extname(argument).toLowerCase() === BUNDLE_EXTENSION) {
      files.push(isAbsolute(argument) ? argument : resolve(workingDirectory, argument));
    }
  }
  return { links, files };
}
