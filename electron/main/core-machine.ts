import { unreachable, type Refusal } from '#core/ports';

/** Crashes within the window after which restarting is no longer a cure. */
const CRASH_LIMIT = 3;
const CRASH_WINDOW_MS = 60_000;
/** Before the first restart; doubles with each crash still in the window. */
const FIRST_DELAY_MS = 250;

/** The life of the process that owns the bench, as main sees it. */
export type CoreState =
  | { kind: 'stopped' }
  | { kind: 'running'; crashes: readonly number[] }
  | { kind: 'waiting'; crashes: readonly number[] }
  | { kind: 'closing' }
  | { kind: 'closed' }
  | { kind: 'failed'; refusal: Refusal };

export type CoreEvent =
  | { kind: 'start' }
  /** The process ended without being asked to. */
  | { kind: 'exited'; code: number; at: number }
  /** The core itself said that it cannot start; it waits to be closed. */
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'delay-over' }
  | { kind: 'close' };

export type CoreEffect =
  | { kind: 'fork' }
  | { kind: 'restart-after'; ms: number; code: number }
  | { kind: 'ask-to-close' }
  | { kind: 'give-up'; refusal: Refusal };

export type CoreStep = { state: CoreState; effects: readonly CoreEffect[] };

export const CORE_AT_REST: CoreState = { kind: 'stopped' };

export function stepCore(state: CoreState, event: CoreEvent): CoreStep {
  switch (event.kind) {
    case 'start':
      return state.kind === 'stopped' || state.kind === 'failed' || state.kind === 'closed'
        ? { state: { kind: 'running', crashes: [] }, effects: [{ kind: 'fork' }] }
        : stay(state);
    case 'exited':
      return exited(state, event.code, event.at);
    case 'refused':
      // It waits to be asked, so that its reason has certainly arrived before it is gone.
      return state.kind === 'running'
        ? giveUp(event.refusal, [{ kind: 'ask-to-close' }])
        : stay(state);
    case 'delay-over':
      return state.kind === 'waiting'
        ? { state: { kind: 'running', crashes: state.crashes }, effects: [{ kind: 'fork' }] }
        : stay(state);
    case 'close':
      if (state.kind === 'running') {
        return { state: { kind: 'closing' }, effects: [{ kind: 'ask-to-close' }] };
      }
      return state.kind === 'closing' ? stay(state) : { state: { kind: 'closed' }, effects: [] };
    default:
      return unreachable(event);
  }
}

function exited(state: CoreState, code: number, at: number): CoreStep {
  if (state.kind === 'closing') return { state: { kind: 'closed' }, effects: [] };
  if (state.kind !== 'running') return stay(state);
  const crashes = [...state.crashes.filter((then) => at - then < CRASH_WINDOW_MS), at];
  if (crashes.length >= CRASH_LIMIT) {
    return giveUp({
      code: 'CORE_CRASHED',
      reason: `The bench process ended ${String(crashes.length)} times within a minute, last with exit code ${String(code)}.`,
      next: 'Start it again; if it keeps ending, start the application from a terminal and read what it prints.',
    });
  }
  const ms = FIRST_DELAY_MS * 2 ** (crashes.length - 1);
  return { state: { kind: 'waiting', crashes }, effects: [{ kind: 'restart-after', ms, code }] };
}

function giveUp(refusal: Refusal, first: readonly CoreEffect[] = []): CoreStep {
  return { state: { kind: 'failed', refusal }, effects: [...first, { kind: 'give-up', refusal }] };
}

function stay(state: CoreState): CoreStep {
  return { state, effects: [] };
}
