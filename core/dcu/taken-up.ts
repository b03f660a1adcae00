import type { DcuEvent, Rollback } from './events.ts';

/** A rollback by command that was taken up: of a bundle each ECU may be taken back by itself. */
export type TakenUp = {
  readonly updateId: string;
  /** Null: from a journal that did not keep it; any ECU then counts as it. */
  readonly ecuId: string | null;
};

export function isTakenUp(
  all: readonly TakenUp[],
  { updateId, ecuId }: Pick<Rollback, 'updateId' | 'ecuId'>,
): boolean {
  return all.some(
    (one) => one.updateId === updateId && (one.ecuId === null || one.ecuId === ecuId),
  );
}

type Remembered = Extract<DcuEvent, { type: 'remembered' }>;

/** As a compacted journal tells them; `rollbacks` alone is what older ones have. */
export function takenUpBefore({ rollbacks = [], takenUp = [] }: Remembered): readonly TakenUp[] {
  const told = new Set(takenUp.map(({ updateId }) => updateId));
  const older = rollbacks.filter((updateId) => !told.has(updateId));
  return [...older.map((updateId) => ({ updateId, ecuId: null })), ...takenUp];
}
