import {
  checkExpiry,
  decodePayload,
  parseMessage,
  ProtocolError,
  type InventoryEcu,
  type IssueDetails,
  type JsonObject,
  type ReleaseManifest,
} from '#core/protocol';
import { CatalogueError, type Catalogue } from '#core/catalogue';
import {
  applyPolicy,
  canonicalText,
  RELEASE_TYP,
  typOf,
  type KeyUse,
  type Policy,
  type ReplayCheck,
  type Typ,
  type Verdict,
} from '#core/signing';
import { assertCompatible, assertCounter, chooseEcu, findRelease } from './compatible.ts';
import {
  GateError,
  statusFor,
  type GateRule,
  type GateVerdict,
  type Mark,
  type Subject,
} from './verdict.ts';

/** An `issue_details` as it came in. */
export type Arrival = {
  /** From the topic. */
  readonly vin: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  readonly dup: boolean;
};

export type JudgeDeps = {
  readonly policy: Policy;
  /** Wall clock, ms. */
  readonly now: number;
  /** Names an update whose issue names none that may be believed. */
  readonly newUpdateId: () => string;
  readonly verify: (object: JsonObject, options: { typ: Typ; use: KeyUse }) => Promise<Verdict>;
  /** Whether it came before [P4]; changes nothing. */
  readonly seen: (issue: IssueDetails, arrival: Arrival, mark: Mark) => ReplayCheck;
  readonly catalogue: Pick<Catalogue, 'release' | 'releaseByVersion' | 'verifyImage'>;
  /** What the vehicle says it has; null for one that has said nothing. */
  readonly ecus: (vin: string) => readonly InventoryEcu[] | null;
};

type Draft = {
  readonly subject: { -readonly [Member in keyof Subject]: Subject[Member] };
  manifest: ReleaseManifest | null;
  /** The message's own, while `mark` is the worse of message and manifest. */
  signature: Mark;
};

/** Asks the rules [G1] … [G8] in their order. The first that fails is the answer. */
export async function judgeIssue(arrival: Arrival, deps: JudgeDeps): Promise<GateVerdict> {
  const draft = blank(arrival.vin, deps);
  try {
    const object = wellFormed(arrival, draft);
    const issue = agreesOnVin(arrival, object);
    await messageSigned(object, issue, draft, deps);
    if (deliveredAgain(arrival, issue, draft, deps))
      return { kind: 'repeated', subject: draft.subject };
    const own = await manifestSigned(issue, draft, deps);
    notExpired(issue, own, deps.now);
    notReplayed(arrival, issue, draft, deps);
    const ecus = deps.ecus(arrival.vin);
    const manifest = own ?? findRelease(issue, ecus, deps.catalogue);
    draft.manifest = manifest;
    await imageAgrees(manifest, deps.catalogue);
    const ecu = chooseEcu(arrival.vin, issue, manifest, ecus);
    draft.subject.ecuId = String(ecu.ecuId);
    assertCompatible(ecu, manifest, ecus ?? []);
    assertCounter(ecu, manifest);
    return { kind: 'passed', status: 'Available', subject: draft.subject, manifest };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return {
      kind: 'refused',
      status: statusFor(error.code),
      rule: error.rule,
      reason: {
        code: error.code,
        detail: error.reason.slice(0, DETAIL_CHARACTERS),
        next: error.next,
      },
      subject: draft.subject,
      manifest: draft.manifest,
    };
  }
}

/** `reason.detail` of a status, by its schema. */
const DETAIL_CHARACTERS = 2_000;

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
  const verdict = await deps.verify(manifest as JsonObject, { typ: RELEASE_TYP, use: 'release' });
  const outcome = applyPolicy(verdict, deps.policy);
  if (draft.subject.mark === 'valid') draft.subject.mark = outcome.mark;
  if (!outcome.accepted) {
    throw new GateError('G3', outcome.code ?? 'UNSIGNED', `manifest: ${outcome.detail ?? ''}`);
  }
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
  if (manifest !== null) {
    const { expires, createdAt } = manifest;
    asking('G4', () => checkExpiry({ expires, issuedAt: createdAt }, now), 'manifest');
  }
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

/** [G6] The release is the catalogue's own and its image is on disk, byte for byte. */
async function imageAgrees(
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

function asking<T>(rule: GateRule, work: () => T, of?: string): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const reason = of === undefined ? error.reason : `${of}: ${error.reason}`;
    throw new GateError(rule, error.code, reason, error);
  }
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
