// Where tests keep their temporary files. Node built-ins only.
import { accessSync, constants, statfsSync } from 'node:fs';

const FOLDER = '/dev/shm';
/** Tests at once use some hundred megabytes; a container has 64 MB there unless it is given more. */
const ENOUGH_BYTES = 2 * 2 ** 30;

/**
 * A folder in memory, as an environment's TMPDIR; nothing where there is none or somebody has
 * chosen another. What is made sure to be on a disk is waited for, several hundred times in one
 * update, and no test can tell: a killed process loses nothing either way, and power is cut in a
 * model of the disk.
 * @returns {{ TMPDIR?: string }}
 */
export function memoryFolder() {
  if (process.env.TMPDIR) return {};
  try {
    accessSync(FOLDER, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(FOLDER);
    return bavail * bsize < ENOUGH_BYTES ? {} : { TMPDIR: FOLDER };
  } catch {
    return {};
  }
}
