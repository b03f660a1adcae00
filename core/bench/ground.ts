import { statSync } from 'node:fs';
import { type Clock, type Log } from '#core/ports';
import { BACKEND_SCHEMA } from '#core/backend';
import { CATALOGUE_SCHEMA } from '#core/catalogue';
import { GATEKEEPER_SCHEMA } from '#core/gatekeeper';
import { OUTBOX_SCHEMA } from '#core/link';
import { PKI_SCHEMA } from '#core/pki';
import { REPORT_SCHEMA } from '#core/report';
import { SIGNING_SCHEMA } from '#core/signing';
import { refuseNewer, type Workspace } from '#core/storage';
import { BenchError } from './errors.ts';
import { BENCH_SCHEMA } from './store.ts';
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

/** Everything that bench.db holds, also of roles that are off. */
const SCHEMAS = [
  ...[BENCH_SCHEMA, SIGNING_SCHEMA, CATALOGUE_SCHEMA, BACKEND_SCHEMA],
  ...[REPORT_SCHEMA, PKI_SCHEMA, GATEKEEPER_SCHEMA, OUTBOX_SCHEMA],
];

/** @throws StorageError NEWER_SCHEMA, before anything is written */
export function requireKnown({ db }: Pick<Workspace, 'db'>): void {
  refuseNewer(db, SCHEMAS);
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
