/** Words of a command line after `ota-bench`, before any shell sees them. */
export type CliCommand = readonly string[];

/** Left out while the window does not know it yet: the command then takes its usual one. */
export const at = (workspace: string): readonly string[] =>
  workspace === '' ? [] : ['--workspace', workspace];

/** An option with its value, where there is one. */
export const given = (option: string, value: string | number | null | undefined): CliCommand =>
  value === undefined || value === null || value === '' ? [] : [option, String(value)];

export const flag = (option: string, on: boolean | undefined): CliCommand =>
  on === true ? [option] : [];

/** What is no option, at the end: a name may begin with a hyphen. */
export const named = (...words: readonly string[]): CliCommand =>
  words.some((word) => word.startsWith('-')) ? ['--', ...words] : words;
