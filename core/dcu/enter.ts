import { unreachable } from '#core/ports';
import { closing } from './closing.ts';
import { COMMITTING_FROM, FINALIZING_FROM, INSTALLING_FROM, progressOf } from './progress.ts';
import type { Offer } from './events.ts';
import { announce, announceBack, bundleOf, noticeKey, sentence } from './say.ts';
import type { Effect, Run, Work } from './state.ts';

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
        acknowledge(run.offer),
        {
          ...announce(run.offer, 'downloading', progressOf(run)),
          ...(run.held ? { paused: true } : {}),
        },
        run.held
          ? { type: 'stopWork' }
          : work({ kind: 'download', offer: run.offer, checkpoint: run.checkpoint }),
      ];
    case 'awaiting':
      return [
        { ...announce(run.offer, 'downloading', progressOf(run)), waiting: 'confirmation' },
        { type: 'stopWork' },
      ];
    case 'securing':
      return [...memberBefore(run.offer), work({ kind: 'secure', offer: run.offer })];
    case 'installing':
      return [
        {
          ...announce(run.offer, 'installing', INSTALLING_FROM),
          ...(run.held ? { paused: true } : {}),
        },
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
    case 'reverting': {
      const { updateId, ecuId } = run.offer;
      return [
        // Not `failed`: that is an end, and this update still goes back.
        {
          ...{ type: 'notify', kind: 'failure', updateId, ecuId, text: sentence(run.why) },
          key: noticeKey(run.offer, 'failure'),
        },
        { ...announce(run.offer, 'rolling_back', run.progress), why: run.why },
        work({
          ...{ kind: 'revert', offer: run.offer, bank: run.bank },
          before: run.dossier.before,
        }),
      ];
    }
    case 'cancelling':
      return [
        work({
          ...{ kind: 'clear', offer: run.offer, bank: run.bank },
          before: run.dossier?.before ?? null,
        }),
      ];
    case 'looking':
      return [work({ kind: 'look', rollback: run.rollback, before: run.dossier.before })];
    case 'switching':
      return [
        {
          ...announceBack(run.rollback, 'rolling_back', 0, bundleOf(run.remaining)),
          ...(run.dossier.why === null ? {} : { why: run.dossier.why }),
        },
        work({ kind: 'switch', rollback: run.rollback, bank: run.bank }),
      ];
    case 'retesting':
      return [work({ kind: 'retest', rollback: run.rollback, bank: run.bank })];
    case 'returning':
      return [work({ kind: 'return', rollback: run.rollback, bank: run.bank })];
    case 'proving': {
      const { ecuId } = run.job.kind === 'update' ? run.job.offer : run.job.rollback;
      return [work({ kind: 'measure', ecuId })];
    }
    case 'closing':
      return [...closing(run), { type: 'inventory' }, work({ kind: 'close' })];
    default:
      return unreachable(run);
  }
}

function acknowledge({ updateId, ecuId, group }: Offer): Effect {
  return {
    ...{ type: 'answer', answer: 'Acknowledged', updateId },
    // A group is taken or refused as a whole.
    ecuId: group === undefined ? ecuId : '',
  };
}

/** [D8] The member of the group that has just been done. */
function memberBefore({ updateId, group }: Offer): readonly Effect[] {
  const done = group?.members[group.at - 1];
  if (group === undefined || done === undefined) return [];
  return [announce({ updateId, ...done, group }, 'completed', 100)];
}

function work(what: Work): Effect {
  return { type: 'work', work: what };
}
