import { unreachable } from '#core/ports';
import { announce, enter } from './enter.ts';
import type { DcuErrorCode } from './errors.ts';
import type { DcuEvent } from './events.ts';
import type { DcuState, Run, Step } from './state.ts';

type Commanded = Extract<DcuEvent, { type: 'commanded' }>;

/** Commands that steer a running update. One that does not apply is refused and changes nothing. */
export function control(state: DcuState, event: Commanded): Step {
  if (event.command === 'report') {
    return { state, effects: [{ type: 'inventory' }, { type: 'report' }] };
  }
  const waiting = state.queue.find((offer) => offer.updateId === event.updateId);
  if (waiting !== undefined && isMeant(event, waiting.ecuId)) {
    if (event.command !== 'cancel') {
      return refused(state, event, 'BUSY', 'the update waits for another one to end');
    }
    const queue = state.queue.filter((offer) => offer !== waiting);
    return { state: { ...state, queue }, effects: [announce(waiting, 'cancelled', 0)] };
  }
  if (state.run.kind === 'idle' || state.run.kind === 'closing') {
    return refused(state, event, 'NOTHING_RUNNING', 'no update is under way');
  }
  if (event.updateId !== null && event.updateId !== updateIdOf(state.run)) {
    return refused(state, event, 'UPDATE_UNKNOWN', `update ${event.updateId} is not under way`);
  }
  const busy = ecuIdOf(state.run);
  if (!isMeant(event, busy)) {
    const detail = `it is ${String(busy)} that is updating, not ${String(event.ecuId)}`;
    return refused(state, event, 'UPDATE_UNKNOWN', detail);
  }
  switch (event.command) {
    case 'cancel':
      return cancel(state, event);
    case 'pause':
      return pause(state, event);
    case 'resume':
    case 'install':
      return resume(state, event);
    default:
      return unreachable(event.command);
  }
}

function isMeant({ ecuId }: Commanded, of: string | null): boolean {
  return ecuId === undefined || ecuId === of;
}

/** Before the commit an update can be taken back whole; after it, that is a rollback. */
function cancel(state: DcuState, event: Commanded): Step {
  const { run } = state;
  switch (run.kind) {
    case 'checking':
    case 'downloading':
    case 'securing':
      return go(state, { kind: 'cancelling', offer: run.offer, bank: null });
    case 'installing':
    case 'rebooting':
    case 'testing':
      return go(state, { kind: 'cancelling', offer: run.offer, bank: run.bank });
    default:
      return refused(state, event, 'NOT_CANCELLABLE', `it is ${run.kind} already`);
  }
}

function pause(state: DcuState, event: Commanded): Step {
  const { run } = state;
  if (run.kind !== 'downloading' || run.held) {
    const what = run.kind === 'downloading' ? 'paused' : run.kind;
    return refused(state, event, 'NOT_PAUSABLE', `it is ${what} already`);
  }
  return go(state, { ...run, held: true });
}

function resume(state: DcuState, event: Commanded): Step {
  const { run } = state;
  if (run.kind === 'downloading' && run.held) return go(state, { ...run, held: false });
  return event.command === 'install'
    ? refused(state, event, 'BUSY', `the vehicle is ${run.kind}`)
    : refused(state, event, 'NOT_PAUSED', `it is ${run.kind}`);
}

export function updateIdOf(run: Run): string | null {
  switch (run.kind) {
    case 'idle':
      return null;
    case 'looking':
    case 'switching':
    case 'retesting':
    case 'returning':
      return run.rollback.updateId;
    case 'closing':
      return run.job.kind === 'update' ? run.job.offer.updateId : run.job.rollback.updateId;
    default:
      return run.offer.updateId;
  }
}

export function ecuIdOf(run: Run): string | null {
  if (run.kind === 'idle') return null;
  if (run.kind === 'closing') {
    return run.job.kind === 'update' ? run.job.offer.ecuId : run.job.rollback.ecuId;
  }
  return 'rollback' in run ? run.rollback.ecuId : run.offer.ecuId;
}

function refused(state: DcuState, event: Commanded, code: DcuErrorCode, detail: string): Step {
  const { command, updateId, inReplyTo } = event;
  const why = { code, detail };
  return { state, effects: [{ type: 'refuseCommand', command, updateId, inReplyTo, why }] };
}

function go(state: DcuState, run: Run): Step {
  return { state: { ...state, run }, effects: enter(run) };
}
