import { statSync } from 'node:fs';
import { type Clock, type Log } from '#core/ports';
import { type Workspace } from '#core/storage';
import { BenchError } from './errors.ts';
import { type Roles } from './roles.ts';

/** Seconds, so that nobody works on for long; not less, since it costs two looks at the disk. */
const LOOK_MS = 2_000;

/**
 * Looks whether the workspace is still there, and stops the roles for good once it is not. What is
 * written later would be lost with the folder, or land in another one that took its name.
 */
export async function standOn(
  workspace: Pick<Workspace, 'missing'>,
  {
    roles,
    clock,
    log,
    signal,
  }: { roles: Pick<Roles, 'giveUp'>; clock: Clock; log: Log; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    const ended = await clock.sleep(LOOK_MS, signal).then(
      () => false,
      () => true,
    );
    if (ended) return;
    const why = await workspace.missing();
    if (why === null) continue;
    const { code, reason, next } = why;
    log('error', 'the workspace is gone', { code, reason });
    await roles.giveUp({ code, reason, next });
    return;
  }
}

/** @throws BenchError RESOURCES_MISSING for a folder of the product's own that is not there */
export function requireResources(folders: readonly (string | undefined)[]): void {
  for (const folder of folders) {
    if (folder === undefined || statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      continue;
    throw new BenchError('RESOURCES_MISSING', `a part of OTA Bench is not there: ${folder}`, {
      next: 'Install OTA Bench again. The workspace is kept elsewhere and is not touched by that.',
    });
  }
}
