import { put, restate, type BackupFile, type BankMeta, type Software } from './bank-meta.ts';

/*
 * The record of an ECU with one bank. A is what it runs and what is written in place; B is a copy
 * of what A held before, in one of two files. Whenever A is not `active`, the copy that brings it
 * back is whole, was read back, and is on record.
 */

type Single = BankMeta & { readonly backup: NonNullable<BankMeta['backup']> };

export function isSingle(meta: BankMeta): meta is Single {
  return meta.backup !== null;
}

/** The file that the next copy goes into; nothing on record is in it. */
export function spareFile(meta: Single): BackupFile {
  return meta.backup.file === 1 ? 2 : 1;
}

/**
 * From here on A's earlier content is gone from A. When it was worth keeping, it is in the spare
 * file, which B now is.
 */
export function beginInPlace(meta: Single, software: Software): BankMeta {
  const running = meta.banks.A;
  const writing: BankMeta = put({ ...meta, trial: null }, 'A', { state: 'writing', software });
  if (running.state !== 'active') return writing;
  return {
    ...put(writing, 'B', { state: 'valid', software: running.software }),
    backup: { file: spareFile(meta), kept: { file: meta.backup.file, record: meta.banks.B } },
  };
}

/** The copy is coming back into A. */
export function beginRestore(meta: Single, software: Software): BankMeta {
  return put({ ...meta, trial: null }, 'A', { state: 'writing', software });
}

/**
 * A holds again what B was a copy of; B is what it was before.
 *
 * @param left what becomes of the image that A must not be given again; an update that failed
 *   leaves the older copy as good as it was
 */
export function restored(meta: Single, left: 'valid' | 'bad'): BankMeta {
  const back = { ...restate(meta, 'A', 'active'), trial: null };
  const { kept } = meta.backup;
  const before = kept?.record ?? { state: 'empty' as const };
  const record =
    left === 'bad' && before.state !== 'empty' ? { ...before, state: 'bad' as const } : before;
  return {
    ...put(back, 'B', record),
    backup: { file: kept?.file ?? meta.backup.file, kept: null },
  };
}

/** [D7] A commanded rollback gave A the older image; B is a copy of the one left behind. */
export function swapped(meta: Single): BankMeta {
  return { ...restate(meta, 'A', 'active'), trial: null };
}

/**
 * [D7] A commanded rollback gave A the copy, and what A held was damaged: B has nothing. `kept`
 * stays until that is on record in the journal as well, and tells a second time that it is done.
 */
export function moved(meta: Single): BankMeta {
  const empty = { state: 'empty' } as const;
  const back = { ...put(restate(meta, 'A', 'active'), 'B', empty), trial: null };
  return { ...back, backup: { ...meta.backup, kept: { file: meta.backup.file, record: empty } } };
}

/** The rollback is over: the copy from before is not needed any more. */
export function settle(meta: BankMeta): BankMeta {
  if (!isSingle(meta) || meta.backup.kept === null) return meta;
  return { ...meta, backup: { ...meta.backup, kept: null } };
}

/** Neither A nor the copy can be started. */
export function lost(meta: Single): BankMeta {
  return restate(restate(meta, 'A', 'bad'), 'B', 'bad');
}
