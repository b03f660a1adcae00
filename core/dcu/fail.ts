import { unreachable } from '#core/ports';
import type { RollbackAction, RollbackCheck } from '#core/protocol';
import type { BankName } from './bank-meta.ts';
import { dossierOfFailure, withChecks, type Dossier } from './dossier.ts';
import type { Why } from './errors.ts';
import { remainingAfter } from './group.ts';
import { close, go, prove, proveCancelled, proved, same, update } from './moves.ts';
import { progressOf } from './progress.ts';
import type { Outcome } from './outcome.ts';
import type { DcuState, Run, Step } from './state.ts';

type Stamped = { readonly at?: number | undefined };
/** What a way back did, and what was found on it. */
type Back = {
  readonly checks?: readonly RollbackCheck[] | undefined;
  readonly action?: RollbackAction | undefined;
};
type Written = Extract<Run, { bank: BankName; offer: unknown }>;

/** Before the first write a failure just ends the update; after it, the old image comes back. */
export function failed(state: DcuState, event: Stamped & Back & { readonly why: Why }): Step {
  const { run } = state;
  const { why, at } = event;
  const progress = progressOf(run);
  switch (run.kind) {
    case 'checking':
      return close(state, update(run.offer), { kind: 'refused', why });
    case 'downloading':
    case 'awaiting':
    case 'securing':
      return close(state, update(run.offer), { kind: 'failed', why, progress });
    case 'cancelling': {
      const outcome = { kind: 'failed', why, progress } as const;
      // Without evidence no way back had begun: it was the erasing that failed.
      if (run.dossier?.before == null) return close(state, update(run.offer), outcome);
      return proveCancelled(state, run, backIn(run.dossier, event), outcome);
    }
    case 'reverting':
      return proveReverted(state, withBack(run, event), { kind: 'failed', why, progress });
    case 'installing':
    case 'rebooting':
    case 'testing':
    case 'committing':
      return revert(state, run, 'failure', why, at);
    case 'looking':
    case 'returning':
      return prove(state, withBack(run, event), { kind: 'failed', why, progress: 0 });
    case 'switching': {
      const dossier: Dossier = { ...run.dossier, action: 'none', stage: 'tried' };
      return go(state, { ...run, kind: 'returning', why, dossier });
    }
    case 'retesting':
      return go(state, { ...run, kind: 'returning', why });
    case 'proving':
      // Evidence that cannot be had must not keep the rollback from its end.
      return proved(state, run, {
        evidence: null,
        checks: [{ check: 'evidence', passed: false, detail: `${why.code}: ${why.detail}` }],
        at,
      });
    case 'idle':
    case 'closing':
      return same(state);
    default:
      return unreachable(run);
  }
}

/** The bootloader started the old image by itself: the new one is given up. */
export function watchdog(
  state: DcuState,
  run: Extract<Run, { kind: 'rebooting' }>,
  event: Stamped & { readonly bank: BankName; readonly failedStarts?: number | undefined },
): Step {
  const { bank, failedStarts = 0, at } = event;
  const why =
    failedStarts > 0
      ? {
          code: 'WATCHDOG_REVERT',
          detail: `bank ${run.bank} did not start, tried ${failedStarts} times; its watchdog gave it up`,
        }
      : {
          code: 'TRIAL_INTERRUPTED',
          detail: `the power went during the trial of bank ${run.bank}; the ECU started bank ${bank}`,
        };
  return revert(state, run, 'watchdog', why, at);
}

/** The old image runs again. */
export function reverted(state: DcuState, event: Back): Step {
  const { run } = state;
  const back = { ...event, action: event.action ?? ('reverted' as const) };
  if (run.kind === 'reverting') {
    return proveReverted(state, withBack(run, back), { kind: 'rolled_back', why: run.why });
  }
  if (run.kind === 'cancelling' && run.dossier !== null) {
    return proveCancelled(state, run, backIn(run.dossier, back), {
      kind: 'cancelled',
      why: run.why,
    });
  }
  if (run.kind !== 'returning') return same(state);
  return prove(state, withBack(run, back), { kind: 'failed', why: run.why, progress: 0 });
}

function revert(
  state: DcuState,
  { offer, bank, ...run }: Exclude<Written, { kind: 'reverting' }>,
  origin: 'failure' | 'watchdog',
  why: Why,
  at: number | undefined,
): Step {
  const progress = progressOf({ ...run, offer, bank });
  const dossier = dossierOfFailure(origin, why, at);
  return go(state, { kind: 'reverting', offer, bank, why, progress, dossier });
}

function proveReverted(
  state: DcuState,
  run: Extract<Run, { kind: 'reverting' }>,
  outcome: Extract<Outcome, { kind: 'failed' | 'rolled_back' }>,
): Step {
  const { offer, dossier } = run;
  return go(state, {
    ...{ kind: 'proving', job: update(offer), outcome, dossier },
    remaining: remainingAfter(offer, run, outcome),
  });
}

function withBack<R extends Extract<Run, { dossier: Dossier }>>(run: R, back: Back): R {
  return { ...run, dossier: backIn(run.dossier, back) };
}

function backIn(dossier: Dossier, back: Back): Dossier {
  return { ...withChecks(dossier, back), action: back.action ?? dossier.action };
}
