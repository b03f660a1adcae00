import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { takeLock } from './lock.ts';

/** A folder in the temp folder that goes with whoever made it, also when that is killed. */
export type ThrowAway = { readonly dir: string; readonly remove: () => Promise<void> };

const OWNER = 'owner.db';
/** Between making a folder and taking its lock lie milliseconds; nobody is that slow. */
const EMPTY_MS = 600_000;

const swept = new Set<string>();

/** `prefix` names its kind. Those of the kind whose owner is gone go first, once in a process. */
export async function openThrowAway(prefix: string): Promise<ThrowAway> {
  if (!swept.has(prefix)) {
    swept.add(prefix);
    await sweepThrowAways(prefix);
  }
  const dir = await mkdtemp(join(tmpdir(), prefix));
  const lock = takeLock(dir, OWNER);
  return {
    dir,
    remove: async () => {
      lock.close();
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Removes what killed processes left behind; what cannot be removed stays. Says what went. */
export async function sweepThrowAways(prefix: string): Promise<string[]> {
  const root = tmpdir();
  const names = await readdir(root).catch(() => []);
  const gone: string[] = [];
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const dir = join(root, name);
    if (await sweep(dir).catch(() => false)) gone.push(dir);
  }
  return gone;
}

async function sweep(dir: string): Promise<boolean> {
  const found = await lstat(dir);
  const isMine = process.getuid === undefined || found.uid === process.getuid();
  // Never through a link, never another user's.
  if (!found.isDirectory() || !isMine) return false;
  if (!existsSync(join(dir, OWNER))) {
    // Somebody may be about to take it; and what is not empty is nobody's whom we know.
    if (Date.now() - found.mtimeMs < EMPTY_MS) return false;
    await rmdir(dir);
    return true;
  }
  let lock: DatabaseSync;
  try {
    lock = takeLock(dir, OWNER);
  } catch {
    return false;
  }
  lock.close();
  await rm(dir, { recursive: true, force: true });
  return true;
}
