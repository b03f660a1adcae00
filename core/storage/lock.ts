import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StorageError, isBusy, openingError } from './errors.ts';

/**
 * An open exclusive transaction on a file of its own: SQLite holds it as a lock of the operating
 * system, which ends with the process however it ends. There is no stale lock to clean up.
 *
 * @throws StorageError WORKSPACE_BUSY, WORKSPACE_UNUSABLE
 */
export function takeLock(root: string, name: string): DatabaseSync {
  const file = join(root, name);
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    // In WAL mode readers and the exclusive writer would live side by side.
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (error) {
    lock?.close();
    if (!isBusy(error)) throw openingError(file, error);
    throw new StorageError('WORKSPACE_BUSY', `${root} is in use by another OTA Bench`, {
      next: 'Close the other one, or choose another folder with --workspace DIR.',
      cause: error,
    });
  }
}
