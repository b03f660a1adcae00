import { HeadlessError } from '../errors.ts';

/** Said first, it lets one text be right in every shell; see docs/CLI.md, “Copied commands”. */
export const ESCAPED = '--escaped';

/**
 * The words as they were meant: after `--escaped`, `~XX` is a byte of UTF-8 in hexadecimal, and a
 * word that is `~` alone is empty. bash, PowerShell and cmd have no way of quoting in common that
 * carries a quotation mark, `$`, `%`, `!` or the end of a line.
 *
 * @throws HeadlessError BAD_ARGUMENT with the word that cannot be read
 */
export function unescaped(argv: readonly string[]): readonly string[] {
  const [first, ...words] = argv;
  return first === ESCAPED ? words.map(meant) : argv;
}

function meant(word: string): string {
  if (word === '~') return '';
  try {
    return decodeURIComponent(word.replaceAll('%', '%25').replaceAll('~', '%'));
  } catch (cause) {
    throw new HeadlessError('BAD_ARGUMENT', `"${word.slice(0, 80)}" is not as --escaped has it`, {
      next: 'write ~ with the two hexadecimal digits of each byte, such as ~22 for a quotation mark',
      cause,
    });
  }
}
