import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { ReportView, type ReportDocument } from '#core/contract';
import { inTransaction } from '#core/storage';
import { ReportError, storingError } from './errors.ts';

export type ShelfQuery = {
  readonly vin?: string | undefined;
  readonly updateId?: string | undefined;
  readonly text?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
};
export type ShelfPage = { reports: ReportView[]; next: number | null; total: number };

/** Finished reports. Each is written once; the database itself refuses to change or delete one. */
export type Shelf = {
  /** `within` belongs to the same step: both are kept or neither. @throws ReportError DISK_FULL */
  add(document: ReportDocument, text: string, within: () => void): ReportView;
  /** @throws ReportError REPORT_UNKNOWN */
  get(reportId: string): { view: ReportView; text: string };
  ofSession(sessionId: string): ReportView | null;
  /** The newest about an update, with what that had come to then. */
  ofUpdate(updateId: string): { view: ReportView; stage: string } | null;
  list(query: ShelfQuery): ShelfPage;
};

export function createShelf(db: DatabaseSync): Shelf {
  const insert = db.prepare(
    `INSERT INTO report (report_id, session_id, vin, search, view, text)
     VALUES (?, ?, ?, ?, ?, ?) RETURNING number`,
  );
  const about = db.prepare(
    'INSERT OR IGNORE INTO report_update (update_id, number, stage) VALUES (?, ?, ?)',
  );
  const one = db.prepare('SELECT number, view, text FROM report WHERE report_id = ?');
  const bySession = db.prepare('SELECT number, view FROM report WHERE session_id = ?');
  const byUpdate = db.prepare(
    `SELECT number, view, stage FROM report JOIN report_update USING (number)
     WHERE update_id = ? ORDER BY number DESC LIMIT 1`,
  );
  return {
    add(document, text, within) {
      const view = viewOf(document);
      try {
        return inTransaction(db, () => {
          const { reportId, sessionId, vin } = view;
          const stored = JSON.stringify(view);
          const row = insert.get(reportId, sessionId, vin, searchOf(view), stored, text);
          const number = Number(row?.['number']);
          for (const { updateId, stage } of document.updates) about.run(updateId, number, stage);
          within();
          return { ...view, number };
        });
      } catch (error) {
        throw storingError(error);
      }
    },
    get(reportId) {
      const row = one.get(reportId);
      if (row !== undefined) return { view: read(row), text: String(row['text']) };
      throw new ReportError('REPORT_UNKNOWN', `there is no report ${reportId}`, {
        next: 'Choose one that is listed.',
      });
    },
    ofSession: (sessionId) => {
      const row = bySession.get(sessionId);
      return row === undefined ? null : read(row);
    },
    ofUpdate: (updateId) => {
      const row = byUpdate.get(updateId);
      return row === undefined ? null : { view: read(row), stage: String(row['stage']) };
    },
    list: (query) => list(db, query),
  };
}

function list(db: DatabaseSync, { vin, updateId, text, before, limit }: ShelfQuery): ShelfPage {
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (sql: string, value: SQLInputValue): void => {
    where.push(sql);
    values.push(value);
  };
  if (vin !== undefined) add('vin = ?', vin);
  if (updateId !== undefined) {
    add('number IN (SELECT number FROM report_update WHERE update_id = ?)', updateId);
  }
  for (const word of (text ?? '').toLowerCase().split(/\s+/).filter(Boolean)) {
    add('instr(search, ?) > 0', word);
  }
  const clause = (all: readonly string[]): string =>
    all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
  const counted = db.prepare(`SELECT count(*) AS n FROM report ${clause(where)}`).get(...values);
  if (before !== undefined) add('number < ?', before);
  const rows = db
    .prepare(`SELECT number, view FROM report ${clause(where)} ORDER BY number DESC LIMIT ?`)
    .all(...values, limit + 1);
  const reports = rows.slice(0, limit).map(read);
  const next = rows.length > limit ? (reports.at(-1)?.number ?? null) : null;
  return { reports, next, total: Number(counted?.['n'] ?? 0) };
}

function read(row: Record<string, unknown>): ReportView {
  const stored: unknown = JSON.parse(String(row['view']));
  return ReportView.parse({ ...(stored as object), number: row['number'] });
}

function searchOf(view: ReportView): string {
  const { vin, operator, order, purpose, word, versions, updateIds, reportId } = view;
  return [vin, operator, order ?? '', purpose, word, ...versions, ...updateIds, reportId]
    .join('\n')
    .toLowerCase();
}

function viewOf(document: ReportDocument): ReportView {
  const { reportId, vehicle, createdAt, work, result, updates, session, signedBy } = document;
  return {
    reportId,
    number: 0,
    vin: vehicle.vin,
    createdAt: Date.parse(createdAt.utc),
    operator: work.operator,
    order: work.order,
    purpose: work.purpose,
    word: result.word,
    sentence: result.sentence,
    versions: [...new Set(updates.filter(({ kind }) => kind === 'update').map((u) => u.version))],
    updateIds: updates.map(({ updateId }) => updateId),
    sessionId: session.sessionId,
    kid: signedBy.kid,
  };
}
