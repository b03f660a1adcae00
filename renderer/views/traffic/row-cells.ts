import type { TrafficRow } from '#core/contract';
import { spokenLanguage, t, type Language } from '../../i18n/index.ts';
import { bytes, clockTime } from '../../ui/format.ts';
import { shownLine } from '../../ui/safe-text.ts';

/** Characters of a cell; more never fits into a row. */
const CELL_LIMIT = 300;

export type RowCells = {
  readonly time: string;
  /** What happened, where it was no publish. */
  readonly event: string;
  readonly topic: string;
  readonly from: string;
  readonly delivery: string;
  readonly size: string;
  readonly payload: string;
};

type EventWords = Readonly<Record<TrafficRow['kind'], string>>;

let made: { readonly language: Language; readonly words: EventWords } | null = null;

/** Put together once for each language: rows change with every frame. */
function eventWords(): EventWords {
  const language = spokenLanguage();
  if (made?.language !== language) {
    const words = {
      publish: '',
      connect: `● ${t('traffic:row.connected')}`,
      disconnect: `○ ${t('traffic:row.disconnected')}`,
      subscribe: `▸ ${t('traffic:row.subscribed')}`,
      refused: `✕ ${t('traffic:row.refused')}`,
    };
    made = { language, words };
  }
  return made.words;
}

/** A message in the words of its row. */
export function cellsOf(row: TrafficRow): RowCells {
  const isPublish = row.kind === 'publish';
  return {
    time: clockTime(row.at),
    event: isPublish ? '' : eventWords()[row.kind],
    topic: shownLine(row.topic === '' ? (row.clientId ?? '') : row.topic, CELL_LIMIT),
    from: row.clientId === null ? '—' : shownLine(row.clientId, CELL_LIMIT),
    delivery: isPublish ? `${String(row.qos)}${row.retain ? ' R' : ''}${row.dup ? ' D' : ''}` : '',
    size: isPublish ? bytes(row.size) : '',
    payload: `${shownLine(row.preview, CELL_LIMIT)}${row.cut ? '…' : ''}`,
  };
}
