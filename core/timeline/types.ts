import type { CapturedMessage } from '#core/capture';
import type { Refusal } from '#core/ports';

/** The five steps of an update on the wire; commands stand beside them. */
export type Step = 'issue' | 'status' | 'acknowledgment' | 'progress' | 'result' | 'command';

export type FlagCode =
  /** A step that should have come by now, or came never although later ones did. */
  | 'missing'
  | 'late'
  /** The same message once more at the same place. */
  | 'duplicate'
  /** An older `seq`, or a step before the one it answers. */
  | 'out_of_order'
  | 'unsigned'
  /** Its signature does not hold: somebody else may have said it. It ends nothing. */
  | 'badly_signed'
  /** Kept by the broker from earlier on: it says nothing about now. */
  | 'stale_retained'
  /** Without `updateId`: it was put here by vehicle and time. */
  | 'foreign'
  /** No message as docs/PROTOCOL.md describes it. */
  | 'invalid';

/** A message, and what the key ring says of its signature; without, nobody looked. */
export type JudgedMessage = CapturedMessage & {
  readonly verdict?:
    | { readonly kind: 'valid' | 'unsigned' | 'none' }
    | { readonly kind: 'invalid'; readonly refusal: Refusal };
};

export type Flag = {
  readonly code: FlagCode;
  /** One sentence with the values that decided. */
  readonly reason: string;
};

export type TimelineEntry = {
  /** Wall clock, ms. */
  readonly at: number;
  /** µs since 1970, spaced as the monotonic clock measured. */
  readonly stamp: number;
  readonly step: Step;
  readonly topic: string;
  /** What it says in a word: `Available`, `downloading 40 %`, `install`. */
  readonly says: string;
  readonly source: string;
  readonly direction: 'in' | 'out' | 'tap';
  readonly messageId: string | null;
  readonly seq: number | null;
  /** Carries a signature or an HMAC, which holds where it was checked. */
  readonly signed: boolean;
  readonly flags: readonly Flag[];
};

export type Latency = {
  readonly from: Step;
  readonly to: Step;
  /** Between the first of each. */
  readonly ms: number;
};

export type UpdateTimeline = {
  /** `updateId` where there is one; a name of ours for a foreign update. */
  readonly key: string;
  readonly updateId: string | null;
  readonly vin: string;
  readonly version: string | null;
  readonly entries: readonly TimelineEntry[];
  /** Entries behind the bound, counted and not kept. */
  readonly omitted: number;
  /** The last word: `completed`, `Refused`, … ; null while it goes on. */
  readonly outcome: string | null;
};

/** What was missing when somebody looked. */
export type TimelineView = UpdateTimeline & {
  readonly latencies: readonly Latency[];
  readonly missing: readonly Flag[];
};

/** How long each step may take, ms. */
export type Limits = {
  readonly status: number;
  readonly acknowledgment: number;
  readonly progress: number;
  readonly silence: number;
};
