import { type TrafficRow } from '#core/contract';
import { type Recorder } from '#core/recorder';
import { type Capture } from './capture.ts';
import { type Selection } from './selection.ts';
import { asked } from './where.ts';

/** Messages of one question while signatures are looked at. */
const JUDGED_PAGE = 500;

export type PageQuery = Selection & {
  order: 'newest' | 'oldest';
  limit: number;
  from?: number | undefined;
};
type Messages = Awaited<ReturnType<Recorder['messages']>>;
export type Page = { rows: TrafficRow[]; next: number | null };

/** The next `limit` rows that are asked for. */
export async function pageOf(
  capture: Capture,
  { where, judged, order, limit, from }: PageQuery,
  signal?: AbortSignal,
): Promise<Page> {
  const more = signal ? { signal } : {};
  if (!judged) {
    const query = { order, limit, where, ...(from === undefined ? {} : { from }), ...more };
    const { rows, next } = await asked(() => capture.recorder().page(query), signal);
    return { rows: rows.map((row) => capture.row(row)), next };
  }
  const ids: number[] = [];
  let next: number | null | undefined = from;
  while (next !== null && ids.length < limit) {
    const place = next === undefined ? {} : { from: next };
    const query = { order, limit: JUDGED_PAGE, where, ...place, ...more };
    const page: Messages = await asked(() => capture.recorder().messages(query), signal);
    next = page.next;
    for (const message of page.rows) {
      if (!(await judged(message))) continue;
      ids.push(message.id);
      if (ids.length < limit) continue;
      next = message.id;
      break;
    }
  }
  const rows = await asked(() => capture.recorder().rowsOf(ids), signal);
  return { rows: rows.map((row) => capture.row(row)), next: next ?? null };
}
