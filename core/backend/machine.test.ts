import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasEnded, step } from './machine.ts';
import {
  acknowledged,
  after,
  anUpdate,
  available,
  progress,
  WHOLE,
  type Said,
} from './machine.testing.ts';

describe('one update as the backend follows it', () => {
  it('keeps why a vehicle went back by itself, with the next step it named', () => {
    const reason = { code: 'SELF_TEST_FAILED', detail: 'sensor 4 is silent', next: 'Examine it.' };
    const story: Said[] = [
      ...WHOLE.slice(0, 6),
      { kind: 'progress', status: 'rolling_back', progress: 90, reason },
      { kind: 'progress', status: 'rolled_back', progress: 100, reason },
    ];
    expect(after(story)).toMatchObject({
      stage: 'rolled_back',
      refusal: { code: 'SELF_TEST_FAILED', reason: 'sensor 4 is silent', next: 'Examine it.' },
    });
  });

  it('shows an update that somebody cancelled without a refusal', () => {
    const state = after([...WHOLE.slice(0, 4), progress('cancelled')]);
    expect(state.stage).toBe('cancelled');
    expect(state.refusal).toBeUndefined();
  });

  it('goes from queued to completed through every stage', () => {
    const state = after(WHOLE);
    expect(state.stage).toBe('completed');
    expect(state.progress).toBe(100);
    expect(state.steps.map((one) => one.stage)).toEqual([
      'issued',
      'available',
      'acknowledged',
      'downloading',
      'installing',
      'finalizing',
      'completed',
    ]);
  });

  it('takes the status before its own PUBACK, and then ignores the PUBACK', () => {
    expect(after([available, { kind: 'sent' }]).stage).toBe('available');
  });

  it('keeps its stage when the vehicle refuses a command, and notes why', () => {
    const refused: Said = {
      kind: 'command_refused',
      command: 'pause',
      reason: { code: 'NOT_PAUSABLE', detail: 'it is checking already' },
    };
    const checking = after([{ kind: 'sent' }, available]);
    const state = after([refused], checking);
    expect(state).toMatchObject({ stage: 'available', steps: { length: 3 } });
    expect(state.refusal).toBeUndefined();
    expect(state.steps.at(-1)).toMatchObject({
      stage: 'available',
      detail: 'the vehicle refused “pause”: NOT_PAUSABLE: it is checking already',
    });
    const done = after(WHOLE);
    expect(after([refused], done)).toEqual(done);
    const many = after(
      Array.from({ length: 500 }, () => refused),
      checking,
    );
    expect(many.steps.length).toBeLessThan(150);
  });

  it('ends a rollback whose own command the vehicle refused, but not for a replayed copy', () => {
    const refused = (code: string): Said => ({
      kind: 'command_refused',
      command: 'rollback',
      reason: { code, detail: 'x' },
    });
    const rollback = after([{ kind: 'sent' }], anUpdate({ installs: false, releaseId: null }));
    expect(after([refused('EXPIRED')], rollback)).toMatchObject({
      stage: 'refused',
      refusal: { code: 'EXPIRED' },
    });
    expect(after([refused('REPLAYED')], rollback).stage).toBe('issued');
    expect(after([progress('rolling_back'), refused('EXPIRED')], rollback).stage).toBe(
      'rolling_back',
    );
  });

  it('shows a download as paused until it goes on, also when its progress is no news', () => {
    const paused: Said = { kind: 'progress', status: 'downloading', progress: 20, paused: true };
    const held = after([progress('downloading', 30), paused]);
    expect(held).toMatchObject({ stage: 'downloading', progress: 30, paused: true });
    expect(step(held, { at: 1, mark: 'valid', ...paused }).effects[0]?.kind).toBe('ignore');
    expect(after([progress('downloading', 20)], held)).toMatchObject({
      progress: 30,
      paused: false,
      waiting: null,
      members: [],
      releases: [],
    });
    expect(after([progress('cancelled')], held).paused).toBe(false);
    expect(after([progress('installing', 45)], held).paused).toBe(false);
  });

  it('never lets progress go backwards within a stage', () => {
    const state = after([progress('downloading', 60), progress('downloading', 40)]);
    expect(state.progress).toBe(60);
    const back = step(state, {
      at: 9,
      mark: 'valid',
      kind: 'progress',
      status: 'downloading',
      progress: 59,
    });
    expect(back.effects).toEqual([{ kind: 'ignore', why: 'BACKWARDS' }]);
  });

  it('ignores a progress of a stage it has left', () => {
    expect(after([progress('installing', 10), progress('downloading', 99)])).toMatchObject({
      stage: 'installing',
      progress: 10,
    });
  });

  it('adds one step for a stage, however many reports come', () => {
    const state = after([1, 2, 3, 4].map((percent) => progress('downloading', percent)));
    expect(state.steps).toHaveLength(1);
    expect(state.progress).toBe(4);
  });

  it('[P4] is not moved by the same message twice', () => {
    const once = after(WHOLE);
    expect(after(WHOLE.flatMap((event) => [event, event]))).toMatchObject({
      stage: once.stage,
      progress: once.progress,
      steps: once.steps.map(({ stage }) => ({ stage })),
    });
  });

  it('[G5] ignores a Rejected REPLAYED of an update already past issued', () => {
    const replayed: Said = {
      kind: 'status',
      status: 'Rejected',
      reason: { code: 'REPLAYED', detail: 'seen before' },
    };
    expect(after([{ kind: 'sent' }, available, replayed]).stage).toBe('available');
    expect(after([{ kind: 'sent' }, replayed])).toMatchObject({
      stage: 'refused',
      refusal: { code: 'REPLAYED', reason: 'seen before' },
    });
  });

  it('keeps the gatekeeper’s code and reason when it refuses', () => {
    const refused = after([
      { kind: 'sent' },
      { kind: 'status', status: 'Rejected', reason: { code: 'EXPIRED', detail: '5 s ago' } },
    ]);
    expect(refused).toMatchObject({
      stage: 'refused',
      refusal: { code: 'EXPIRED', reason: '5 s ago' },
    });
  });

  it('stays refused when the vehicle refuses, whatever comes after', () => {
    const state = after([
      available,
      {
        kind: 'acknowledgment',
        acknowledgment: 'Refused',
        reason: { code: 'NOT_PARKED', detail: 'x' },
      },
      progress('downloading', 4),
      progress('completed', 100),
      progress('rolled_back', 100),
    ]);
    expect(state).toMatchObject({ stage: 'refused', refusal: { code: 'NOT_PARKED' }, progress: 0 });
  });

  it('follows a rollback after completed and after failed, and nothing else', () => {
    expect(after([...WHOLE, progress('downloading', 5)]).stage).toBe('completed');
    expect(after([...WHOLE, progress('failed')]).stage).toBe('completed');
    expect(after([...WHOLE, progress('rolling_back', 5), progress('rolled_back', 100)]).stage).toBe(
      'rolled_back',
    );
    expect(after([progress('failed'), progress('rolled_back', 100)]).stage).toBe('rolled_back');
    expect(after([progress('cancelled'), progress('rolled_back', 100)]).stage).toBe('cancelled');
  });

  it('[D7] ends a commanded rollback as failed with the vehicle’s reason', () => {
    const state = after(
      [
        { kind: 'sent' },
        {
          kind: 'progress',
          status: 'failed',
          progress: 0,
          reason: { code: 'NO_VALID_BANK', detail: 'bank B is empty' },
        },
        progress('rolled_back', 100),
      ],
      anUpdate({ installs: false }),
    );
    expect(state).toMatchObject({ stage: 'failed', refusal: { code: 'NO_VALID_BANK' } });
  });

  it('fails when it cannot be sent, unless the vehicle has already answered', () => {
    const not: Said = { kind: 'not_sent', refusal: { code: 'REFUSED', reason: 'r', next: 'n' } };
    expect(after([not])).toMatchObject({ stage: 'failed', refusal: { code: 'REFUSED' } });
    expect(after([available, not]).stage).toBe('available');
  });

  it('for any order of any messages: progress in 0–100, steps bounded, an end left only by a rollback', () => {
    const said = fc.oneof(
      fc.constantFrom<Said>({ kind: 'sent' }, available, acknowledged, {
        kind: 'acknowledgment',
        acknowledgment: 'Refused',
      }),
      fc.record({
        kind: fc.constant('progress' as const),
        status: fc.constantFrom(
          'downloading',
          'installing',
          'finalizing',
          'completed',
          'failed',
          'rolling_back',
          'rolled_back',
          'cancelled',
        ),
        progress: fc.integer({ min: 0, max: 100 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(said as fc.Arbitrary<Said>, { maxLength: 60 }), (events) => {
        let state = anUpdate();
        for (const [at, event] of events.entries()) {
          const before = state;
          state = step(state, { at, mark: 'valid', ...event }).state;
          if (hasEnded(before.stage) && state.stage !== before.stage) {
            expect(['rolling_back', 'rolled_back']).toContain(state.stage);
          }
          if (state.stage === before.stage && !hasEnded(state.stage)) {
            expect(state.progress).toBeGreaterThanOrEqual(before.progress);
          }
        }
        expect(state.steps.length).toBeLessThanOrEqual(12);
      }),
    );
  });
});
