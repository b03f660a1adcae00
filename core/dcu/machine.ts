import { unreachable } from '#core/ports';
import { control } from './control.ts';
import { dossierOf, withChecks } from './dossier.ts';
import { failed, reverted, watchdog } from './fail.ts';
import { nextMember, nextOfGroup } from './group.ts';
import type { DcuEvent, Offer, Rollback } from './events.ts';
import { aside, close, go, isUnderWay, prove, proved, same, update } from './moves.ts';
import { turnedAwayKey } from './say.ts';
import {
  KNOWN_LIMIT,
  QUEUE_LIMIT,
  UNANSWERED_LIMIT,
  type DcuState,
  type Run,
  type Step,
  type TurnAway,
} from './state.ts';
import { isTakenUp, takenUpBefore } from './taken-up.ts';

/**
 * What follows from an event: the state after it and the effects to take, in order. Pure, so
 * that replaying the journal leads to the state in which the power went. An event that does not
 * apply changes nothing: it comes from work that a later event has overtaken.
 */
export function step(before: DcuState, event: DcuEvent): Step {
  if (event.type === 'powered') return powered(before);
  const state = { ...before, owed: [] };
  const { run } = state;
  switch (event.type) {
    case 'remembered':
      return same({ ...state, known: event.known, rollbacks: takenUpBefore(event) });
    case 'offered':
      return offered(state, event.offer);
    case 'rollbackCommanded':
      return rollbackCommanded(state, event);
    case 'turnedAway': {
      const isOpen = ({ rollback, at }: TurnAway): boolean =>
        turnedAwayKey(rollback, at) !== event.key;
      return same({ ...state, unanswered: state.unanswered.filter(isOpen) });
    }
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
      return go(state, downloaded(run.offer));
    case 'secured': {
      if (run.kind !== 'securing') return same(state);
      const { bank, single = false } = event;
      return go(state, { kind: 'installing', offer: run.offer, bank, single, held: false });
    }
    case 'written': {
      if (run.kind !== 'installing') return same(state);
      return go(state, { kind: 'rebooting', offer: run.offer, bank: run.bank });
    }
    case 'booted':
      if (run.kind !== 'rebooting') return same(state);
      if (event.bank === run.bank) return go(state, { ...run, kind: 'testing' });
      return watchdog(state, run, event);
    case 'tested':
      if (run.kind === 'testing') return go(state, { ...run, kind: 'committing' });
      if (run.kind !== 'retesting') return same(state);
      return prove(state, run, { kind: 'rolled_back', why: run.dossier.why });
    case 'committed': {
      if (run.kind !== 'committing') return same(state);
      const next = nextMember(run.offer);
      if (next !== null) return go(state, { kind: 'securing', offer: next });
      return close(state, update(run.offer), { kind: 'completed' });
    }
    case 'evidenced': {
      if (run.kind !== 'reverting' && run.kind !== 'looking' && run.kind !== 'cancelling') {
        return same(state);
      }
      if (run.dossier === null) return same(state);
      const dossier = { ...withChecks(run.dossier, event), before: event.evidence };
      return same({ ...state, run: { ...run, dossier } });
    }
    case 'reverted':
      return reverted(state, event);
    case 'cleared':
      if (run.kind !== 'cancelling') return same(state);
      return close(state, update(run.offer), { kind: 'cancelled', why: run.why });
    case 'previousFound': {
      if (run.kind !== 'looking') return same(state);
      const { bank, checks = [], action = 'switched' } = event;
      const dossier = { ...run.dossier, checks: [...run.dossier.checks, ...checks], action };
      return go(state, { ...run, kind: 'switching', bank, dossier });
    }
    case 'switched':
      if (run.kind !== 'switching') return same(state);
      return go(state, { ...run, kind: 'retesting' });
    case 'failed':
      return failed(state, event);
    case 'measured':
      if (run.kind !== 'proving') return same(state);
      return proved(state, run, event);
    case 'closed':
      // Journals of before there were verdicts close right away.
      if (run.kind !== 'closing' && run.kind !== 'proving') return same(state);
      if (run.remaining !== null) return go(state, nextOfGroup(run.remaining, event.at));
      return next({ ...state, run: { kind: 'idle' } });
    default:
      return unreachable(event);
  }
}

/** A trial that was under way lost its power: its boot decides, and falls back to the old bank. */
function powered(state: DcuState): Step {
  const { run, owed, unanswered } = state;
  const began = run.kind === 'idle' ? next(state) : go(state, decidedByBoot(run));
  return { state: began.state, effects: [...owed, ...unanswered, ...began.effects] };
}

