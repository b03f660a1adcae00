import type { BankName } from './bank-meta.ts';
import type { Dossier, Finding } from './dossier.ts';
import type { Why } from './errors.ts';
import type { Checkpoint, ControlName, Offer, Rollback } from './events.ts';
import type { EcuEvidence, ProgressStatus } from '#core/protocol';
import type { Outcome, ProvenOutcome } from './outcome.ts';
import type { TakenUp } from './taken-up.ts';

/** [D8] Offers that wait while another ECU is being updated; more are refused BUSY. */
export const QUEUE_LIMIT = 8;
/** Rollbacks turned away that are answered after a restart; of more only the newest. */
export const UNANSWERED_LIMIT = 16;
/** Updates remembered after their end, so that a late duplicate does nothing. */
export const KNOWN_LIMIT = 256;

type Updating = { readonly offer: Offer; readonly bank: BankName };
type GoingBack = {
  readonly rollback: Rollback;
  readonly dossier: Dossier;
  readonly remaining: Remaining | null;
};

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
  /** Everything is there; a technician is to say that it may be written. */
  | { readonly kind: 'awaiting'; readonly offer: Offer }
  | { readonly kind: 'securing'; readonly offer: Offer }
  // From here on a bank is written to.
  | (Updating & {
      readonly kind: 'installing';
      /** Stands still between two steps. */
      readonly held: boolean;
      /** The only bank: half of it is no state to stay in. */
      readonly single: boolean;
    })
  | (Updating & { readonly kind: 'rebooting' })
  | (Updating & { readonly kind: 'testing' })
  | (Updating & { readonly kind: 'committing' })
  | (Updating & {
      readonly kind: 'reverting';
      readonly why: Why;
      readonly progress: number;
      readonly dossier: Dossier;
    })
  | {
      readonly kind: 'cancelling';
      readonly offer: Offer;
      /** The one being written; null before that. */
      readonly bank: BankName | null;
      /** Members of a group may run their new version already. */
      readonly begun: boolean;
      readonly why: Why | null;
      /** Of the way back that an ECU with one bank needs; null where nothing was written. */
      readonly dossier: Dossier | null;
    }
  // A rollback by command or for a group.
  | (GoingBack & { readonly kind: 'looking' })
  | (GoingBack & { readonly kind: 'switching'; readonly bank: BankName })
  | (GoingBack & { readonly kind: 'retesting'; readonly bank: BankName })
  | (GoingBack & { readonly kind: 'returning'; readonly bank: BankName; readonly why: Why })
  /** A rollback is over; what the banks hold now is read for its verdict. */
  | {
      readonly kind: 'proving';
      readonly job: Exclude<Job, { kind: 'group' }>;
      readonly outcome: ProvenOutcome;
      readonly dossier: Dossier;
      readonly remaining: Remaining | null;
    }
  | {
      readonly kind: 'closing';
      readonly job: Job;
      readonly outcome: Outcome;
      /** Of a rollback. */
      readonly finding: Finding | null;
      readonly remaining: Remaining | null;
    };

export type Job =
  | { readonly kind: 'update'; readonly offer: Offer }
  | { readonly kind: 'rollback'; readonly rollback: Rollback }
  /** The last word on a group, after those on its members. */
  | { readonly kind: 'group'; readonly offer: Offer };

/** What is left of a group once one of its members is over: the others go back, last one first. */
export type Remaining = {
  readonly offer: Offer;
  /** The member that goes back next; below 0 for none. */
  readonly left: number;
  readonly outcome: Outcome;
};

export type DcuState = {
  readonly run: Run;
  readonly queue: readonly Offer[];
  /** Newest last. */
  readonly known: readonly string[];
  /** A rollback that came while the job before it had its last word; it is next. */
  readonly wanted: { readonly rollback: Rollback; readonly at?: number | undefined } | null;
  /** Rollbacks by command that were taken up, newest last. */
  readonly rollbacks: readonly TakenUp[];
  /**
   * What the last event asked for that no state repeats when it is entered again. Another event
   * in the journal proves that it was taken.
   */
  readonly owed: readonly Effect[];
  /** Rollbacks that were turned away and not answered yet: their banks are being read. */
  readonly unanswered: readonly TurnAway[];
};

export const blankState: DcuState = {
  run: { kind: 'idle' },
  queue: [],
  known: [],
  wanted: null,
  rollbacks: [],
  owed: [],
  unanswered: [],
};

/** The one long-running thing that a state waits for. Starting one ends the one before. */
export type Work =
  | { readonly kind: 'confirm'; readonly offer: Offer }
  | { readonly kind: 'download'; readonly offer: Offer; readonly checkpoint: Checkpoint | null }
  | { readonly kind: 'secure'; readonly offer: Offer }
  | { readonly kind: 'install'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'boot'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'test'; readonly offer: Offer; readonly bank: BankName }
  | { readonly kind: 'commit'; readonly offer: Offer; readonly bank: BankName }
  | {
      readonly kind: 'revert';
      readonly offer: Offer;
      readonly bank: BankName;
      readonly before: EcuEvidence | null;
    }
  | {
      readonly kind: 'clear';
      readonly offer: Offer;
      readonly bank: BankName | null;
      readonly before: EcuEvidence | null;
    }
  | { readonly kind: 'look'; readonly rollback: Rollback; readonly before: EcuEvidence | null }
  | { readonly kind: 'switch'; readonly rollback: Rollback; readonly bank: BankName }
  | { readonly kind: 'retest'; readonly rollback: Rollback; readonly bank: BankName }
  | { readonly kind: 'return'; readonly rollback: Rollback; readonly bank: BankName }
  /** Reads what the ECU's banks hold. */
  | { readonly kind: 'measure'; readonly ecuId: string }
  | { readonly kind: 'close' };

type About = {
  readonly updateId: string;
  /** Empty: the update as a whole. */
  readonly ecuId: string;
};

/** A rollback that is not even looked into; the banks are read for its verdict only. */
export type TurnAway = {
  readonly type: 'turnAway';
  readonly rollback: Rollback;
  readonly why: Why;
  readonly at: number | null;
  /** `acknowledgment`: its id is that of an update which this must not end. */
  readonly as: 'progress' | 'acknowledgment';
};

/** What a step asks for, in order. Each may be asked for again after a restart. */
export type Effect =
  | (About & {
      readonly type: 'answer';
      readonly answer: 'Acknowledged' | 'Refused';
      readonly why?: Why;
    })
  | (About & {
      readonly type: 'announce';
      readonly status: ProgressStatus;
      /** 0–100 over the whole update. */
      readonly progress: number;
      /** Of the release; null for a rollback by command. */
      readonly version: string | null;
      readonly bundleId?: string;
      readonly why?: Why;
      readonly paused?: boolean;
      readonly waiting?: 'confirmation';
      readonly finding?: Finding;
    })
  /** A command that does not apply; the update goes on as it was. */
  | {
      readonly type: 'refuseCommand';
      readonly command: ControlName;
      readonly updateId: string | null;
      readonly inReplyTo: string | null;
      readonly why: Why;
    }
  | TurnAway
  | (About & {
      readonly type: 'notify';
      readonly kind: 'failure' | 'rollback';
      /** Told once for each. */
      readonly key: string;
      readonly text: string;
    })
  | { readonly type: 'inventory' }
  /** Says again where the running update stands. */
  | { readonly type: 'report' }
  | { readonly type: 'discard'; readonly sha256: string }
  | { readonly type: 'stopWork' }
  | { readonly type: 'work'; readonly work: Work };

export type Step = { readonly state: DcuState; readonly effects: readonly Effect[] };
