import { unreachable } from '#core/ports';
import { announce, announceBack, bundleOf, noticeKey, sentence, type Announce } from './say.ts';
import type { Outcome } from './outcome.ts';
import type { Effect, Job, Run } from './state.ts';

type Closing = Extract<Run, { kind: 'closing' }>;

/** The last word on a job. */
export function closing(run: Closing): readonly Effect[] {
  const { job, outcome, finding } = run;
  const said = (status: Announce['status'], progress: number): Announce => ({
    ...lastWord(run, status, progress),
    ...(finding === null ? {} : { finding }),
  });
  switch (outcome.kind) {
    case 'completed':
      return [said('completed', 100), ...discard(job)];
    case 'cancelled':
      return [
        { ...said('cancelled', 0), ...(outcome.why === null ? {} : { why: outcome.why }) },
        ...discard(job),
      ];
    case 'refused': {
      const { updateId, ecuId } = subject(job);
      return [{ type: 'answer', answer: 'Refused', updateId, ecuId, why: outcome.why }];
    }
    case 'failed':
      return [
        { ...said('failed', outcome.progress), why: outcome.why },
        ...(isFailure(run) ? [notice(job, 'failure', sentence(outcome.why))] : []),
        ...discard(job),
      ];
    case 'rolled_back':
      return [
        { ...said('rolled_back', 100), ...(outcome.why === null ? {} : { why: outcome.why }) },
        ...(job.kind === 'group' ? [] : [notice(job, 'rollback', wentBack(outcome))]),
        ...discard(job),
      ];
    default:
      return unreachable(outcome);
  }
}

function lastWord({ job, remaining }: Closing, status: Announce['status'], to: number): Announce {
  switch (job.kind) {
    case 'update':
      return announce(job.offer, status, to);
    case 'rollback':
      return announceBack(job.rollback, status, to, bundleOf(remaining));
    case 'group':
      // No `ecuId`: this is about the update as a whole.
      return { ...announce(job.offer, status, to), ecuId: '' };
    default:
      return unreachable(job);
  }
}

/** [D7] a refused rollback is an answer, and what a group's members said is not said twice. */
function isFailure({ job, finding }: Closing): boolean {
  return job.kind !== 'group' && finding?.outcome !== 'refused';
}

function notice(job: Job, kind: 'failure' | 'rollback', text: string): Effect {
  const { updateId, ecuId } = subject(job);
  return { type: 'notify', kind, updateId, ecuId, key: keyOf(job, kind), text };
}

function keyOf(job: Job, kind: 'failure' | 'rollback'): string {
  if (job.kind !== 'rollback') return noticeKey(job.offer, kind);
  const { updateId, ecuId, because } = job.rollback;
  // By command it is a story of its own, beside what its update has told of the ECU.
  const commanded = because === undefined ? '/command' : '';
  return `${updateId}/${ecuId}/${kind}${commanded}`;
}

function wentBack({ why }: Extract<Outcome, { kind: 'rolled_back' }>): string {
  return why === null
    ? 'Rolled back to the previous firmware by command'
    : `Rolled back to the previous firmware: ${sentence(why)}`;
}

function discard(job: Job): readonly Effect[] {
  if (job.kind === 'rollback') return [];
  const { group, manifest } = job.offer;
  // Members may share one image: it goes when the last of them is over.
  if (job.kind === 'update' && group !== undefined) return [];
  const images = (group?.members ?? [{ manifest }]).map((one) => one.manifest.firmware.sha256);
  return [...new Set(images)].map((sha256): Effect => ({ type: 'discard', sha256 }));
}

function subject(job: Job): { readonly updateId: string; readonly ecuId: string } {
  switch (job.kind) {
    case 'update':
      return job.offer;
    case 'rollback':
      return job.rollback;
    case 'group':
      return { updateId: job.offer.updateId, ecuId: '' };
    default:
      return unreachable(job);
  }
}
