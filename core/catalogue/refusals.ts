import { CatalogueError } from './errors.ts';

/** The store could not take it: no space, or no right to write. */
export function writingError(error: unknown): CatalogueError {
  if (error instanceof CatalogueError) return error;
  const code = errnoOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') return diskFull(null, error);
  return new CatalogueError(
    'STORE_UNWRITABLE',
    `the firmware store cannot be written: ${messageOf(error)}`,
    { next: 'Check that the workspace folder exists and that you may write to it.', cause: error },
  );
}

export function diskFull(wanted: number | null, cause?: unknown): CatalogueError {
  return new CatalogueError(
    'DISK_FULL',
    wanted === null
      ? 'the disk of the workspace is full'
      : `the disk of the workspace has no room for ${wanted} bytes`,
    { next: 'Free some space, or choose a workspace on another disk; nothing was kept.', cause },
  );
}

export function folder(path: string): CatalogueError {
  return new CatalogueError('FIRMWARE_IS_FOLDER', `${path} is a folder`, {
    next: 'Choose the firmware file in it.',
  });
}

export function vanished(path: string, cause?: unknown): CatalogueError {
  return new CatalogueError('FIRMWARE_VANISHED', `${path} is not there`, {
    next: 'It was moved or deleted, or the drive is gone: choose it again.',
    cause,
  });
}

export function unreadable(what: string, why: string, cause?: unknown): CatalogueError {
  return new CatalogueError('FIRMWARE_UNREADABLE', `${what} cannot be read: ${why}`, {
    next: 'Check that it is a regular file and that you may read it.',
    cause,
  });
}

export function changed(path: string): CatalogueError {
  return new CatalogueError('FIRMWARE_CHANGED', `${path} changed while it was read`, {
    next: 'Wait until the build that writes it has finished, then choose it again.',
  });
}

export function imageMissing(sha256: string, cause?: unknown): CatalogueError {
  return new CatalogueError('IMAGE_MISSING', `no image ${sha256} is in the store`, {
    next: 'Import the firmware file again.',
    cause,
  });
}

export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
