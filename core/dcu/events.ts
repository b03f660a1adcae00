import { z } from 'zod';
import { Command, ReleaseManifest } from '#core/protocol';
import { BankName } from './bank-meta.ts';

/*
 * Everything that can happen to a DCU. Each is written to the journal before it has any effect
 * [D6], so these schemas are also the journal's format: add members, never change their meaning.
 */

/** An update that passed [D1]. */
export const Offer = z.object({
  updateId: z.string(),
  ecuId: z.string(),
  manifest: ReleaseManifest,
});
export type Offer = z.infer<typeof Offer>;

/** A commanded rollback that passed its signature check. */
export const Rollback = z.object({ updateId: z.string(), ecuId: z.string() });
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

const Why = z.object({ code: z.string(), detail: z.string() });
const ControlName = Command.shape.command.exclude(['rollback']);
export type ControlName = z.infer<typeof ControlName>;

export const DcuEvent = z.discriminatedUnion('type', [
  /** The DCU started on what the journal says. */
  z.object({ type: z.literal('powered') }),
  /** First line of a compacted journal: updates already dealt with, oldest first. */
  z.object({ type: z.literal('remembered'), known: z.array(z.string()) }),
  z.object({ type: z.literal('offered'), offer: Offer }),
  z.object({ type: z.literal('rollbackCommanded'), rollback: Rollback }),
  z.object({
    type: z.literal('commanded'),
    command: ControlName,
    /** Null means the running one. */
    updateId: z.string().nullable(),
    /** The ECU it is meant for, where it names one. */
    ecuId: z.string().optional(),
    /** Which message asked; repeated in a refusal. */
    inReplyTo: z.string().nullable(),
  }),
  /** [D2] and [D3] passed. */
  z.object({ type: z.literal('confirmed') }),
  z.object({ type: z.literal('checkpointed'), checkpoint: Checkpoint }),
  z.object({ type: z.literal('downloaded') }),
  /** [D5] passed; `bank` is the inactive one, not yet touched. */
  z.object({ type: z.literal('secured'), bank: BankName }),
  z.object({ type: z.literal('written') }),
  /** `failedStarts` of the new bank came to nothing before its watchdog gave it up. */
  z.object({
    type: z.literal('booted'),
    bank: BankName,
    failedStarts: z.number().int().min(0).optional(),
  }),
  z.object({ type: z.literal('tested') }),
  z.object({ type: z.literal('committed') }),
  z.object({ type: z.literal('reverted') }),
  z.object({ type: z.literal('cleared') }),
  /** [D7] the previous bank is there and whole. */
  z.object({ type: z.literal('previousFound'), bank: BankName }),
  z.object({ type: z.literal('switched') }),
  z.object({ type: z.literal('failed'), why: Why }),
  /** Everything about the job was said. */
  z.object({ type: z.literal('closed') }),
]);
export type DcuEvent = z.infer<typeof DcuEvent>;
