import { unreachable } from '#core/ports';
import { enter } from './enter.ts';
import type { Why } from './errors.ts';
import type { DcuEvent, Offer, Rollback } from './events.ts';
import { progressOf } from './progress.ts';
import { control } from './control.ts';
import {
  KNOWN_LIMIT,
  QUEUE_LIMIT,
  type DcuState,
  type Effect,
  type Job,
  type Outcome,
  type Run,
  type Step,
} from './state.ts';

/**
 * What follows from an event: the state after it and the effects to take, in order. Pure, so
 * that replaying the journal leads to the state in which the power went. An event that does not
 * apply changes nothing: it comes from work that a later event has overtaken.
 */
export function step(state: DcuState, event: DcuEvent): Step {
  const { run } = state;
  switch (event.type) {
    case 'powered':
      return powered(state);
    case 'remembered':
      return same({ ...state, known: event.known });
    case 'offered':
      return offered(state, event.offer);
    case 'rollbackCommanded':
      return rollbackCommanded(state, event.rollback);
    case 'commanded':
      return control(state, event);
    case 'confirmed':
      if (run.kind !== 'checking') return same(state);
      return go(state, { kind: 'downloading', offer: run.offer, checkpoint: null, held: false });
    case 'checkpointed':
      if (run.kind !== 'downloading') return same(state);
      return same({ ...state, run: { ...run, checkpoint: event.checkpoint } });
    case 'downloaded':
      if (run.kind !== 'downloading') return same(state);
      return go(state, { kind: 'securing', offer: run.offer });
    case 'secured':
      if (run.kind !== 'securing') return same(state);
      return go(state, { kind: 'installing', offer: run.offer, bank: event.bank });
    case 'written':
      if (run.kind !== 'installing') return same(state);
      return go(state, { ...run, kind: 'rebooting' });
    case 'booted':
      return booted(state, event);
    case 'tested':
      return tested(state);
    case 'committed':
      if (run.kind !== 'committing') return same(state);
      return close(state, update(run.offer), { kind: 'completed' });
    case 'reverted':
      return reverted(state);
    case 'cleared':
      if (run.kind !== 'cancelling') return same(state);
      return close(state, update(run.offer), { kind: 'cancelled' });
    case 'previousFound':
      if (run.kind !== 'looking') return same(state);
      return go(state, { kind: 'switching', rollback: run.rollback, bank: event.bank });
    case 'switched':
      if (run.kind !== 'switching') return same(state);
      return go(state, { ...run, kind: 'retesting' });
    case 'failed':
      return failed(state, event.why);
    case 'closed':
      if (run.kind !== 'closing') return same(state);
      return next({ ...state, run: { kind: 'idle' } });
    default:
      return unreachable(event);
  }
}

/** A trial that was under way lost its power: its boot decides, and falls back to the old bank. */
function powered(state: DcuState): Step {
  const { run } = state;
  if (run.kind === 'testing') return go(state, { ...run, kind: 'rebooting' });
  if (run.kind === 'idle') return next(state);
  return { state, effects: enter(run) };
}

/** [D8] One at a time; the others wait, up to a bound. */
function offered(state: DcuState, offer: Offer): Step {
  if (state.known.includes(offer.updateId)) return same(state);
  const after = { ...state, known: remember(state, offer.updateId) };
  if (state.run.kind === 'idle') return go(after, { kind: 'checking', offer });
  if (state.queue.length < QUEUE_LIMIT) return same({ ...after, queue: [...state.queue, offer] });
  const why = {
    code: 'BUSY',
    detail: `${busyWith(state.run)}, and ${QUEUE_LIMIT} more are waiting`,
  };
  const { updateId, ecuId } = offer;
  return { state: after, effects: [{ type: 'answer', answer: 'Refused', updateId, ecuId, why }] };
}

