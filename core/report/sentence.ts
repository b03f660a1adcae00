import type { ReportDocument } from '#core/contract';

export type ReportLanguage = 'en' | 'de';

type Told = Pick<ReportDocument, 'vehicle' | 'changes' | 'updates' | 'refusals'> & {
  word: ReportDocument['result']['word'];
};

/** The result in one sentence, from what the report itself says. */
export function sentenceOf(told: Told, language: ReportLanguage): string {
  const { vin } = told.vehicle;
  const moved = told.changes.filter(({ changed }) => changed === true).map(moveOf);
  const went = moved.length === 0 ? '' : ` (${moved.join(', ')})`;
  const targets = [...new Set(told.updates.flatMap(({ ecuIds }) => ecuIds))].join(', ');
  const why = told.refusals.at(-1);
  const because = why === undefined ? '' : `: ${why.code}`;
  if (language === 'de') {
    switch (told.word) {
      case 'completed':
        return `${vin}: Die neue Software ist installiert und läuft${went}.`;
      case 'rolled_back':
        return `${vin}: Das Fahrzeug läuft wieder mit der vorherigen Version (${targets})${because}.`;
      case 'refused':
        return `${vin}: Die Aktualisierung wurde abgelehnt, nichts wurde geschrieben (${targets})${because}.`;
      case 'cancelled':
        return `${vin}: Die Aktualisierung wurde abgebrochen (${targets}).`;
      case 'failed':
        return `${vin}: Die Aktualisierung ist fehlgeschlagen (${targets})${because}.`;
      case 'unfinished':
        return `${vin}: Der Bericht wurde abgeschlossen, bevor das Fahrzeug fertig war (${targets}).`;
      case 'nothing_done':
        return `${vin}: Am Fahrzeug wurde nichts verändert.`;
    }
  }
  switch (told.word) {
    case 'completed':
      return `${vin}: the new software is installed and runs${went}.`;
    case 'rolled_back':
      return `${vin}: the vehicle runs the version it had before (${targets})${because}.`;
    case 'refused':
      return `${vin}: the update was refused and nothing was written (${targets})${because}.`;
    case 'cancelled':
      return `${vin}: the update was cancelled (${targets}).`;
    case 'failed':
      return `${vin}: the update failed (${targets})${because}.`;
    case 'unfinished':
      return `${vin}: the report was closed before the vehicle was done (${targets}).`;
    case 'nothing_done':
      return `${vin}: nothing was changed on the vehicle.`;
  }
}

function moveOf({ ecuId, before, after }: ReportDocument['changes'][number]): string {
  return `${ecuId} ${before?.version ?? '?'} → ${after?.version ?? '?'}`;
}
