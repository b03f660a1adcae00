import type { DatabaseSync } from 'node:sqlite';
import { ConditionsView, ReportEcu, ReportEvent, type SessionView } from '#core/contract';
import { z } from 'zod';
import { storingError } from './errors.ts';
import type { NotedEvent } from './material.ts';

export const Snapshot = z.object({
  at: z.number(),
  online: z.boolean(),
  simulated: z.boolean(),
  conditions: ConditionsView.nullable(),
  ecus: z.array(ReportEcu),
});

const Body = z.object({
  operator: z.string(),
  purpose: z.string(),
  order: z.string().nullable(),
  rxswin: z.string().nullable(),
  before: Snapshot.nullable(),
  updateIds: z.array(z.string()),
  events: z.array(z.object({ at: z.number(), kind: ReportEvent.shape.kind, detail: z.string() })),
});
export type Session = z.infer<typeof Body> & {
  readonly sessionId: string;
  readonly vin: string;
  readonly begunAt: number;
};

/** Events kept of one session: a vehicle that comes and goes must not fill the disk. */
const EVENTS_LIMIT = 500;

/** Sessions that have no report yet, in bench.db: they outlive the process. */
export type Sessions = {
  add(session: Session): void;
  get(sessionId: string): Session | null;
  /** Oldest first. */
  running(): Session[];
  ofVehicle(vin: string): Session[];
  ofUpdate(updateId: string): Session | null;
  attach(sessionId: string, updateId: string): void;
  note(sessionId: string, event: NotedEvent): void;
  /** Within the caller's transaction; `over` afterwards. */
  end(sessionId: string): void;
  /** Forgets it here, once its end is committed. */
  over(sessionId: string): void;
  remove(sessionId: string): void;
};

export function createSessions(db: DatabaseSync): Sessions {
  const insert = db.prepare(
    'INSERT INTO report_session (session_id, vin, begun_at, running, body) VALUES (?, ?, ?, 1, ?)',
  );
  const save = db.prepare('UPDATE report_session SET body = ? WHERE session_id = ?');
  const end = db.prepare('UPDATE report_session SET running = 0 WHERE session_id = ?');
  const remove = db.prepare('DELETE FROM report_session WHERE session_id = ?');
  const rows = db
    .prepare('SELECT * FROM report_session WHERE running = 1 ORDER BY begun_at, rowid')
    .all();
  // Asked with every message of a vehicle; there are few.
  const open = new Map<string, Session>(
    rows.map((row) => [String(row['session_id']), sessionOf(row)]),
  );
  const change = (sessionId: string, how: (session: Session) => Session): void => {
    const session = open.get(sessionId);
    if (session === undefined) return;
    const next = how(session);
    save.run(JSON.stringify(Body.parse(next)), sessionId);
    open.set(sessionId, next);
  };
  return {
    add(session) {
      const { sessionId, vin, begunAt } = session;
      try {
        insert.run(sessionId, vin, begunAt, JSON.stringify(Body.parse(session)));
      } catch (error) {
        throw storingError(error);
      }
      open.set(sessionId, session);
    },
    get: (sessionId) => open.get(sessionId) ?? null,
    running: () => [...open.values()],
    ofVehicle: (vin) => [...open.values()].filter((session) => session.vin === vin),
    ofUpdate: (updateId) =>
      [...open.values()].find(({ updateIds }) => updateIds.includes(updateId)) ?? null,
    attach: (sessionId, updateId) => {
      change(sessionId, (session) => ({ ...session, updateIds: [...session.updateIds, updateId] }));
    },
    note: (sessionId, event) => {
      change(sessionId, (session) => {
        if (session.events.length >= EVENTS_LIMIT) return session;
        return { ...session, events: [...session.events, { ...event }] };
      });
    },
    end: (sessionId) => {
      end.run(sessionId);
    },
    over: (sessionId) => {
      open.delete(sessionId);
    },
    remove: (sessionId) => {
      remove.run(sessionId);
      open.delete(sessionId);
    },
  };
}

export function sessionView(session: Session): SessionView {
  const { sessionId, vin, operator, order, purpose, begunAt, updateIds, events } = session;
  const interrupted = events.some(({ kind }) => kind === 'tool_restarted');
  return { sessionId, vin, operator, order, purpose, begunAt, updateIds, interrupted };
}

function sessionOf(row: Record<string, unknown>): Session {
  return {
    ...Body.parse(JSON.parse(String(row['body']))),
    sessionId: String(row['session_id']),
    vin: String(row['vin']),
    begunAt: Number(row['begun_at']),
  };
}
