import type { DatabaseSync } from 'node:sqlite';
import type { HistoryEntry, RollbackVerdictView, UpdateView } from '#core/contract';
import { hasEnded, type UpdateState } from './machine.ts';
import { inTransaction } from '#core/storage';
import { prepareTables } from './tables.ts';
import { createRefusals, type RefusedMessage } from './refusals.ts';
import { createUpdates, viewOf } from './updates.ts';
import { createVerdicts, type VerdictQuery } from './verdicts.ts';

/** What is in the books of a backend, also while none runs. Reads only. */
export type Records = {
  /** Newest first. */
  verdicts(query: VerdictQuery): RollbackVerdictView[];
  /** One update with what it installs; null for one that is not known. */
  update(updateId: string): RecordedUpdate | null;
  /** Updates that have not ended, newest first, as they were followed last. */
  unfinished(): UpdateView[];
  /** Messages of a vehicle that were not believed, oldest first. */
  refused(query: { vin: string; from: number; to: number; limit: number }): RefusedMessage[];
  /** Updates and rollbacks of a vehicle, newest first. */
  history(query: { vin: string; ecuId?: string | undefined; limit: number }): HistoryEntry[];
  /** Everything about a vehicle that is gone, and which updates that were. */
  forgetVehicle(vin: string): string[];
};

export type RecordedUpdate = {
  readonly view: UpdateView;
  /** False for a rollback commanded on its own. */
  readonly installs: boolean;
  /** Ids of what it installs, of each member in their order; none where no release was named. */
  readonly releaseIds: readonly string[];
};

export function openRecords(db: DatabaseSync): Records {
  prepareTables(db);
  const updates = createUpdates(db);
  const verdicts = createVerdicts(db);
  const refusals = createRefusals(db);
  return {
    verdicts: (query) => verdicts.list(query),
    forgetVehicle(vin) {
      const ids = db.prepare('SELECT update_id AS id FROM update_record WHERE vin = ?').all(vin);
      inTransaction(db, () => {
        db.prepare('DELETE FROM notification WHERE vehicle_id = ?').run(vin);
        for (const table of ['update_record', 'rollback_verdict', 'backend_refusal']) {
          db.prepare(`DELETE FROM ${table} WHERE vin = ?`).run(vin);
        }
      });
      return ids.map(({ id }) => String(id));
    },
    update(updateId) {
      const state = updates.get(updateId);
      if (state === null) return null;
      const { releases, releaseId, installs } = state;
      const releaseIds = releases.length > 0 ? releases : releaseId === null ? [] : [releaseId];
      return { view: viewOf(state), installs, releaseIds };
    },
    unfinished: () => updates.unfinished().map(viewOf),
    refused: (query) => refusals.between(query),
    history({ vin, ecuId, limit }) {
      const found = verdicts.list({ vin, ecuId, limit });
      const told = new Set<string>();
      const entries = updates
        .ofVehicle(vin, limit)
        .filter((update) => ecuId === undefined || isAbout(update, ecuId))
        .map((update) => {
          // A rollback by command is one entry with its verdict.
          const own = update.installs
            ? undefined
            : found.find(({ updateId }) => updateId === update.updateId);
          if (own !== undefined) told.add(own.verdictId);
          return entryOf(update, own ?? null);
        });
      const others = found.filter(({ verdictId }) => !told.has(verdictId)).map(entryOfVerdict);
      return [...entries, ...others].sort((a, b) => b.at - a.at).slice(0, limit);
    },
  };
}

function isAbout(update: UpdateState, ecuId: string): boolean {
  return update.ecuId === ecuId || update.members.some((member) => member.ecuId === ecuId);
}

function entryOf(update: UpdateState, verdict: RollbackVerdictView | null): HistoryEntry {
  const { updateId, vin, ecuId, version, stage, steps, createdAt, refusal = null } = update;
  const endedAt = hasEnded(stage) ? (steps.at(-1)?.at ?? createdAt) : null;
  const common = { at: createdAt, endedAt, updateId, vin, ecuId, stage, refusal };
  return update.installs
    ? { kind: 'update', ...common, version }
    : { kind: 'rollback', ...common, verdict };
}

/** One that the vehicle did by itself, or that nobody here asked for. */
function entryOfVerdict(verdict: RollbackVerdictView): HistoryEntry {
  const { updateId, vin, ecuId, outcome, reason, receivedAt } = verdict;
  return {
    ...{ kind: 'rollback', at: receivedAt, endedAt: receivedAt, updateId, vin, ecuId, verdict },
    stage: outcome === 'rolled_back' ? 'rolled_back' : 'failed',
    refusal: outcome === 'rolled_back' ? null : reason,
  };
}
