import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real folder of the test's own. */
export type TempDir = {
  readonly path: string;
  join(...parts: string[]): string;
  /** Removes it with everything in it; fits `onTestFinished(dir.remove)` and `afterEach`. */
  readonly remove: () => Promise<void>;
};

export async function tempDir(): Promise<TempDir> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'ota-bench-')));
  return {
    path,
    join: (...parts) => join(path, ...parts),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
