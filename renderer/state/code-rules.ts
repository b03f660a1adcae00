export type CodeRule = {
  /** The heading in docs/PROTOCOL.md below which the code stands. */
  readonly section: string;
  /** `P2`, `S4`; none where the code belongs to no numbered rule. */
  readonly rules: readonly string[];
};

/** Where the protocol's tables of refusals speak of a code; null where they do not. */
export function ruleOf(code: string, protocol: string): CodeRule | null {
  let section = '';
  let columns: string[] = [];
  for (const line of protocol.split('\n')) {
    const heading = /^#{2,4} (.+)$/.exec(line);
    if (heading) section = heading[1] ?? '';
    if (!line.startsWith('|')) {
      columns = [];
      continue;
    }
    const cells = line.split('|').map((cell) => cell.trim());
    if (columns.length === 0) columns = cells;
    else if (columns[1] === 'code' && (cells[1] ?? '').includes(`\`${code}\``)) {
      const named = columns[2] === 'rule' ? (cells[2] ?? '') : '';
      return { section, rules: named.match(/[A-Z]\d/g) ?? [] };
    }
  }
  return null;
}

/** The text of a numbered rule: its list item, without the number. */
export function ruleText(rule: string, protocol: string): string | null {
  const item = new RegExp(String.raw`^- \*\*\[${rule}\]\*\* (.+)$`, 'm').exec(protocol);
  return item?.[1] ?? null;
}
