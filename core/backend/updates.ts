import type { DatabaseSync } from 'node:sqlite';
import { UpdateView } from '#core/contract';
import type { ReleaseManifest } from '#core/protocol';
import { z } from 'zod';
import { hasEnded, step, type Step, type UpdateEvent, type UpdateState } from './machine.ts';

/** Updates kept; beyond it the oldest ended ones go. */
const KEPT = 10_000;
/** Updates listed, newest first. */
const LISTED = 1_000;

const State = UpdateView.extend({
  installs: z.boolean(),
  // Records of before vehicles could pause have none.
  paused: z.boolean().default(false),
  // Nor of before they asked a technician, or took several at once.
  waiting: UpdateView.shape.waiting.default(null),
  members: UpdateView.shape.members.default([]),
  releases: z.array(z.string()).default([]),
});

export type Origin = { readonly composedId?: string; readonly issueSeq?: number };

/** Every update the backend knows, in bench.db. */
export type Updates = {
  /** Within the caller's transaction if there is one; call `announce` once it is committed. */
  insert(state: UpdateState, origin?: Origin): void;
  get(updateId: string): UpdateState | null;
  /** Newest first. */
  list(): UpdateState[];
  /** Of all vehicles, newest first. */
  unfinished(): UpdateState[];
  /** Not ended, newest first. */
  open(vin: string): UpdateState[];
  newest(vin: string): UpdateState | null;
  /** Newest first. */
  ofVehicle(vin: string, limit: number): UpdateState[];
  byComposedId(composedId: string): string | null;
  /** Highest `seq` of an issue_details published for this vehicle; 0 for none. */
  lastIssueSeq(vin: string): number;
  /** Steps the machine and stores; `announce` is the caller's, after its commit. */
  apply(updateId: string, event: UpdateEvent): Step | null;
  announce(updateId: string): void;
  onUpdate(listener: (update: UpdateView) => void): () => void;
};

export function createUpdates(db: DatabaseSync): Updates {
  const listeners = new Set<(update: UpdateView) => void>();
  const insert = db.prepare(
    `INSERT INTO update_record
       (update_id, vin, created_at, ended, version, composed_id, issue_seq, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const save = db.prepare('UPDATE update_record SET ended = ?, state = ? WHERE update_id = ?');
  const prune = db.prepare(
    `DELETE FROM update_record WHERE ended = 1 AND update_id IN (
       SELECT update_id FROM update_record ORDER BY created_at DESC LIMIT -1 OFFSET ?)`,
  );
  const one = db.prepare('SELECT state FROM update_record WHERE update_id = ?');
  const all = db.prepare(
    'SELECT state FROM update_record ORDER BY created_at DESC, rowid DESC LIMIT ?',
  );
  const open = db.prepare(
    `SELECT state FROM update_record WHERE vin = ? AND ended = 0
     ORDER BY created_at DESC, rowid DESC`,
  );
  const unfinished = db.prepare(
    'SELECT state FROM update_record WHERE ended = 0 ORDER BY created_at DESC, rowid DESC LIMIT ?',
  );
  const newest = db.prepare(
    'SELECT state FROM update_record WHERE vin = ? ORDER BY created_at DESC, rowid DESC LIMIT ?',
  );
  const composed = db.prepare('SELECT update_id FROM update_record WHERE composed_id = ?');
  const seq = db.prepare('SELECT max(issue_seq) AS seq FROM update_record WHERE vin = ?');
  // Counted once: to sort all of them for each new one grows with the square of a fleet.
  let kept = Number(db.prepare('SELECT count(*) AS n FROM update_record').get()?.['n'] ?? 0);
  const get = (updateId: string): UpdateState | null => read(one.get(updateId));

  return {
    insert(state, origin = {}) {
      insert.run(
        state.updateId,
        state.vin,
        state.createdAt,
        hasEnded(state.stage) ? 1 : 0,
        state.version,
        origin.composedId ?? null,
        origin.issueSeq ?? null,
        JSON.stringify(state),
      );
      kept += 1;
      if (kept > KEPT) kept -= Number(prune.run(KEPT).changes);
    },
    get,
    list: () => all.all(LISTED).flatMap((row) => read(row) ?? []),
    unfinished: () => unfinished.all(LISTED).flatMap((row) => readable(row) ?? []),
    open: (vin) => open.all(vin).flatMap((row) => read(row) ?? []),
    newest: (vin) => read(newest.get(vin, 1)),
    ofVehicle: (vin, limit) => newest.all(vin, limit).flatMap((row) => read(row) ?? []),
    byComposedId: (composedId) => {
      const id = composed.get(composedId)?.['update_id'];
      return typeof id === 'string' ? id : null;
    },
    lastIssueSeq: (vin) => Number(seq.get(vin)?.['seq'] ?? 0),
    apply(updateId, event) {
      const state = get(updateId);
      if (state === null) return null;
      const taken = step(state, event);
      if (taken.effects.some((effect) => effect.kind === 'store')) {
        save.run(hasEnded(taken.state.stage) ? 1 : 0, JSON.stringify(taken.state), updateId);
      }
      return taken;
    },
    announce(updateId) {
      const state = get(updateId);
      if (state !== null) for (const listener of [...listeners]) listener(viewOf(state));
    },
    onUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Manifests of what an update installs: one, or one for each member; none for a foreign one. */
export function releasesOf(
  { releaseId, releases }: UpdateState,
  catalogue: { release(releaseId: string): ReleaseManifest | null },
): ReleaseManifest[] {
  const ids = releases.length > 0 ? releases : releaseId === null ? [] : [releaseId];
  return ids.flatMap((id) => catalogue.release(id) ?? []);
}

/** What the contract shows of it. */
export function viewOf(state: UpdateState): UpdateView {
  return UpdateView.parse(state);
}

function read(row: Record<string, unknown> | undefined): UpdateState | null {
  return typeof row?.['state'] === 'string' ? State.parse(JSON.parse(row['state'])) : null;
}

/** A damaged one is told as the backend starts; it must not keep the others from being shown. */
function readable(row: Record<string, unknown>): UpdateState | null {
  try {
    return read(row);
  } catch {
    return null;
  }
}
