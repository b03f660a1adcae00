import { expect, it } from 'vitest';
import {
  CORE_AT_REST,
  stepCore,
  type CoreEvent,
  type CoreState,
  type CoreStep,
} from './core-machine.ts';

const after = (events: CoreEvent[], from: CoreState = CORE_AT_REST): CoreStep =>
  events.reduce<CoreStep>((step, event) => stepCore(step.state, event), {
    state: from,
    effects: [],
  });

const crash = (at: number): CoreEvent => ({ kind: 'exited', code: 9, at });
const start: CoreEvent = { kind: 'start' };
const again: CoreEvent = { kind: 'delay-over' };
const refusal = { code: 'WORKSPACE_BUSY', reason: 'in use', next: 'close it' };

it('starts once', () => {
  expect(after([start]).effects).toEqual([{ kind: 'fork' }]);
  expect(after([start, start]).effects).toEqual([]);
});

it('waits longer before each restart, then forks', () => {
  expect(after([start, crash(0)]).effects).toEqual([{ kind: 'restart-after', ms: 250, code: 9 }]);
  expect(after([start, crash(0), again]).effects).toEqual([{ kind: 'fork' }]);
  expect(after([start, crash(0), again, crash(5)]).effects).toMatchObject([{ ms: 500 }]);
});

it('gives up at the third crash within a minute, not when they are further apart', () => {
  const close = after([start, crash(0), again, crash(10), again, crash(59_999)]);
  expect(close.state).toMatchObject({ kind: 'failed', refusal: { code: 'CORE_CRASHED' } });
  const apart = after([start, crash(0), again, crash(10), again, crash(60_001)]);
  expect(apart.state.kind).toBe('waiting');
});

it('never restarts a core that refused, but starts again when asked', () => {
  const refused = after([start, { kind: 'refused', refusal }]);
  expect(refused.effects).toEqual([{ kind: 'ask-to-close' }, { kind: 'give-up', refusal }]);
  expect(after([crash(1)], refused.state)).toEqual({ state: refused.state, effects: [] });
  expect(after([start], refused.state).effects).toEqual([{ kind: 'fork' }]);
});

it('takes an exit while closing as the end, and closes at once when nothing runs', () => {
  const closing = after([start, { kind: 'close' }]);
  expect(closing.effects).toEqual([{ kind: 'ask-to-close' }]);
  expect(after([crash(1)], closing.state).state.kind).toBe('closed');
  expect(after([start, crash(0), { kind: 'close' }, again])).toEqual({
    state: { kind: 'closed' },
    effects: [],
  });
});
