import { CodedError, isCodedError } from '#core/ports';
import type { Bundle, ProtocolErrorCode, ReleaseManifest } from '#core/protocol';
import type { CatalogueErrorCode } from '#core/catalogue';
import type { SigningErrorCode } from '#core/signing';
import { nextFor } from './next.ts';

/** The gatekeeper's rules in the order they are asked; docs/PROTOCOL.md says each in full. */
export type GateRule = 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'G6' | 'G7' | 'G8';

/** Every code that may stand in a `status` as `reason.code`. */
export type GateCode =
  | ProtocolErrorCode
  | SigningErrorCode
  | CatalogueErrorCode
  | 'UNSIGNED'
  | 'MANIFEST_MISSING'
  | 'MANIFEST_MISMATCH'
  | 'BUNDLE_MISSING'
  | 'BUNDLE_INCOMPLETE'
  | 'BUNDLE_MISMATCH'
  | 'BUNDLE_CYCLE'
  | 'ENVELOPE_INCOMPLETE'
  | 'RETAINED_ISSUE'
  | 'REPLAYED'
  | 'RELEASE_UNKNOWN'
  | 'RELEASE_MISMATCH'
  | 'VEHICLE_UNKNOWN'
  | 'ECU_UNKNOWN'
  | 'ECU_AMBIGUOUS'
  | 'HARDWARE_INCOMPATIBLE'
  | 'REQUIREMENT_UNMET'
  | 'COUNTER_BELOW_INSTALLED';

/** How the message's signature stood, whatever the policy made of it [S4]. */
export type Mark = 'valid' | 'unsigned' | 'invalid' | 'unchecked';

/** What the answer is about. The `updateId` is the issue's own only when its sender is trusted. */
export type Subject = {
  readonly vin: string;
  readonly version: string;
  readonly updateId: string;
  readonly ecuId: string | null;
  /** `messageId` of the issue, as claimed. */
  readonly inReplyTo: string | null;
  readonly mark: Mark;
  /** `expires` of the issue where it was accepted. */
  readonly expires: string | null;
};

/** [D8] Several ECUs at once, as they are offered. */
export type Group = {
  readonly bundle: Bundle;
  readonly manifests: readonly ReleaseManifest[];
  /** Of each manifest, in their order. */
  readonly ecuIds: readonly string[];
};

export type GateReason = { code: GateCode; detail: string; next: string };

export type GateVerdict =
  | {
      kind: 'passed';
      status: 'Available';
      subject: Subject;
      /** The first of a bundle. */
      manifest: ReleaseManifest;
      group: Group | null;
    }
  | {
      kind: 'refused';
      /** `Rejected`: not to be trusted. `Unavailable`: genuine, but not for this vehicle now. */
      status: 'Rejected' | 'Unavailable';
      rule: GateRule;
      reason: GateReason;
      subject: Subject;
      manifest: ReleaseManifest | null;
    }
  /** The broker delivered again what is already answered: nothing to say. */
  | { kind: 'repeated'; subject: Subject };

/** One rule that did not hold. Thrown inside the judgement only; a verdict comes out. */
export class GateError extends CodedError<GateCode> {
  readonly rule: GateRule;

  constructor(rule: GateRule, code: GateCode, reason: string, cause?: unknown) {
    super(code, reason, {
      next: nextFor(code, isCodedError(cause) ? cause.next : undefined),
      ...(cause === undefined ? {} : { cause }),
    });
    this.rule = rule;
  }
}

/** `reason.detail` of a status, by its schema. */
const DETAIL_CHARACTERS = 2_000;

/** As a `status` says it. */
export function reasonOf({ code, reason, next }: GateError): GateReason {
  return { code, detail: reason.slice(0, DETAIL_CHARACTERS), next };
}

/** Genuine, yet not for this vehicle at this time: the same message may pass later. */
const UNAVAILABLE: ReadonlySet<GateCode> = new Set<GateCode>([
  'RELEASE_UNKNOWN',
  'IMAGE_MISSING',
  'VEHICLE_UNKNOWN',
  'ECU_UNKNOWN',
  'REQUIREMENT_UNMET',
]);

export function statusFor(code: GateCode): 'Rejected' | 'Unavailable' {
  return UNAVAILABLE.has(code) ? 'Unavailable' : 'Rejected';
}
