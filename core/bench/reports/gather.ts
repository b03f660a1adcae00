import { type RollbackVerdictView } from '#core/contract';
import { type Records } from '#core/backend';
import { type NotedRelease, type NotedUpdate, type ReportBooks } from '#core/report';
import { manifestDigest, RELEASE_TYP, verifyObject } from '#core/signing';
import { type Context } from '../context.ts';
import { ALGORITHMS } from '../gatekeeper-role.ts';

/** Verdicts and disbelieved messages that a report lists at most. */
const LISTED = 200;

/** What the books know of one update; null where they know none of that id. */
export async function gatherUpdate(
  updateId: string,
  deps: { context: Context; records: Records; books: ReportBooks },
): Promise<NotedUpdate | null> {
  const recorded = deps.records.update(updateId);
  if (recorded === null) return null;
  const { view: update, installs, releaseIds } = recorded;
  const releases: NotedRelease[] = [];
  if (installs) {
    for (const [index, releaseId] of releaseIds.entries()) {
      const ecuId = update.members[index]?.ecuId ?? update.ecuId;
      const release = await gatherRelease(releaseId, ecuId, deps.context);
      if (release !== null) releases.push(release);
    }
  }
  return { update, installs, releases, moments: deps.books.moments.of(updateId) };
}

async function gatherRelease(
  releaseId: string,
  ecuId: string,
  { catalogue, ring }: Context,
): Promise<NotedRelease | null> {
  const manifest = catalogue.release(releaseId);
  if (manifest === null) return null;
  const verdict = await verifyObject(manifest, {
    typ: RELEASE_TYP,
    algorithms: ALGORITHMS,
    keys: ring,
    use: 'release',
  });
  return {
    ecuId,
    manifest,
    manifestSha256: manifestDigest(manifest),
    signature: verdict.kind,
    kid: verdict.kind === 'valid' ? verdict.kid : null,
  };
}

/** Rollbacks of these updates, and whatever the vehicle took back by itself meanwhile. */
export function gatherRollbacks(
  { vin, from, to, updateIds }: Span & { updateIds: readonly string[] },
  records: Records,
): RollbackVerdictView[] {
  const concerned = new Set(updateIds);
  const isMeant = ({ updateId, receivedAt }: RollbackVerdictView): boolean =>
    concerned.has(updateId) || (receivedAt >= from && receivedAt <= to);
  return records.verdicts({ vin, limit: LISTED }).filter(isMeant).reverse();
}

export function gatherRefused(span: Span, records: Records): ReturnType<Records['refused']> {
  return records.refused({ ...span, limit: LISTED });
}

type Span = { vin: string; from: number; to: number };
