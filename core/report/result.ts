import type { ReportUpdate, ReportWord, UpdateStage } from '#core/contract';
import { unreachable } from '#core/ports';

/** The worst first: one ECU that failed is what a reader has to know. */
const BY_WEIGHT: readonly ReportWord[] = [
  'unfinished',
  'failed',
  'rolled_back',
  'refused',
  'cancelled',
  'completed',
];

/**
 * What the session came to, in one word. Of several attempts at the same ECUs the last one counts:
 * an update that was refused for a low battery and went in when it was charged has completed.
 */
export function wordOf(updates: readonly ReportUpdate[]): ReportWord {
  const last = new Map<string, ReportWord>();
  for (const { ecuIds, stage } of updates) {
    last.set([...ecuIds].sort().join('\n'), wordOfStage(stage));
  }
  const words = new Set(last.values());
  return BY_WEIGHT.find((word) => words.has(word)) ?? 'nothing_done';
}

export function wordOfStage(stage: UpdateStage): ReportWord {
  switch (stage) {
    case 'completed':
    case 'failed':
    case 'refused':
    case 'cancelled':
    case 'rolled_back':
      return stage;
    case 'queued':
    case 'issued':
    case 'available':
    case 'acknowledged':
    case 'downloading':
    case 'installing':
    case 'finalizing':
    case 'rolling_back':
      return 'unfinished';
    default:
      return unreachable(stage);
  }
}