function rollbackCommanded(state: DcuState, rollback: Rollback): Step {
  if (state.known.includes(rollback.updateId)) return same(state);
  const after = { ...state, known: remember(state, rollback.updateId) };
  if (state.run.kind === 'idle') return go(after, { kind: 'looking', rollback });
  const refusal: Effect = {
    ...rollback,
    type: 'announce',
    status: 'failed',
    progress: 0,
    version: null,
    why: { code: 'BUSY', detail: busyWith(state.run) },
  };
  return { state: after, effects: [refusal] };
}

function booted(
  state: DcuState,
  { bank, failedStarts = 0 }: Extract<DcuEvent, { type: 'booted' }>,
): Step {
  const { run } = state;
  if (run.kind !== 'rebooting') return same(state);
  if (bank === run.bank) return go(state, { ...run, kind: 'testing' });
  if (failedStarts > 0) {
    return revert(state, run, {
      code: 'WATCHDOG_REVERT',
      detail: `bank ${run.bank} did not start, tried ${failedStarts} times; its watchdog gave it up`,
    });
  }
  return revert(state, run, {
    code: 'TRIAL_INTERRUPTED',
    detail: `the power went during the trial of bank ${run.bank}; the ECU started bank ${bank}`,
  });
}

function tested(state: DcuState): Step {
  const { run } = state;
  if (run.kind === 'testing') return go(state, { ...run, kind: 'committing' });
  if (run.kind !== 'retesting') return same(state);
  return close(
    state,
    { kind: 'rollback', rollback: run.rollback },
    { kind: 'rolled_back', why: null },
  );
}

function reverted(state: DcuState): Step {
  const { run } = state;
  if (run.kind === 'reverting') {
    return close(state, update(run.offer), { kind: 'rolled_back', why: run.why });
  }
  if (run.kind !== 'returning') return same(state);
  const job: Job = { kind: 'rollback', rollback: run.rollback };
  return close(state, job, { kind: 'failed', why: run.why, progress: 0 });
}

/** Before the first write a failure just ends the update; after it, the old bank comes back. */
function failed(state: DcuState, why: Why): Step {
  const { run } = state;
  const progress = progressOf(run);
  switch (run.kind) {
    case 'checking':
      return close(state, update(run.offer), { kind: 'refused', why });
    case 'downloading':
    case 'securing':
    case 'reverting':
    case 'cancelling':
      return close(state, update(run.offer), { kind: 'failed', why, progress });
    case 'installing':
    case 'rebooting':
    case 'testing':
    case 'committing':
      return revert(state, run, why);
    case 'looking':
    case 'returning':
      return close(
        state,
        { kind: 'rollback', rollback: run.rollback },
        { kind: 'failed', why, progress: 0 },
      );
    case 'switching':
    case 'retesting':
      return go(state, { ...run, kind: 'returning', why });
    case 'idle':
    case 'closing':
      return same(state);
    default:
      return unreachable(run);
  }
}

function revert(state: DcuState, run: { offer: Offer; bank: 'A' | 'B' } & Run, why: Why): Step {
  const { offer, bank } = run;
  return go(state, { kind: 'reverting', offer, bank, why, progress: progressOf(run) });
}

function close(state: DcuState, job: Job, outcome: Outcome): Step {
  return go(state, { kind: 'closing', job, outcome });
}

/** Takes the next waiting offer, if there is one. */
function next(state: DcuState): Step {
  const [offer, ...queue] = state.queue;
  return offer === undefined ? same(state) : go({ ...state, queue }, { kind: 'checking', offer });
}

function go(state: DcuState, run: Run): Step {
  return { state: { ...state, run }, effects: enter(run) };
}

function same(state: DcuState): Step {
  return { state, effects: [] };
}

function update(offer: Offer): Job {
  return { kind: 'update', offer };
}

function remember(state: DcuState, updateId: string): readonly string[] {
  return [...state.known, updateId].slice(-KNOWN_LIMIT);
}

function busyWith(run: Run): string {
  return `the vehicle is ${run.kind}`;
}