function decidedByBoot(run: Run): Run {
  return run.kind === 'testing' ? { ...run, kind: 'rebooting' } : run;
}

/** [D8] One at a time; the others wait, up to a bound. */
function offered(state: DcuState, offer: Offer): Step {
  if (state.known.includes(offer.updateId)) return same(state);
  const after = { ...state, known: remember(state.known, offer.updateId) };
  if (state.run.kind === 'idle') return go(after, { kind: 'checking', offer });
  if (state.queue.length < QUEUE_LIMIT) return same({ ...after, queue: [...state.queue, offer] });
  const why = {
    code: 'BUSY',
    detail: `${busyWith(state.run)}, and ${QUEUE_LIMIT} more are waiting`,
  };
  const { updateId, group } = offer;
  const ecuId = group === undefined ? offer.ecuId : '';
  return aside(after, [{ type: 'answer', answer: 'Refused', updateId, ecuId, why }]);
}

/**
 * A rollback that is turned away may be asked for again under the same id, and one of another ECU
 * is another: each member of a bundle goes back under the id of the bundle.
 */
function rollbackCommanded(
  state: DcuState,
  event: { rollback: Rollback; objection?: { code: string; detail: string } | undefined } & {
    at?: number | undefined;
  },
): Step {
  const { rollback, objection } = event;
  if (isTakenUp(state.rollbacks, rollback)) return same(state);
  const { run } = state;
  const free = run.kind === 'idle' || isOver(run);
  const busy = free && state.wanted === null ? null : { code: 'BUSY', detail: busyWith(run) };
  const why = objection ?? busy;
  if (why === null) {
    const { updateId, ecuId } = rollback;
    const rollbacks = [...state.rollbacks, { updateId, ecuId }].slice(-KNOWN_LIMIT);
    const known = remember(state.known, rollback.updateId);
    const taken = { ...state, known, rollbacks, wanted: { rollback, at: event.at } };
    return run.kind === 'idle' ? next(taken) : same(taken);
  }
  // An answer to what was not even believed, or in the name of an update, must end nothing.
  const unheard = objection !== undefined && objection.code !== 'ECU_UNKNOWN';
  const speaksFor = (taken: { updateId: string }): boolean => taken.updateId === rollback.updateId;
  const another = isUnderWay(state, rollback.updateId) || state.rollbacks.some(speaksFor);
  const as = unheard || another ? 'acknowledgment' : 'progress';
  return turnAway(state, { type: 'turnAway', rollback, why, at: event.at ?? null, as });
}

/** Its verdict is written beside what runs, and said again from the start if the power goes. */
function turnAway(state: DcuState, asked: TurnAway): Step {
  const key = turnedAwayKey(asked.rollback, asked.at);
  const isKnown = state.unanswered.some(({ rollback, at }) => turnedAwayKey(rollback, at) === key);
  if (isKnown) return same(state);
  const unanswered = [...state.unanswered, asked].slice(-UNANSWERED_LIMIT);
  return { state: { ...state, unanswered }, effects: [asked] };
}

/** All members of a group are there before the first is written. */
function downloaded(offer: Offer): Run {
  const { group } = offer;
  const next = nextMember(offer);
  if (next !== null) return { kind: 'downloading', offer: next, checkpoint: null, held: false };
  const [first] = group?.members ?? [];
  const begun =
    group === undefined || first === undefined
      ? offer
      : { ...offer, ...first, group: { ...group, at: 0 } };
  return { kind: offer.confirm === true ? 'awaiting' : 'securing', offer: begun };
}

/** The job has ended and has only its last word to say. */
function isOver(run: Run): boolean {
  return run.kind === 'closing' && run.remaining === null;
}

/** Takes the next waiting rollback or offer, if there is one. */
function next(state: DcuState): Step {
  const [offer, ...queue] = state.queue;
  if (state.wanted !== null) {
    const { rollback, at } = state.wanted;
    const dossier = dossierOf(rollback, at);
    return go({ ...state, wanted: null }, { kind: 'looking', rollback, dossier, remaining: null });
  }
  return offer === undefined ? same(state) : go({ ...state, queue }, { kind: 'checking', offer });
}

function remember(known: readonly string[], updateId: string): readonly string[] {
  return [...known.filter((id) => id !== updateId), updateId].slice(-KNOWN_LIMIT);
}

function busyWith(run: Run): string {
  return `the vehicle is ${run.kind}`;
}
