import type { Clock } from '#core/ports';
import type { ReleaseManifest } from '#core/protocol';
import type { Catalogue } from '#core/catalogue';
import { manifestDigest } from '#core/signing';
import { hasEnded, type UpdateState } from '../machine.ts';
import { releasesOf, type Updates } from '../updates.ts';
import type { VerifyAnswer, VerifyQuestion } from './schemas.ts';

/** The vehicle may have read the status a moment before we do. */
const STATUS_GRACE_MS = 2_000;

export type VerifyDeps = {
  readonly updates: Updates;
  readonly catalogue: Pick<Catalogue, 'release'>;
  readonly clock: Clock;
};

/** [D2] Whether what a vehicle was offered is what this backend has for it. */
export async function verifyUpdate(
  updateId: string,
  question: VerifyQuestion,
  deps: VerifyDeps,
): Promise<{ vin: string | null; answer: VerifyAnswer }> {
  const update = deps.updates.get(updateId) ?? (await arriving(updateId, deps));
  if (update === null) {
    return { vin: null, answer: no('UPDATE_UNKNOWN', `no update ${updateId} is known here`) };
  }
  return { vin: update.vin, answer: judge(update, question, deps) };
}

function judge(
  update: UpdateState,
  question: VerifyQuestion,
  { catalogue }: VerifyDeps,
): VerifyAnswer {
  if (hasEnded(update.stage)) {
    return no('UPDATE_ENDED', `update ${update.updateId} is ${update.stage}`);
  }
  const releases = releasesOf(update, catalogue);
  // Of several the one that is asked about; none of them is told as a mismatch with the first.
  const release = releases.find((one) => isAskedAbout(one, question)) ?? releases[0];
  if (release === undefined) {
    return no('RELEASE_UNKNOWN', `update ${update.updateId} names no release of this catalogue`);
  }
  const has: Record<keyof typeof ASKED, string | number> = {
    vin: update.vin,
    releaseId: release.releaseId,
    manifestSha256: manifestDigest(release),
    sha256: release.firmware.sha256,
    length: release.firmware.length,
  };
  for (const member of Object.keys(ASKED) as (keyof typeof ASKED)[]) {
    const given = question[member];
    if (given !== undefined && given !== has[member]) {
      return no(ASKED[member], `${member}: ${String(has[member])} here, ${String(given)} there`);
    }
  }
  return { verified: true };
}

function isAskedAbout(release: ReleaseManifest, question: VerifyQuestion): boolean {
  if (question.releaseId !== undefined) return question.releaseId === release.releaseId;
  if (question.manifestSha256 !== undefined) {
    return question.manifestSha256 === manifestDigest(release);
  }
  return question.sha256 === release.firmware.sha256;
}

/** Each member of the question, and the code for one that disagrees. */
const ASKED = {
  vin: 'VIN_MISMATCH',
  releaseId: 'RELEASE_MISMATCH',
  manifestSha256: 'MANIFEST_MISMATCH',
  sha256: 'IMAGE_HASH',
  length: 'IMAGE_LENGTH',
} as const;

function no(code: string, detail: string): VerifyAnswer {
  return { verified: false, reason: { code, detail } };
}

async function arriving(
  updateId: string,
  { updates, clock }: VerifyDeps,
): Promise<UpdateState | null> {
  const over = new AbortController();
  const undo = updates.onUpdate((update) => {
    if (update.updateId === updateId) over.abort(new Error('it has arrived'));
  });
  await clock.sleep(STATUS_GRACE_MS, over.signal).catch(() => undefined);
  undo();
  return updates.get(updateId);
}
