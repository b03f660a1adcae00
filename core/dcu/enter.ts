import { unreachable } from '#core/ports';
import { COMMITTING_FROM, FINALIZING_FROM, INSTALLING_FROM, progressOf } from './progress.ts';
import type { Offer } from './events.ts';
import type { Effect, Outcome, Job, Run } from './state.ts';

type Announce = Extract<Effect, { type: 'announce' }>;

/**
 * What a state asks for when it begins, and again when the DCU starts on it: this one function
 * is why a kill between the journal and an effect loses nothing.
 */
export function enter(run: Run): readonly Effect[] {
  switch (run.kind) {
    case 'idle':
      return [];
    case 'checking':
      return [work({ kind: 'confirm', offer: run.offer })];
    case 'downloading':
      return [
        { ...about(run.offer), type: 'answer', answer: 'Acknowledged' },
        run.held
          ? { ...announce(run.offer, 'downloading', progressOf(run)), paused: true }
          : announce(run.offer, 'downloading', progressOf(run)),
        run.held
          ? { type: 'stopWork' }
          : work({ kind: 'download', offer: run.offer, checkpoint: run.checkpoint }),
      ];
    case 'securing':
      return [work({ kind: 'secure', offer: run.offer })];
    case 'installing':
      return [
        announce(run.offer, 'installing', INSTALLING_FROM),
        work({ kind: 'install', offer: run.offer, bank: run.bank }),
      ];
    case 'rebooting':
      return [
        announce(run.offer, 'finalizing', FINALIZING_FROM),
        work({ kind: 'boot', offer: run.offer, bank: run.bank }),
      ];
    case 'testing':
      return [work({ kind: 'test', offer: run.offer, bank: run.bank })];
    case 'committing':
      return [
        announce(run.offer, 'finalizing', COMMITTING_FROM),
        work({ kind: 'commit', offer: run.offer, bank: run.bank }),
      ];
    case 'reverting':
      return [
        // Not `failed`: that is an end, and this update still goes back.
        { ...about(run.offer), type: 'notify', kind: 'failure', text: sentence(run.why) },
        { ...announce(run.offer, 'rolling_back', run.progress), why: run.why },
        work({ kind: 'revert', offer: run.offer, bank: run.bank }),
      ];
    case 'cancelling':
      return [work({ kind: 'clear', offer: run.offer, bank: run.bank })];
    case 'looking':
      return [work({ kind: 'look', rollback: run.rollback })];
    case 'switching':
      return [
        { ...run.rollback, type: 'announce', status: 'rolling_back', progress: 0, version: null },
        work({ kind: 'switch', rollback: run.rollback, bank: run.bank }),
      ];
    case 'retesting':
      return [work({ kind: 'retest', rollback: run.rollback, bank: run.bank })];
    case 'returning':
      return [work({ kind: 'return', rollback: run.rollback, bank: run.bank })];
    case 'closing':
      return [...verdict(run.job, run.outcome), { type: 'inventory' }, work({ kind: 'close' })];
    default:
      return unreachable(run);
  }
}

/** The last word on a job. */
function verdict(job: Job, outcome: Outcome): readonly Effect[] {
  const subject =
    job.kind === 'update'
      ? { ...about(job.offer), version: job.offer.manifest.version }
      : { ...job.rollback, version: null };
  const said = (status: Announce['status'], progress: number): Announce => ({
    ...subject,
    type: 'announce',
    status,
    progress,
  });
  const discard: readonly Effect[] =
    job.kind === 'update' ? [{ type: 'discard', sha256: job.offer.manifest.firmware.sha256 }] : [];
  const { updateId, ecuId } = subject;
  switch (outcome.kind) {
    case 'completed':
      return [said('completed', 100), ...discard];
    case 'cancelled':
      return [said('cancelled', 0), ...discard];
    case 'refused':
      return [{ type: 'answer', answer: 'Refused', updateId, ecuId, why: outcome.why }];
    case 'failed':
      return [
        { ...said('failed', outcome.progress), why: outcome.why },
        // [D7] a refused rollback is an answer to a command, not a failure of the vehicle.
        ...(outcome.why.code === 'NO_VALID_BANK' || outcome.why.code === 'BUSY'
          ? []
          : [
              {
                type: 'notify',
                kind: 'failure',
                updateId,
                ecuId,
                text: sentence(outcome.why),
              } as const,
            ]),
        ...discard,
      ];
    case 'rolled_back':
      return [
        { ...said('rolled_back', 100), ...(outcome.why === null ? {} : { why: outcome.why }) },
        {
          type: 'notify',
          kind: 'rollback',
          updateId,
          ecuId,
          text:
            outcome.why === null
              ? 'Rolled back to the previous firmware by command'
              : `Rolled back to the previous firmware: ${sentence(outcome.why)}`,
        },
        ...discard,
      ];
    default:
      return unreachable(outcome);
  }
}

export function announce(offer: Offer, status: Announce['status'], progress: number): Announce {
  return {
    ...about(offer),
    type: 'announce',
    status,
    progress,
    version: offer.manifest.version,
  };
}

function about(offer: Offer): { updateId: string; ecuId: string } {
  return { updateId: offer.updateId, ecuId: offer.ecuId };
}

function work(what: Extract<Effect, { type: 'work' }>['work']): Effect {
  return { type: 'work', work: what };
}

function sentence(why: { code: string; detail: string }): string {
  return `${why.code}: ${why.detail}`;
}
