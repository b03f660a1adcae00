import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StorageError, messageOf } from './errors.ts';

/**
 * Replaces `path` by `bytes` so that a reader, or a restart after a power cut, sees the old
 * content or the new one, never a mixture.
 *
 * @throws StorageError DISK_FULL, WRITE_FAILED
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writingError(path, error);
  }
}

/** Makes a rename or a new name in `directory` survive a power cut. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows has no handle to sync on a directory; NTFS journals names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function writingError(path: string, error: unknown): StorageError {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StorageError('DISK_FULL', `no space left for ${path}`, {
      next: 'Free some disk space and try again; the earlier file is untouched.',
      cause: error,
    });
  }
  return new StorageError('WRITE_FAILED', `cannot write ${path}: ${messageOf(error)}`, {
    next: 'Check that the folder exists and that you may write to it.',
    cause: error,
  });
}
