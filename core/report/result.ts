import type {
  ReportDocument,
  ReportRollback,
  ReportUpdate,
  ReportWord,
  UpdateStage,
} from '#core/contract';
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

/** What came of some ECUs. */
export type Standing = {
  readonly word: ReportWord;
  readonly ecuIds: readonly string[];
  readonly updateIds: readonly string[];
};
export const NOTHING: Pick<Standing, 'word'> = { word: 'nothing_done' };

/**
 * What the session came to, the worst first; nothing where nothing was done. Of several attempts at
 * the same ECUs the last one counts: an update that was refused for a low battery and went in when
 * it was charged has completed. One that was taken back afterwards is not what the vehicle runs.
 */
export function standingOf(
  told: Pick<ReportDocument, 'updates' | 'rollbacks'>,
): readonly Standing[] {
  const last = new Map<string, ReportUpdate>();
  for (const update of told.updates) last.set([...update.ecuIds].sort().join('\n'), update);
  const each = [...last.values()].flatMap((update): Standing[] => {
    const { ecuIds, updateId, stage } = update;
    const word = wordOfStage(stage);
    const back = ecuIds.filter(
      (ecuId) => word === 'completed' && wasTakenBack(update, ecuId, told),
    );
    const stayed = ecuIds.filter((ecuId) => !back.includes(ecuId));
    return [
      ...(back.length === 0 ? [] : [{ ...ROLLED_BACK, ecuIds: back, updateIds: [updateId] }]),
      ...(stayed.length === 0 && back.length > 0
        ? []
        : [{ word, ecuIds: stayed, updateIds: [updateId] }]),
    ];
  });
  return BY_WEIGHT.flatMap((word) => {
    const its = each.filter((one) => one.word === word);
    if (its.length === 0) return [];
    const ecuIds = [...new Set(its.flatMap((one) => one.ecuIds))];
    return [{ word, ecuIds, updateIds: its.flatMap((one) => one.updateIds) }];
  });
}

const ROLLED_BACK = { word: 'rolled_back' } as const;

function wasTakenBack(
  { endedAt, releases }: ReportUpdate,
  ecuId: string,
  { rollbacks }: Pick<ReportDocument, 'rollbacks'>,
): boolean {
  const ended = Date.parse(endedAt?.utc ?? '');
  const installed = releases.find((release) => release.ecuId === ecuId)?.firmware.sha256;
  return rollbacks.some(
    (each) =>
      each.ecuId === ecuId &&
      each.outcome === 'rolled_back' &&
      Date.parse(each.endedAt.utc) > ended &&
      // A later update may have been taken back, to just this one.
      (installed === undefined || runningIn(each.after) !== installed),
  );
}

function runningIn(evidence: ReportRollback['after']): string | null {
  return evidence?.banks.find(({ bank }) => bank === evidence.activeBank)?.sha256 ?? null;
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
