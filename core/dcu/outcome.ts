import type { Why } from './errors.ts';

/** How a job ended. */
export type Outcome =
  | { readonly kind: 'completed' }
  /** Nothing was written (or [D7] nothing was touched); `progress` is where it stopped. */
  | { readonly kind: 'failed'; readonly why: Why; readonly progress: number }
  /** `why` is null when a command asked for it. */
  | { readonly kind: 'rolled_back'; readonly why: Why | null }
  /** `why`: where more is to say than that a command asked for it. */
  | { readonly kind: 'cancelled'; readonly why: Why | null }
  /** Never acknowledged. */
  | { readonly kind: 'refused'; readonly why: Why };

/** One that a verdict is written about. */
export type ProvenOutcome = Extract<Outcome, { kind: 'failed' | 'rolled_back' | 'cancelled' }>;
