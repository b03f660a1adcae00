import type { DatabaseSync } from 'node:sqlite';
import type { MessageKind } from '#core/protocol';

/** A message that was not believed, or that changed nothing where it should have. */
export type RefusedMessage = {
  readonly at: number;
  readonly vin: string;
  readonly kind: MessageKind;
  readonly updateId: string | null;
  readonly code: string;
  readonly reason: string;
};

/** Refusals kept; a flood must not fill the disk. */
const KEPT = 10_000;

export type Refusals = {
  note(refused: RefusedMessage): void;
  /** Newest first. */
  list(limit?: number): RefusedMessage[];
  /** Of one vehicle, oldest first. */
  between(query: { vin: string; from: number; to: number; limit: number }): RefusedMessage[];
  onRefused(listener: (refused: RefusedMessage) => void): () => void;
};

export function createRefusals(db: DatabaseSync): Refusals {
  const listeners = new Set<(refused: RefusedMessage) => void>();
  const insert = db.prepare(
    'INSERT INTO backend_refusal (at, vin, kind, update_id, code, reason) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const prune = db.prepare(
    'DELETE FROM backend_refusal WHERE id <= (SELECT max(id) FROM backend_refusal) - ?',
  );
  const select = db.prepare('SELECT * FROM backend_refusal ORDER BY id DESC LIMIT ?');
  const between = db.prepare(
    'SELECT * FROM backend_refusal WHERE vin = ? AND at BETWEEN ? AND ? ORDER BY id LIMIT ?',
  );
  return {
    note(refused) {
      const { at, vin, kind, updateId, code, reason } = refused;
      insert.run(at, vin, kind, updateId, code, reason.slice(0, 2_000));
      prune.run(KEPT);
      for (const listener of [...listeners]) listener(refused);
    },
    list: (limit = 100) => select.all(limit).map(read),
    between: ({ vin, from, to, limit }) => between.all(vin, from, to, limit).map(read),
    onRefused(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function read(row: Record<string, unknown>): RefusedMessage {
  return {
    at: Number(row['at']),
    vin: String(row['vin']),
    kind: String(row['kind']) as MessageKind,
    updateId: typeof row['update_id'] === 'string' ? row['update_id'] : null,
    code: String(row['code']),
    reason: String(row['reason']),
  };
}
