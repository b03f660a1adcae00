import type { ReportDocument, ReportWord } from '#core/contract';
import { standingOf, type Standing } from './result.ts';

export type ReportLanguage = 'en' | 'de';

type Told = Pick<ReportDocument, 'vehicle' | 'changes' | 'updates' | 'rollbacks' | 'refusals'>;
type Clause = {
  /** `gateway 1 → 2`, or the ECUs alone where nothing moved. */
  readonly moved: string;
  readonly targets: string;
  /** The code of what stood in the way, with its colon; empty where nothing did. */
  readonly because: string;
};

/**
 * The result in one sentence, from what the report itself says: of each ECU only what came of it,
 * and for no other reason than its own.
 */
export function sentenceOf(told: Told, language: ReportLanguage): string {
  const say = SAYS[language];
  const clauses = standingOf(told).map((standing) => {
    const { ecuIds } = standing;
    const targets = ecuIds.join(', ');
    const moves = movesOf(told, (ecuId) => ecuIds.includes(ecuId));
    const clause = { targets, moved: moves || targets, because: becauseOf(standing, told) };
    return say[standing.word](clause);
  });
  const touched = new Set(told.updates.flatMap(({ ecuIds }) => ecuIds));
  const others = movesOf(told, (ecuId) => !touched.has(ecuId));
  const otherClause = others === '' ? [] : [say.others(others)];
  const strangers = strangersOf(told);
  const strange = strangers === '' ? [] : [say.strange(strangers)];
  const nothing = { targets: '', moved: '', because: '' };
  const first = clauses.length === 0 ? [say.nothing_done(nothing)] : clauses;
  return `${told.vehicle.vin}: ${[...first, ...otherClause, ...strange].join('; ')}.`;
}

const SAYS: Readonly<
  Record<
    ReportLanguage,
    Record<ReportWord, (clause: Clause) => string> & {
      others: (moved: string) => string;
      strange: (targets: string) => string;
    }
  >
> = {
  en: {
    completed: ({ moved }) => `the new software is installed and runs (${moved})`,
    rolled_back: ({ targets, because }) =>
      `the vehicle runs the version it had before (${targets})${because}`,
    refused: ({ targets, because }) =>
      `the update was refused and nothing was written (${targets})${because}`,
    cancelled: ({ targets }) => `the update was cancelled (${targets})`,
    failed: ({ targets, because }) => `the update failed (${targets})${because}`,
    unfinished: ({ targets }) => `the report was closed before the vehicle was done (${targets})`,
    nothing_done: () => 'nothing was done in this session',
    others: (moved) => `something else changed meanwhile (${moved})`,
    strange: (targets) => `afterwards other software was found than was installed (${targets})`,
  },
  de: {
    completed: ({ moved }) => `Die neue Software ist installiert und läuft (${moved})`,
    rolled_back: ({ targets, because }) =>
      `Das Fahrzeug läuft wieder mit der vorherigen Version (${targets})${because}`,
    refused: ({ targets, because }) =>
      `Die Aktualisierung wurde abgelehnt, nichts wurde geschrieben (${targets})${because}`,
    cancelled: ({ targets }) => `Die Aktualisierung wurde abgebrochen (${targets})`,
    failed: ({ targets, because }) =>
      `Die Aktualisierung ist fehlgeschlagen (${targets})${because}`,
    unfinished: ({ targets }) =>
      `Der Bericht wurde abgeschlossen, bevor das Fahrzeug fertig war (${targets})`,
    nothing_done: () => 'In dieser Sitzung wurde nichts getan',
    others: (moved) => `Anderes hat sich inzwischen geändert (${moved})`,
    strange: (targets) =>
      `Danach wurde andere Software vorgefunden als die installierte (${targets})`,
  },
};

function movesOf({ changes }: Told, concerns: (ecuId: string) => boolean): string {
  return changes
    .filter(({ ecuId, changed }) => changed === true && concerns(ecuId))
    .map(
      ({ ecuId, before, after }) => `${ecuId} ${before?.version ?? '?'} → ${after?.version ?? '?'}`,
    )
    .join(', ');
}

/** Of the updates themselves: what a stranger's message was refused for explains nothing. */
function becauseOf({ updateIds }: Standing, { refusals }: Told): string {
  const why = refusals.findLast(
    ({ of, updateId }) => of === 'update' && updateId !== null && updateIds.includes(updateId),
  );
  return why === undefined ? '' : `: ${why.code}`;
}

/** ECUs that run something else than what completed there. */
function strangersOf(told: Told): string {
  const completed = standingOf(told).find(({ word }) => word === 'completed');
  return (completed?.ecuIds ?? [])
    .filter((ecuId) => {
      const found = told.changes.find((each) => each.ecuId === ecuId)?.after?.sha256 ?? null;
      const installed = told.updates
        .flatMap(({ updateId, releases }) =>
          completed?.updateIds.includes(updateId) === true ? releases : [],
        )
        .findLast((release) => release.ecuId === ecuId);
      return found !== null && installed !== undefined && installed.firmware.sha256 !== found;
    })
    .join(', ');
}
