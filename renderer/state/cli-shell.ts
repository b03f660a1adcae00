import type { CliCommand } from './cli-words.ts';

/**
 * As bash, PowerShell and cmd all take it: words in double quotes, in which nothing is left that
 * any of them reads. What they would read is written as bytes, which `--escaped` says.
 */
export function asShell(command: CliCommand): string {
  const isHard = command.some((word) => word === '' || HARD.test(word) || AWKWARD.test(word));
  const words = isHard ? ['--escaped', ...command.map(inBytes)] : command;
  return ['ota-bench', ...words].map(quoted).join(' ');
}

/**
 * Read inside double quotes by one of them or more, or not to be told apart in a terminal. The
 * curly quotation marks end a text of PowerShell.
 */
const HARD = /["“”„$`!%\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Before another backslash or the end of the quotes it means something to some of them. */
const AWKWARD = /\\\\|\\$/;

/** No shell has a meaning for any of it; a hyphen begins only what is one of our own options. */
const BARE = /^(?:--?[a-z][a-z0-9-]*|--?|[A-Za-z0-9_./][\w./:=@-]*)$/;

const quoted = (word: string): string => (BARE.test(word) ? word : `"${word}"`);

const BYTES = /["“”„$`!%~\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const utf8 = new TextEncoder();

function inBytes(word: string): string {
  if (word === '') return '~';
  return word.replace(BYTES, (character) =>
    [...utf8.encode(character)]
      .map((byte) => `~${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
