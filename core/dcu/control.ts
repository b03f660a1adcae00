import { unreachable } from '#core/ports';
import { dossierOfCancel } from './dossier.ts';
import type { DcuErrorCode } from './errors.ts';
import type { DcuEvent, Offer } from './events.ts';
import { aside, go } from './moves.ts';
import { announce } from './say.ts';
import type { DcuState, Run, Step } from './state.ts';
import { ecuIdOf, updateIdOf } from './subject.ts';

type Commanded = Extract<DcuEvent, { type: 'commanded' }>;

/**
 * Commands that steer a running update: docs/PROTOCOL.md, “Commands and states”. One that does
 * not apply is refused and changes nothing.
 */
export function control(state: DcuState, event: Commanded): Step {
  if (event.command === 'report') {
    return aside(state, [{ type: 'inventory' }, { type: 'report' }]);
  }
  const waiting = state.queue.find((offer) => offer.updateId === event.updateId);
  if (waiting !== undefined && isMeantIn(event, waiting)) {
    if (event.command !== 'cancel') {
      return refused(state, event, 'BUSY', 'the update waits for another one to end');
    }
    const queue = state.queue.filter((offer) => offer !== waiting);
    const said = announce(waiting, 'cancelled', 0);
    return aside({ ...state, queue }, [
      waiting.group === undefined ? said : { ...said, ecuId: '' },
    ]);
  }
  if (state.run.kind === 'idle' || state.run.kind === 'closing') {
    return refused(state, event, 'NOTHING_RUNNING', 'no update is under way');
  }
  if (event.updateId !== null && event.updateId !== updateIdOf(state.run)) {
    return refused(state, event, 'UPDATE_UNKNOWN', `update ${event.updateId} is not under way`);
  }
  const busy = ecuIdOf(state.run);
  if (!isGroup(state.run) && !isMeant(event, busy)) {
    const detail = `it is ${String(busy)} that is updating, not ${String(event.ecuId)}`;
    return refused(state, event, 'UPDATE_UNKNOWN', detail);
  }
  switch (event.command) {
    case 'cancel':
      return cancel(state, event);
    case 'pause':
      return pause(state, event);
    case 'resume':
      return resume(state, event);
    case 'install':
      return install(state, event);
    default:
      return unreachable(event.command);
  }
}

function isMeant({ ecuId }: Commanded, of: string | null): boolean {
  return ecuId === undefined || ecuId === '' || ecuId === of;
}

function isMeantIn(event: Commanded, { ecuId, group }: Offer): boolean {
  return (group?.members ?? [{ ecuId }]).some((member) => isMeant(event, member.ecuId));
}

/** A group is steered as a whole, whichever of its ECUs is named. */
function isGroup(run: Run): boolean {
  return 'offer' in run && run.offer.group !== undefined;
}

/** Before the commit an update can be taken back whole; after it, that is a rollback. */
function cancel(state: DcuState, event: Commanded): Step {
  const { run } = state;
  const none = { bank: null, why: null, dossier: null };
  switch (run.kind) {
    case 'checking':
    case 'downloading':
      return cancelling(state, { ...none, offer: run.offer, begun: false });
    case 'awaiting': {
      const why = { code: 'DECLINED', detail: 'the technician declined it before the first write' };
      return cancelling(state, { ...none, offer: run.offer, begun: false, why });
    }
    case 'securing':
      return cancelling(state, { ...none, offer: run.offer, begun: true });
    case 'installing':
    case 'rebooting':
    case 'testing': {
      const { offer, bank } = run;
      return cancelling(state, {
        ...none,
        offer,
        bank,
        begun: true,
        dossier: dossierOfCancel(event),
      });
    }
    default:
      return refused(state, event, 'NOT_CANCELLABLE', `it is ${run.kind} already`);
  }
}

function cancelling(
  state: DcuState,
  how: Omit<Extract<Run, { kind: 'cancelling' }>, 'kind'>,
): Step {
  return go(state, { kind: 'cancelling', ...how });
}

/** A write is held between two of its steps, and its work stays; a download ends and resumes. */
function pause(state: DcuState, event: Commanded): Step {
  const { run } = state;
  const no = (detail: string): Step => refused(state, event, 'NOT_PAUSABLE', detail);
  switch (run.kind) {
    case 'downloading':
      return run.held ? no('it is paused already') : go(state, { ...run, held: true });
    case 'installing':
      if (run.single) {
        return no(`${run.offer.ecuId} has one bank, which is half written and cannot stay so`);
      }
      return run.held ? no('it is paused already') : hold(state, { ...run, held: true });
    case 'awaiting':
      return no('it waits for a confirmation, nothing moves');
    default:
      return no(`it is ${run.kind}, which takes a moment and is not interrupted`);
  }
}

function resume(state: DcuState, event: Commanded): Step {
  const { run } = state;
  if (run.kind === 'downloading' && run.held) return go(state, { ...run, held: false });
  if (run.kind === 'installing' && run.held) return hold(state, { ...run, held: false });
  const detail =
    run.kind === 'awaiting' ? 'it waits for a confirmation: install' : `it is ${run.kind}`;
  return refused(state, event, 'NOT_PAUSED', detail);
}

/** `install`: the technician's consent, or a resume in the words of a short script. */
function install(state: DcuState, event: Commanded): Step {
  const { run } = state;
  if (run.kind === 'awaiting') return go(state, { kind: 'securing', offer: run.offer });
  if ((run.kind === 'downloading' || run.kind === 'installing') && run.held) {
    return resume(state, event);
  }
  return refused(state, event, 'BUSY', `the vehicle is ${run.kind}`);
}

/** The work goes on standing, or from where it stood. */
function hold(state: DcuState, run: Extract<Run, { kind: 'installing' }>): Step {
  return aside({ ...state, run }, [{ type: 'report' }]);
}

function refused(state: DcuState, event: Commanded, code: DcuErrorCode, detail: string): Step {
  const { command, updateId, inReplyTo } = event;
  const why = { code, detail };
  return aside(state, [{ type: 'refuseCommand', command, updateId, inReplyTo, why }]);
}
