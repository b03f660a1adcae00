import type { InventoryEcu, IssueDetails, JsonObject, ReleaseManifest } from '#core/protocol';
import type { Catalogue } from '#core/catalogue';
import type { KeyUse, Policy, ReplayCheck, Typ, Verdict } from '#core/signing';
import type { Mark, Subject } from './verdict.ts';

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

/** What is known of the answer so far. */
export type Draft = {
  readonly subject: { -readonly [Member in keyof Subject]: Subject[Member] };
  manifest: ReleaseManifest | null;
  /** The message's own, while `mark` is the worse of message and manifest. */
  signature: Mark;
};
