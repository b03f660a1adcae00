import { z } from 'zod';
import { base } from './base.ts';
import { RefusalView } from './views.ts';
import { HistoryEntry, RollbackPreview, RollbackVerdictView } from './rollback-views.ts';

const Vin = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const EcuId = z.string().min(1).max(64);

/** What a person does about rollbacks and confirmations; part of `vehicles`. */
export const rollbackProcedures = {
  /**
   * Publishes the signed rollback command (QoS 2). Returns the id under which `updates.watch`
   * follows it; it ends in exactly one verdict. `ROLLBACK_CHANGED` where another image than
   * `toSha256` would be started.
   */
  rollback: base
    .input(
      z.object({
        vin: Vin,
        ecuId: EcuId,
        /** Who wants it, in words; stands in the verdict. */
        askedBy: z.string().min(1).max(128).optional(),
        origin: z.enum(['technician', 'campaign']).optional(),
        /** SHA-256 in hex of the image that was agreed to, as `previewRollback` told it. */
        toSha256: Sha256.optional(),
      }),
    )
    .output(z.object({ updateId: z.string() })),
  /**
   * Takes a release back from all vehicles that told they run it on that ECU, each by a signed
   * command of origin `campaign`. Each has its own verdict; one that cannot be asked is told here.
   */
  recall: base
    .input(
      z.object({
        ecuId: EcuId,
        version: z.string().min(1).max(64),
        askedBy: z.string().min(1).max(128).optional(),
        /** The plan that was read, of one of them: it is not asked where that plan holds no more. */
        agreed: z.object({ vin: Vin, toSha256: Sha256 }).optional(),
      }),
    )
    .output(
      z.object({
        asked: z.array(z.object({ vin: Vin, updateId: z.string() })),
        unasked: z.array(z.object({ vin: Vin, refusal: RefusalView })),
      }),
    ),
  /** What `rollback` would do, or why it would be refused. Reads only. */
  previewRollback: base.input(z.object({ vin: Vin, ecuId: EcuId })).output(RollbackPreview),
  /** Newest first; of all vehicles unless one is named. Also while the backend is off. */
  verdicts: base
    .input(
      z.object({
        vin: Vin.optional(),
        ecuId: EcuId.optional(),
        updateId: z.string().min(1).max(128).optional(),
        limit: z.number().int().min(1).max(1_000).default(100),
      }),
    )
    .output(z.array(RollbackVerdictView)),
  /** Updates and rollbacks of a vehicle or of one of its ECUs, newest first. */
  history: base
    .input(
      z.object({
        vin: Vin,
        ecuId: EcuId.optional(),
        limit: z.number().int().min(1).max(1_000).default(100),
      }),
    )
    .output(z.array(HistoryEntry)),
  /**
   * The technician's answer to an update that waits for it (`job.waiting`). Refused, the update
   * is cancelled with DECLINED. A vehicle that is not simulated here is told by a command.
   */
  confirm: base
    .input(z.object({ vin: Vin, updateId: z.string().min(1).max(128), accept: z.boolean() }))
    .output(z.object({ updateId: z.string() })),
};
