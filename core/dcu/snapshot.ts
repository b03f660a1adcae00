import { z } from 'zod';
import {
  EcuEvidence,
  RollbackAction,
  RollbackCheck,
  RollbackOrigin,
  RollbackOutcome,
} from '#core/protocol';
import { BankName } from './bank-meta.ts';
import { Checkpoint, DcuEvent, Offer, Rollback, Why } from './events.ts';
import { step } from './machine.ts';
import type { DcuState } from './state.ts';

/*
 * A state of the machine as one line of the journal, so that a vehicle that waits, is held or is
 * spoken to for weeks does not keep every word of it. It stands for the events before it, and
 * whatever is added to the state later needs a default here: journals outlive versions.
 */

const evidence = EcuEvidence.nullable();
const checks = z.array(RollbackCheck);
const at = z.number().nullable();

const Dossier = z.object({
  origin: RollbackOrigin,
  askedBy: z.string().nullable(),
  requestedAt: at,
  checks,
  before: evidence,
  action: RollbackAction,
  stage: z.literal('tried').exactOptional(),
  why: Why.nullable(),
});

const Finding = Dossier.omit({ why: true, stage: true }).extend({
  kind: z.enum(['update', 'group', 'command', 'turnedAway']),
  inReplyTo: z.string().nullable(),
  endedAt: at,
  outcome: RollbackOutcome,
  reason: Why,
  after: evidence,
});

const failed = z.object({ kind: z.literal('failed'), why: Why, progress: z.number() });
const rolledBack = z.object({ kind: z.literal('rolled_back'), why: Why.nullable() });
const cancelled = z.object({ kind: z.literal('cancelled'), why: Why.nullable() });
const Outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('completed') }),
  z.object({ kind: z.literal('refused'), why: Why }),
  failed,
  rolledBack,
  cancelled,
]);

const Remaining = z.object({ offer: Offer, left: z.number().int(), outcome: Outcome }).nullable();
const jobOfUpdate = z.object({ kind: z.literal('update'), offer: Offer });
const jobOfRollback = z.object({ kind: z.literal('rollback'), rollback: Rollback });

const updating = { offer: Offer, bank: BankName };
const goingBack = { rollback: Rollback, dossier: Dossier, remaining: Remaining };

const Run = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('idle') }),
  z.object({ kind: z.literal('checking'), offer: Offer }),
  z.object({
    ...{ kind: z.literal('downloading'), offer: Offer },
    ...{ checkpoint: Checkpoint.nullable(), held: z.boolean() },
  }),
  z.object({ kind: z.literal('awaiting'), offer: Offer }),
  z.object({ kind: z.literal('securing'), offer: Offer }),
  z.object({
    ...{ kind: z.literal('installing'), ...updating },
    ...{ held: z.boolean(), single: z.boolean() },
  }),
  z.object({ kind: z.literal('rebooting'), ...updating }),
  z.object({ kind: z.literal('testing'), ...updating }),
  z.object({ kind: z.literal('committing'), ...updating }),
  z.object({
    ...{ kind: z.literal('reverting'), ...updating },
    ...{ why: Why, progress: z.number(), dossier: Dossier },
  }),
  z.object({
    ...{ kind: z.literal('cancelling'), offer: Offer, bank: BankName.nullable() },
    ...{ begun: z.boolean(), why: Why.nullable(), dossier: Dossier.nullable() },
  }),
  z.object({ kind: z.literal('looking'), ...goingBack }),
  z.object({ kind: z.literal('switching'), ...goingBack, bank: BankName }),
  z.object({ kind: z.literal('retesting'), ...goingBack, bank: BankName }),
  z.object({ kind: z.literal('returning'), ...goingBack, bank: BankName, why: Why }),
  z.object({
    kind: z.literal('proving'),
    job: z.discriminatedUnion('kind', [jobOfUpdate, jobOfRollback]),
    outcome: z.discriminatedUnion('kind', [failed, rolledBack, cancelled]),
    dossier: Dossier,
    remaining: Remaining,
  }),
  z.object({
    kind: z.literal('closing'),
    job: z.discriminatedUnion('kind', [
      jobOfUpdate,
      jobOfRollback,
      z.object({ kind: z.literal('group'), offer: Offer }),
    ]),
    outcome: Outcome,
    finding: Finding.nullable(),
    remaining: Remaining,
  }),
]);

const TurnAway = z.object({
  type: z.literal('turnAway'),
  rollback: Rollback,
  why: Why,
  at,
  as: z.enum(['progress', 'acknowledgment']),
});

/** What was owed has been taken by the time that a state is written down. */
const State: z.ZodType<DcuState> = z
  .object({
    run: Run,
    queue: z.array(Offer),
    known: z.array(z.string()),
    wanted: z.object({ rollback: Rollback, at: z.number().optional() }).nullable(),
    rollbacks: z.array(z.object({ updateId: z.string(), ecuId: z.string().nullable() })),
    unanswered: z.array(TurnAway),
  })
  .transform((state) => ({ ...state, owed: [] }));

const Snapshot = z.object({ type: z.literal('snapshot'), state: State });

/** A line of the journal. */
export const Recorded = z.union([Snapshot, DcuEvent]);
export type Recorded = z.infer<typeof Recorded>;

export function snapshotOf(state: DcuState): Recorded {
  return { type: 'snapshot', state };
}

/** Where a journal leads. */
export function replay(before: DcuState, line: Recorded): DcuState {
  return line.type === 'snapshot' ? line.state : step(before, line).state;
}
