import type { BankName } from './bank-meta.ts';
import type { Why } from './errors.ts';
import type { Checkpoint, ControlName, Offer, Rollback } from './events.ts';
import type { ProgressStatus } from '#core/protocol';

/** [D8] Offers that wait while another ECU is being updated; more are refused BUSY. */
export const QUEUE_LIMIT = 8;
/** Updates remembered after their end, so that a late duplicate does nothing. */
export const KNOWN_LIMIT = 256;

/** How a job ended. */
export type Outcome =
  | { readonly kind: 'completed' }
  /** Nothing was written (or [D7] nothing was touched); `progress` is where it stopped. */
  | { readonly kind: 'failed'; readonly why: Why; readonly progress: number }
  /** `why` is null when a command asked for it. */
  | { readonly kind: 'rolled_back'; readonly why: Why | null }
  | { readonly kind: 'cancelled' }
  /** Never acknowledged. */
  | { readonly kind: 'refused'; readonly why: Why };

/** What the DCU is doing: one job at a time [D8]. */
export type Run =
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking'; readonly offer: Offer }
  | {
      readonly kind: 'downloading';
      readonly offer: Offer;
      readonly checkpoint: Checkpoint | null;
      readonly held: boolean;
    }
  | { readonly kind: 'securing'; readonly offer: Offer }
  // From here on the inactive bank is written to.
  | { readonly kind: 'installing'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'rebooting'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'testing'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'committing'; readonly offer: Offer; readonly bank: BankName }
  | {
      readonly kind: 'reverting';
      readonly offer: Offer;
      readonly bank: BankName;
      readonly why: Why;
      readonly progress: number;
    }
  | { readonly kind: 'cancelling'; readonly offer: Offer; readonly bank: BankName | null }
  // A commanded rollback.
  | { readonly kind: 'looking'; readonly rollback: Rollback }
  | { readonly kind: 'switching'; readonly rollback: Rollback; readonly bank: BankName }
  | { readonly kind: 'retesting'; readonly rollback: Rollback; readonly bank: BankName }
  | {
      readonly kind: 'returning';
      readonly rollback: Rollback;
      readonly bank: BankName;
      readonly why: Why;
    }
  | {
      readonly kind: 'closing';
      readonly job: Job;
      readonly outcome: Outcome;
    };

export type Job =
  | { readonly kind: 'update'; readonly offer: Offer }
  | { readonly kind: 'rollback'; readonly rollback: Rollback };

export type DcuState = {
  readonly run: Run;
  readonly queue: readonly Offer[];
  /** Newest last. */
  readonly known: readonly string[];
};

export const blankState: DcuState = { run: { kind: 'idle' }, queue: [], known: [] };

/** The one long-running thing that a state waits for. Starting one ends the one before. */
export type Work =
  | { readonly kind: 'confirm'; readonly offer: Offer }
  | { readonly kind: 'download'; readonly offer: Offer; readonly checkpoint: Checkpoint | null }
  | { readonly kind: 'secure'; readonly offer: Offer }
  | { readonly kind: 'install'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'boot'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'test'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'commit'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'revert'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'clear'; readonly offer: Offer; readonly bank: BankName | null }
  | { readonly kind: 'look'; readonly rollback: Rollback }
  | { readonly kind: 'switch'; readonly rollback: Rollback; readonly bank: BankName }
  | { readonly kind: 'retest'; readonly rollback: Rollback; readonly bank: BankName }
  | { readonly kind: 'return'; readonly rollback: Rollback; readonly bank: BankName }
  | { readonly kind: 'close' };

/** What a step asks for, in order. Each may be asked for again after a restart. */
export type Effect =
  | {
      readonly type: 'answer';
      readonly answer: 'Acknowledged' | 'Refused';
      readonly updateId: string;
      readonly ecuId: string;
      readonly why?: Why;
    }
  | {
      readonly type: 'announce';
      readonly status: ProgressStatus;
      /** 0–100 over the whole update. */
      readonly progress: number;
      readonly updateId: string;
      readonly ecuId: string;
      /** Of the release; null for a rollback by command. */
      readonly version: string | null;
      readonly why?: Why;
      readonly paused?: boolean;
    }
  /** A command that does not apply; the update goes on as it was. */
  | {
      readonly type: 'refuseCommand';
      readonly command: ControlName;
      readonly updateId: string | null;
      readonly inReplyTo: string | null;
      readonly why: Why;
    }
  | {
      readonly type: 'notify';
      readonly kind: 'failure' | 'rollback';
      readonly updateId: string;
      readonly ecuId: string;
      readonly text: string;
    }
  | { readonly type: 'inventory' }
  /** Says again where the running update stands. */
  | { readonly type: 'report' }
  | { readonly type: 'discard'; readonly sha256: string }
  | { readonly type: 'stopWork' }
  | { readonly type: 'work'; readonly work: Work };

export type Step = { readonly state: DcuState; readonly effects: readonly Effect[] };
