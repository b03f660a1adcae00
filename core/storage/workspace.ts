import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, type Durability } from './database.ts';
import { StorageError, openingError } from './errors.ts';
import { takeLock } from './lock.ts';

/** A folder that holds everything one bench keeps. One process at a time. */
export type Workspace = {
  readonly dir: string;
  /** bench.db */
  readonly db: DatabaseSync;
  /** A path inside the folder. Throws StorageError PATH_OUTSIDE_WORKSPACE for one that leaves it. */
  path(...parts: string[]): string;
  /**
   * Whether the folder is still the one that was opened.
   * @returns StorageError WORKSPACE_GONE once it was moved, deleted or replaced; null as long as not
   */
  missing(): Promise<StorageError | null>;
  /** Closes the database and lets the next instance in. */
  close(): Promise<void>;
};

const FOLDERS = ['artifacts', 'broker', 'vehicles'];

/**
 * Opens `dir` as a workspace, making what is missing.
 *
 * @throws StorageError WORKSPACE_BUSY, WORKSPACE_READ_ONLY, WORKSPACE_UNUSABLE, DATABASE_DAMAGED,
 *   DISK_FULL
 */
export async function openWorkspace(
  dir: string,
  durability: Durability = 'lasting',
): Promise<Workspace> {
  const root = resolve(dir);
  await makeFolder(root);
  const lock = takeLock(root, 'lock.db');
  try {
    for (const folder of FOLDERS) await makeFolder(join(root, folder));
    const place = await placeOf(root);
    const db = openDatabase(join(root, 'bench.db'), durability);
    let open = true;
    return {
      dir: root,
      db,
      path: (...parts) => inside(root, parts),
      missing: async () => ((await placeOf(root).catch(() => null)) === place ? null : gone(root)),
      close: () => {
        if (open) {
          open = false;
          if (db.isOpen) db.close();
          lock.close();
        }
        return Promise.resolve();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** What stays the same as long as the folder and the lock in it are those that were opened. */
async function placeOf(root: string): Promise<string> {
  const stats = await Promise.all([root, join(root, 'lock.db')].map((path) => stat(path)));
  return stats.map(({ dev, ino }) => `${String(dev)}:${String(ino)}`).join(' ');
}

function gone(root: string): StorageError {
  return new StorageError('WORKSPACE_GONE', `${root} was moved or deleted while it was open`, {
    next: 'Put it back, or name its new place with --workspace DIR, and start OTA Bench again.',
  });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolderWithParents(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw openingError(folder, error);
  }
}

/**
 * Not `mkdir(…, { recursive: true })`: Node 24 never returns from it where a parent exists and
 * still nothing can be made in it, such as /proc or a link to a disk that is not there.
 */
async function makeFolderWithParents(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST') && (await stat(folder)).isDirectory()) return;
    if (!hasCode(error, 'ENOENT') || dirname(folder) === folder) throw error;
    await makeFolderWithParents(dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function inside(root: string, parts: readonly string[]): string {
  const path = resolve(root, ...parts);
  const way = relative(root, path);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new StorageError('PATH_OUTSIDE_WORKSPACE', `${parts.join('/')} is outside ${root}`, {
      next: 'Use a name without path separators.',
    });
  }
  return path;
}
