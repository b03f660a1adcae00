import type { TrafficRow } from '#core/contract';

/** What a topic of the bench is about: its last words below the VIN. */
export type TopicWords = { vin: string; kind: string };

/** Reads `{root}/{vin}/{suffix}`; null for a topic of somebody else's. */
export function topicWords(root: string, topic: string): TopicWords | null {
  if (!topic.startsWith(`${root}/`)) return null;
  const [vin, ...suffix] = topic.slice(root.length + 1).split('/');
  const last = suffix.at(-1);
  if (vin === undefined || vin === '' || last === undefined) return null;
  return { vin, kind: suffix[0] === 'firmware' ? 'firmware' : last };
}

/** A line of the short list: one message, or a run of firmware blocks told as one. */
export type Line =
  | { kind: 'message'; row: TrafficRow }
  | { kind: 'blocks'; row: TrafficRow; count: number; size: number };

/** Folds runs of firmware requests and blocks, which would push everything else out of sight. */
export function linesOf(root: string, rows: readonly TrafficRow[]): Line[] {
  const lines: Line[] = [];
  for (const row of rows) {
    // Who connects and subscribes is told on the Traffic screen; a refusal belongs to the story.
    if (row.kind !== 'publish' && row.kind !== 'refused') continue;
    const isBlock = row.kind === 'publish' && topicWords(root, row.topic)?.kind === 'firmware';
    const last = lines.at(-1);
    if (!isBlock) lines.push({ kind: 'message', row });
    else if (last?.kind === 'blocks') {
      lines[lines.length - 1] = {
        kind: 'blocks',
        row,
        count: last.count + 1,
        size: last.size + row.size,
      };
    } else lines.push({ kind: 'blocks', row, count: 1, size: row.size });
  }
  return lines;
}
