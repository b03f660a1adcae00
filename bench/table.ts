import type { Result } from './result.ts';

const HEAD = ['what', 'ours', 'peer', 'ratio', 'budget', 'verdict'] as const;

/** Lines as wide as their widest cell. */
export function tableOf(results: readonly Result[]): string {
  const rows = [
    [...HEAD],
    ...results.map((row) => [row.what, row.ours, row.peer, row.ratio, row.budget, verdictOf(row)]),
  ];
  const widths = HEAD.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join('\n');
}

function verdictOf({ verdict }: Result): string {
  return verdict.kind === 'unknown' ? `unknown: ${verdict.why}` : verdict.kind;
}
