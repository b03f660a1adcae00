import { z } from 'zod';
import { RefusalView, SignatureMark, UpdateStage } from './views.ts';

/** Who set a rollback off: a person, the failed update, the bootloader, its group, a campaign. */
export const RollbackOrigin = z.enum(['technician', 'failure', 'watchdog', 'group', 'campaign']);
export type RollbackOrigin = z.infer<typeof RollbackOrigin>;

/** One thing that was looked at before or during a rollback, with the values compared. */
export const RollbackCheck = z.object({
  check: z.string(),
  passed: z.boolean(),
  detail: z.string(),
});
export type RollbackCheck = z.infer<typeof RollbackCheck>;

/** What an ECU's banks held at a moment; hashes are of the bytes, not of the record. */
export const EcuEvidence = z.object({
  activeBank: z.enum(['A', 'B']),
  banks: z.array(
    z.object({
      bank: z.enum(['A', 'B']),
      state: z.string(),
      version: z.string().nullable(),
      sha256: z.string().nullable(),
    }),
  ),
});
export type EcuEvidence = z.infer<typeof EcuEvidence>;

/** How one rollback ended. There is exactly one for each. */
export const RollbackVerdictView = z.object({
  verdictId: z.string(),
  updateId: z.string(),
  vin: z.string(),
  /** Empty where the command named none and none could be meant. */
  ecuId: z.string(),
  origin: RollbackOrigin,
  askedBy: z.string(),
  /** Wall clock of the vehicle, ms. */
  requestedAt: z.number(),
  endedAt: z.number(),
  checks: z.array(RollbackCheck),
  action: z.enum(['none', 'reverted', 'switched', 'restored']),
  outcome: z.enum(['rolled_back', 'refused', 'failed']),
  reason: RefusalView,
  before: EcuEvidence.nullable(),
  after: EcuEvidence.nullable(),
  /** Of the message that brought it. */
  signature: SignatureMark,
  /** Wall clock of the backend, ms. */
  receivedAt: z.number(),
});
export type RollbackVerdictView = z.infer<typeof RollbackVerdictView>;

const PreviewBank = z.object({
  bank: z.enum(['A', 'B']),
  version: z.string().nullable(),
  sha256: z.string().nullable(),
});

/** What a rollback would do if it were asked for now; nothing was touched to find out. */
export const RollbackPreview = z.object({
  vin: z.string(),
  ecuId: z.string(),
  /** `measured`: the banks were read just now. `reported`: from the vehicle's last inventory. */
  basis: z.enum(['measured', 'reported']),
  from: PreviewBank.nullable(),
  /** Null where there is nothing to return to. */
  to: PreviewBank.nullable(),
  checks: z.array(RollbackCheck),
  /** What would be done, in order; empty when it is refused. */
  steps: z.array(z.string()),
  /** Why it would be refused; null when it would be done. */
  refusal: RefusalView.nullable(),
});
export type RollbackPreview = z.infer<typeof RollbackPreview>;

/** Something that happened to an ECU, newest first in a list. */
export const HistoryEntry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('update'),
    /** Began at, wall clock of the backend, ms. */
    at: z.number(),
    /** Null while it runs. */
    endedAt: z.number().nullable(),
    updateId: z.string(),
    vin: z.string(),
    ecuId: z.string(),
    version: z.string(),
    stage: UpdateStage,
    /** Null when nothing was refused. */
    refusal: RefusalView.nullable(),
  }),
  z.object({
    kind: z.literal('rollback'),
    at: z.number(),
    endedAt: z.number().nullable(),
    updateId: z.string(),
    vin: z.string(),
    ecuId: z.string(),
    /** Null while it runs, or when the vehicle never told. */
    verdict: RollbackVerdictView.nullable(),
    stage: UpdateStage,
    refusal: RefusalView.nullable(),
  }),
]);
export type HistoryEntry = z.infer<typeof HistoryEntry>;
