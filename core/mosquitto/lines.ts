export type ConfigurationLine = {
  readonly line: number;
  readonly option: string;
  /** To the end of the line, spaces and quotes with it. */
  readonly value: string;
  /** Why Mosquitto would not read this line as we do; null when it would. */
  readonly odd: string | null;
};

/** The lines that say something. Comments begin in the first column only. */
export function linesOf(text: string): ConfigurationLine[] {
  const lines: ConfigurationLine[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const words = raw.trim();
    if (raw.startsWith('#') || words === '') continue;
    const end = words.search(/[ \t]/);
    const option = end < 0 ? words : words.slice(0, end);
    const rest = end < 0 ? '' : words.slice(end);
    lines.push({ line: index + 1, option, value: rest.trim(), odd: oddity(raw, option, rest) });
  }
  return lines;
}

function oddity(raw: string, option: string, rest: string): string | null {
  if (option.startsWith('#')) return null;
  if (raw.startsWith('\t') || rest.startsWith('\t')) {
    return 'set apart by a tab: Mosquitto takes spaces only and fails here';
  }
  return /^\s*["']/.test(rest) ? 'Mosquitto takes the quotes for part of the value' : null;
}
