import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/**
 * Makes what is missing of a folder, level by level, and says what it made, outermost first. Not
 * `mkdir(…, { recursive: true })`: Node 24 never returns from it where a parent exists and takes
 * no folders, such as /proc.
 */
export async function makeFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  let at = resolve(folder);
  for (let there = await isFolder(at); !there; there = await isFolder(at)) {
    missing.unshift(at);
    const parent = dirname(at);
    if (parent === at) break;
    at = parent;
  }
  const made: string[] = [];
  try {
    for (const each of missing) {
      if (await makeFolder(each)) made.push(each);
    }
  } catch (error) {
    await removeFolders(made);
    throw error;
  }
  return made;
}

/** Innermost first; one that somebody uses meanwhile stays. */
export async function removeFolders(made: readonly string[]): Promise<void> {
  for (const each of made.toReversed()) await rmdir(each).catch(() => undefined);
}

/** False: somebody else made it in between. */
async function makeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && (await isFolder(folder))) {
      return false;
    }
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' });
}
