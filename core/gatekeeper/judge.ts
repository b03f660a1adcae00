import {
  checkExpiry,
  decodePayload,
  parseMessage,
  ProtocolError,
  type IssueDetails,
  type JsonObject,
  type ReleaseManifest,
} from '#core/protocol';
import { applyPolicy, RELEASE_TYP, typOf } from '#core/signing';
import { assertCompatible, assertCounter, chooseEcu, findRelease } from './compatible.ts';
import { bundleNotExpired, bundleSigned, judgeGroup } from './judge-bundle.ts';
import type { Arrival, Draft, JudgeDeps } from './judge-types.ts';
import { asking, imageAgrees, releaseNotExpired, releaseSigned } from './rules.ts';
import { GateError, reasonOf, statusFor, type GateVerdict } from './verdict.ts';

/** Asks the rules [G1] … [G8] in their order. The first that fails is the answer. */
export async function judgeIssue(arrival: Arrival, deps: JudgeDeps): Promise<GateVerdict> {
  const draft = blank(arrival.vin, deps);
  try {
    const object = wellFormed(arrival, draft);
    const issue = agreesOnVin(arrival, object);
    await messageSigned(object, issue, draft, deps);
    if (deliveredAgain(arrival, issue, draft, deps))
      return { kind: 'repeated', subject: draft.subject };
    const bundled = await bundleSigned(issue, draft, deps);
    const own = bundled === null ? await manifestSigned(issue, draft, deps) : null;
    notExpired(issue, own, deps.now);
    if (bundled !== null) bundleNotExpired(bundled, deps.now);
    notReplayed(arrival, issue, draft, deps);
    const ecus = deps.ecus(arrival.vin);
    if (bundled !== null) return await judgeGroup(arrival.vin, issue, bundled, draft, deps);
    const manifest = own ?? findRelease(issue, ecus, deps.catalogue);
    draft.manifest = manifest;
    await imageAgrees(manifest, deps.catalogue);
    const ecu = chooseEcu(arrival.vin, issue, manifest, ecus);
    draft.subject.ecuId = String(ecu.ecuId);
    assertCompatible(ecu, manifest, ecus ?? []);
    assertCounter(ecu, manifest);
    const { subject } = draft;
    return { kind: 'passed', status: 'Available', subject, manifest, group: null };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return {
      kind: 'refused',
      status: statusFor(error.code),
      rule: error.rule,
      reason: reasonOf(error),
      subject: draft.subject,
      manifest: draft.manifest,
    };
  }
}

/** [G1] The payload is one JSON object with the members of `issue_details` ([P2], schema). */
function wellFormed(arrival: Arrival, draft: Draft): JsonObject {
  const object = asking('G1', () => decodePayload(arrival.payload));
  draft.subject.version = claim(object['version'], 64) ?? '';
  draft.subject.inReplyTo = claim(object['messageId'], 128);
  try {
    parseMessage('issue_details', arrival.vin, object);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    // The vehicle is the next rule's matter.
    if (error.code !== 'VIN_MISMATCH') throw new GateError('G1', error.code, error.reason, error);
  }
  return object;
}

/** [G2] [P3] Topic and payload name the same vehicle. */
function agreesOnVin(arrival: Arrival, object: JsonObject): IssueDetails {
  return asking('G2', () => parseMessage('issue_details', arrival.vin, object));
}

/** [G3] The message is signed by the backend, or the policy lets it through marked [S4]. */
async function messageSigned(
  object: JsonObject,
  issue: IssueDetails,
  draft: Draft,
  deps: JudgeDeps,
): Promise<void> {
  const verdict = await deps.verify(object, { typ: typOf('issue_details'), use: 'backend' });
  const outcome = applyPolicy(verdict, deps.policy);
  draft.subject.mark = outcome.mark;
  draft.signature = outcome.mark;
  if (!outcome.accepted) {
    throw new GateError('G3', outcome.code ?? 'UNSIGNED', `issue_details: ${outcome.detail ?? ''}`);
  }
  // Only now: else anybody could have somebody else's update refused by naming it.
  draft.subject.updateId = issue.updateId ?? draft.subject.updateId;
  draft.subject.ecuId = issue.ecuId === undefined ? null : String(issue.ecuId);
  draft.subject.expires = issue.expires ?? null;
}

/**
 * [G3] [S5] The manifest is signed by a release key and is the one the message speaks of.
 * Null where a short message names a version only and the policy lets that pass.
 */
async function manifestSigned(
  issue: IssueDetails,
  draft: Draft,
  deps: JudgeDeps,
): Promise<ReleaseManifest | null> {
  const { manifest } = issue;
  if (manifest === undefined) {
    if (deps.policy !== 'require') return null;
    throw new GateError('G3', 'MANIFEST_MISSING', 'the message carries no release manifest');
  }
  await releaseSigned(manifest, RELEASE_TYP, 'manifest', draft, deps);
  if (manifest.version !== issue.version) {
    throw new GateError(
      'G3',
      'MANIFEST_MISMATCH',
      `the message says version ${issue.version}, its manifest ${manifest.version}`,
    );
  }
  draft.manifest = manifest;
  return manifest;
}

/** [G4] [P5] Neither message nor manifest has ended. */
function notExpired(issue: IssueDetails, manifest: ReleaseManifest | null, now: number): void {
  asking('G4', () => checkExpiry(issue, now), 'issue_details');
  if (manifest !== null) releaseNotExpired(manifest, now, 'manifest');
}

/** A redelivery of what is answered (the PUBACK was lost) needs no second answer [P4]. */
function deliveredAgain(
  arrival: Arrival,
  issue: IssueDetails,
  draft: Draft,
  deps: JudgeDeps,
): boolean {
  if (!arrival.dup) return false;
  const seen = deps.seen(issue, arrival, draft.signature);
  return seen.kind === 'replayed' && seen.cause === 'same';
}

/** [G5] [P4] New to us, and not something a broker kept or somebody stored. */
function notReplayed(arrival: Arrival, issue: IssueDetails, draft: Draft, deps: JudgeDeps): void {
  if (arrival.retain) {
    throw new GateError(
      'G5',
      'RETAINED_ISSUE',
      'the broker had kept this message (retain); an issue is for now, and never retained',
    );
  }
  const missing = (['messageId', 'seq', 'sender', 'vin', 'expires'] as const).filter(
    (member) => issue[member] === undefined,
  );
  // A signature alone would hold for ever and, without `vin`, for every vehicle.
  if (deps.policy === 'require' && missing.length > 0) {
    throw new GateError('G5', 'ENVELOPE_INCOMPLETE', `the message lacks ${missing.join(', ')}`);
  }
  const seen = deps.seen(issue, arrival, draft.signature);
  if (seen.kind === 'replayed') throw new GateError('G5', 'REPLAYED', seen.detail);
}

function claim(value: unknown, most: number): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= most ? value : null;
}

function blank(vin: string, deps: JudgeDeps): Draft {
  return {
    subject: {
      vin,
      version: '',
      updateId: deps.newUpdateId(),
      ecuId: null,
      inReplyTo: null,
      mark: deps.policy === 'off' ? 'unchecked' : 'unsigned',
      expires: null,
    },
    signature: 'unchecked',
    manifest: null,
  };
}
