import {
  checkExpiry,
  ProtocolError,
  type Bundle,
  type JsonObject,
  type ReleaseManifest,
} from '#core/protocol';
import { CatalogueError } from '#core/catalogue';
import { applyPolicy, canonicalText, type Typ } from '#core/signing';
import type { Draft, JudgeDeps } from './judge-types.ts';
import { GateError, type GateRule } from './verdict.ts';

/** [G3] [S5] One object that a release key signs. */
export async function releaseSigned(
  object: Bundle | ReleaseManifest,
  typ: Typ,
  name: string,
  draft: { subject: Pick<Draft['subject'], 'mark'> },
  deps: Pick<JudgeDeps, 'verify' | 'policy'>,
): Promise<void> {
  const verdict = await deps.verify(object as JsonObject, { typ, use: 'release' });
  const outcome = applyPolicy(verdict, deps.policy);
  if (draft.subject.mark === 'valid') draft.subject.mark = outcome.mark;
  if (outcome.accepted) return;
  throw new GateError('G3', outcome.code ?? 'UNSIGNED', `${name}: ${outcome.detail ?? ''}`);
}

/** [G4] [P5] What a release key signed has not ended. */
export function releaseNotExpired(
  object: Bundle | ReleaseManifest,
  now: number,
  name: string,
): void {
  asking('G4', () => checkExpiry(dated(object), now), name);
}

/** [G6] The release is the catalogue's own and its image is on disk, byte for byte. */
export async function imageAgrees(
  manifest: ReleaseManifest,
  catalogue: JudgeDeps['catalogue'],
): Promise<void> {
  const { releaseId, firmware } = manifest;
  const known = catalogue.release(releaseId);
  if (known === null) {
    throw new GateError('G6', 'RELEASE_UNKNOWN', `no release ${releaseId} in the catalogue`);
  }
  if (canonicalText(known) !== canonicalText(manifest)) {
    throw new GateError(
      'G6',
      'RELEASE_MISMATCH',
      `release ${releaseId} is in the catalogue with other content (${difference(known, manifest)})`,
    );
  }
  try {
    await catalogue.verifyImage(firmware.sha256, firmware.length);
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    throw new GateError('G6', error.code, error.reason, error);
  }
}

/** Names the first member in which two manifests differ, with both values. */
function difference(known: ReleaseManifest, given: ReleaseManifest): string {
  const names = [...new Set([...Object.keys(known), ...Object.keys(given)])];
  const shown = (value: unknown): string =>
    (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, 200);
  const name = names.find(
    (one) => one !== 'signature' && one !== 'hmac' && shown(known[one]) !== shown(given[one]),
  );
  return name === undefined
    ? 'nested members'
    : `${name}: ${shown(known[name])} there, ${shown(given[name])} here`;
}

/** What release keys sign says when it was made and when it ends. */
function dated({ expires, createdAt }: { expires: string; createdAt: string }): {
  expires: string;
  issuedAt: string;
} {
  return { expires, issuedAt: createdAt };
}

/** A refusal of the protocol's as one of this rule. */
export function asking<T>(rule: GateRule, work: () => T, of?: string): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const reason = of === undefined ? error.reason : `${of}: ${error.reason}`;
    throw new GateError(rule, error.code, reason, error);
  }
}
