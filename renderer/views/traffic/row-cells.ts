import type { TrafficRow } from '#core/contract';
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

const eventWords: Record<TrafficRow['kind'], string> = {
  publish: '',
  connect: '● connected',
  disconnect: '○ disconnected',
  subscribe: '▸ subscribed',
  refused: '✕ refused',
};

/** A message in the words of its row. */
export function cellsOf(row: TrafficRow): RowCells {
  const isPublish = row.kind === 'publish';
  return {
    time: clockTime(row.at),
    event: eventWords[row.kind],
    topic: shownLine(row.topic === '' ? (row.clientId ?? '') : row.topic, CELL_LIMIT),
    from: row.clientId === null ? '—' : shownLine(row.clientId, CELL_LIMIT),
    delivery: isPublish ? `${String(row.qos)}${row.retain ? ' R' : ''}${row.dup ? ' D' : ''}` : '',
    size: isPublish ? bytes(row.size) : '',
    payload: `${shownLine(row.preview, CELL_LIMIT)}${row.cut ? '…' : ''}`,
  };
}
