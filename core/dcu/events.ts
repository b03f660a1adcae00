import { z } from 'zod';
import {
  Command,
  EcuEvidence,
  ReleaseManifest,
  RollbackAction,
  RollbackCheck,
  RollbackOrigin,
} from '#core/protocol';
import { BankName } from './bank-meta.ts';

/*
 * Everything that can happen to a DCU. Each is written to the journal before it has any effect
 * [D6], so these schemas are also the journal's format: add members, never change their meaning.
 */

/** Several ECUs updated as one [D8], in the order in which that happens. */
const Group = z.object({
  bundleId: z.string(),
  /** The end of the bundle itself, as the release key set it. */
  expires: z.string().optional(),
  members: z.array(z.object({ ecuId: z.string(), manifest: ReleaseManifest })).min(1),
  /** The member that the offer's own `ecuId` and `manifest` are of. */
  at: z.number().int().min(0),
});
export type Group = z.infer<typeof Group>;

/** An update that passed [D1]. */
export const Offer = z.object({
  updateId: z.string(),
  ecuId: z.string(),
  manifest: ReleaseManifest,
  /** A technician is asked before the first write. */
  confirm: z.boolean().optional(),
  /** The end of the message that offered it [P5]. */
  expires: z.string().optional(),
  group: Group.optional(),
});
export type Offer = z.infer<typeof Offer>;

export const Why = z.object({ code: z.string(), detail: z.string() });

/** A rollback that somebody wants: by a command that passed its signature check, or for a group. */
export const Rollback = z.object({
  updateId: z.string(),
  /** Empty where none could be meant. */
  ecuId: z.string(),
  origin: RollbackOrigin.optional(),
  askedBy: z.string().optional(),
  /** Of the command. */
  inReplyTo: z.string().nullable().optional(),
  /** Whether the command's signature was good; the policy let it pass otherwise. */
  proven: z.boolean().optional(),
  /** Why the group goes back. */
  because: Why.optional(),
});
export type Rollback = z.infer<typeof Rollback>;

/** A prefix of the staged image that is safely on disk. */
export const Checkpoint = z.object({
  /** Bytes. */
  received: z.number().int().min(0),
  /** Of exactly that prefix: it is hashed again before anything is added to it. */
  sha256: z.string(),
  /** Strong validator of the server's representation, for If-Range (RFC 9110, 13.1.5). */
  etag: z.string().nullable(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

const ControlName = Command.shape.command.exclude(['rollback']);
export type ControlName = z.infer<typeof ControlName>;

const checks = z.array(RollbackCheck).optional();

const Happening = z.discriminatedUnion('type', [
  /** The DCU started on what the journal says. */
  z.object({ type: z.literal('powered') }),
  /** First line of a compacted journal: updates already dealt with, oldest first. */
  z.object({
    type: z.literal('remembered'),
    known: z.array(z.string()),
    rollbacks: z.array(z.string()).optional(),
    /** The same, with the ECU that each was of. */
    takenUp: z.array(z.object({ updateId: z.string(), ecuId: z.string() })).optional(),
  }),
  z.object({ type: z.literal('offered'), offer: Offer }),
  z.object({
    type: z.literal('rollbackCommanded'),
    rollback: Rollback,
    /** Why it cannot even be looked at. */
    objection: Why.optional(),
  }),
  /** One that was turned away has its verdict. */
  z.object({ type: z.literal('turnedAway'), key: z.string() }),
  z.object({
    type: z.literal('commanded'),
    command: ControlName,
    /** Null means the running one. */
    updateId: z.string().nullable(),
    /** The ECU it is meant for, where it names one. */
    ecuId: z.string().optional(),
    askedBy: z.string().optional(),
    /** Which message asked; repeated in a refusal. */
    inReplyTo: z.string().nullable(),
  }),
  /** [D2] and [D3] passed. */
  z.object({ type: z.literal('confirmed') }),
  z.object({ type: z.literal('checkpointed'), checkpoint: Checkpoint }),
  z.object({ type: z.literal('downloaded') }),
  /** [D5] passed; `bank` is the one to write, not yet touched. */
  z.object({
    type: z.literal('secured'),
    bank: BankName,
    /** It is the only one: what runs is overwritten. */
    single: z.boolean().optional(),
  }),
  z.object({ type: z.literal('written') }),
  /** `failedStarts` of the new bank came to nothing before its watchdog gave it up. */
  z.object({
    type: z.literal('booted'),
    bank: BankName,
    failedStarts: z.number().int().min(0).optional(),
  }),
  z.object({ type: z.literal('tested') }),
  z.object({ type: z.literal('committed') }),
  /** What the banks held before a rollback laid hands on them. */
  z.object({ type: z.literal('evidenced'), evidence: EcuEvidence.nullable(), checks }),
  z.object({ type: z.literal('reverted'), checks, action: RollbackAction.optional() }),
  z.object({ type: z.literal('cleared') }),
  /** [D7] the previous image is there and whole. */
  z.object({
    type: z.literal('previousFound'),
    bank: BankName,
    checks,
    action: RollbackAction.optional(),
  }),
  z.object({ type: z.literal('switched') }),
  /** `action`: a way back that failed, and what it did all the same. */
  z.object({ type: z.literal('failed'), why: Why, checks, action: RollbackAction.optional() }),
  /** What the banks hold now that a rollback is over. */
  z.object({ type: z.literal('measured'), evidence: EcuEvidence.nullable(), checks }),
  /** Everything about the job was said. */
  z.object({ type: z.literal('closed') }),
]);

/** `at`: the vehicle's wall clock, ms; journals of before it was kept have none. */
export const DcuEvent = Happening.and(z.object({ at: z.number().int().optional() }));
export type DcuEvent = z.infer<typeof DcuEvent>;
