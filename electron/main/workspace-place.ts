import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a workspace has: the first also while another process is still making it. */
const MARKS = ['lock.db', 'bench.db'];
/** What systems put into a folder that a person calls empty. */
const NOTHING = new Set(['.DS_Store', 'desktop.ini', 'Thumbs.db']);

/**
 * Where a workspace goes when a person points at a folder: there, if it is one or is empty. Among the
 * documents of a folder that is neither it gets one of its own, as a workspace is many files.
 */
export function workspaceWithin(folder: string): string {
  const names = namesIn(folder).filter((name) => !NOTHING.has(name));
  return names.length === 0 || MARKS.some((mark) => names.includes(mark))
    ? folder
    : join(folder, 'OTA Bench');
}

/** One that cannot be read is left to the core, which says why. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
