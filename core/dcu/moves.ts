import type { EcuEvidence, RollbackCheck } from '#core/protocol';
import { findingOf, withChecks, type Dossier } from './dossier.ts';
import { enter } from './enter.ts';
import type { Offer } from './events.ts';
import { remainingAfter } from './group.ts';
import type { Outcome, ProvenOutcome } from './outcome.ts';
import type { DcuState, Effect, Job, Run, Step } from './state.ts';
import { updateIdOf } from './subject.ts';

/** Into a state, whose own effects say what is to be done there. */
export function go(state: DcuState, run: Run): Step {
  return { state: { ...state, run }, effects: enter(run) };
}

export function same(state: DcuState): Step {
  return { state, effects: [] };
}

/** Says something besides what the running job is about; said again if the power goes now. */
export function aside(state: DcuState, owed: readonly Effect[]): Step {
  return { state: { ...state, owed }, effects: owed };
}

/** The end of an update that is no rollback. */
export function close(
  state: DcuState,
  job: Extract<Job, { kind: 'update' }>,
  outcome: Outcome,
): Step {
  const remaining = remainingAfter(job.offer, state.run, outcome);
  // Refused as a whole: there is nothing to say of single members.
  if (remaining !== null && outcome.kind === 'refused') {
    const whole: Job = { kind: 'group', offer: job.offer };
    return go(state, { kind: 'closing', job: whole, outcome, finding: null, remaining: null });
  }
  return go(state, { kind: 'closing', job, outcome, finding: null, remaining });
}

type GoingBack = Extract<Run, { rollback: unknown }>;

/** The end of a rollback, once its verdict can be written. */
export function prove(
  state: DcuState,
  run: GoingBack,
  outcome: Extract<Outcome, { kind: 'failed' | 'rolled_back' }>,
): Step {
  const { rollback, dossier, remaining } = run;
  return go(state, {
    ...{ kind: 'proving', job: { kind: 'rollback', rollback }, outcome, dossier },
    remaining: remaining && (outcome.kind === 'failed' ? split(remaining, rollback) : remaining),
  });
}

/** What the banks hold is known, as far as it can be: the rollback has only to be told. */
export function proved(
  state: DcuState,
  { job, outcome, dossier, remaining }: Extract<Run, { kind: 'proving' }>,
  { evidence, checks, at }: Proof,
): Step {
  const finding = findingOf(job, withChecks(dossier, { checks }), outcome, { evidence, at });
  return go(state, { kind: 'closing', job, outcome, finding, remaining });
}

/** The end of an update that was cancelled and had laid hands on an only bank. */
export function proveCancelled(
  state: DcuState,
  run: Extract<Run, { kind: 'cancelling' }>,
  dossier: Dossier,
  outcome: Extract<ProvenOutcome, { kind: 'failed' | 'cancelled' }>,
): Step {
  const { offer } = run;
  return go(state, {
    ...{ kind: 'proving', job: update(offer), outcome, dossier },
    remaining: remainingAfter(offer, run, outcome),
  });
}

type Proof = {
  readonly evidence: EcuEvidence | null;
  readonly checks?: readonly RollbackCheck[] | undefined;
  readonly at?: number | undefined;
};

/** One member kept the new version: the group ends neither as it was nor as it should be. */
function split(
  remaining: NonNullable<GoingBack['remaining']>,
  { ecuId }: { ecuId: string },
): NonNullable<GoingBack['remaining']> {
  const why = { code: 'GROUP_SPLIT', detail: `${ecuId} could not go back with the others` };
  return { ...remaining, outcome: { kind: 'failed', why, progress: 0 } };
}

export function update(offer: Offer): Extract<Job, { kind: 'update' }> {
  return { kind: 'update', offer };
}

/** Whether an update of that id runs or waits. */
export function isUnderWay({ run, queue }: DcuState, updateId: string): boolean {
  return updateIdOf(run) === updateId || queue.some((offer) => offer.updateId === updateId);
}
