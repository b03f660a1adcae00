import { z } from 'zod';
import { Id, Instant, Sha256 } from './values.ts';

/*
 * How a rollback ended, with what proves it. Each ends in exactly one verdict, whoever wanted it
 * and whatever came of it; docs/PROTOCOL.md lists origins, checks, actions and reason codes.
 */

/** What set it off: a person, the failed update itself, the bootloader, its group, a campaign. */
export const RollbackOrigin = z.enum(['technician', 'failure', 'watchdog', 'group', 'campaign']);
export type RollbackOrigin = z.infer<typeof RollbackOrigin>;

/**
 * `reverted`: what failed was given up for the image before it. `switched`: the other bank was
 * started. `restored`: the image before was written back over the only bank.
 */
export const RollbackAction = z.enum(['none', 'reverted', 'switched', 'restored']);
export type RollbackAction = z.infer<typeof RollbackAction>;

export const RollbackOutcome = z.enum(['rolled_back', 'refused', 'failed']);
export type RollbackOutcome = z.infer<typeof RollbackOutcome>;

export const RollbackCheck = z.looseObject({
  check: z.string().min(1).max(64),
  passed: z.boolean(),
  /** With the values that were compared. */
  detail: z.string().max(2_000),
});
export type RollbackCheck = z.infer<typeof RollbackCheck>;

export const BankEvidence = z.looseObject({
  bank: z.enum(['A', 'B']),
  state: z.string().max(32),
  version: z.string().max(64).nullable(),
  /** Of the bytes as they were read for this, not of the record; null for an empty or unreadable bank. */
  sha256: Sha256.nullable(),
});
export type BankEvidence = z.infer<typeof BankEvidence>;

export const EcuEvidence = z.looseObject({
  activeBank: z.enum(['A', 'B']),
  banks: z.array(BankEvidence).max(2),
});
export type EcuEvidence = z.infer<typeof EcuEvidence>;

export const RollbackVerdict = z.looseObject({
  /** The same for every repetition of this verdict. */
  verdictId: Id,
  updateId: Id,
  vin: z.string().max(64),
  /** Empty where the command named none and none could be meant. */
  ecuId: z.string().max(64),
  origin: RollbackOrigin,
  askedBy: z.string().max(128),
  requestedAt: Instant,
  endedAt: Instant,
  checks: z.array(RollbackCheck).max(32),
  action: RollbackAction,
  outcome: RollbackOutcome,
  reason: z.looseObject({
    code: z.string().min(1).max(64),
    detail: z.string().max(2_000),
    next: z.string().max(500).optional(),
  }),
  /** Null where there is no such ECU; `checks` tell of anything else. */
  before: EcuEvidence.nullable(),
  after: EcuEvidence.nullable(),
});
export type RollbackVerdict = z.infer<typeof RollbackVerdict>;
