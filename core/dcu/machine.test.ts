import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aManifest } from '#core/testing';
import { type DcuEvent, type Offer } from './events.ts';
import { step } from './machine.ts';
import { blankState, QUEUE_LIMIT, type DcuState, type Effect } from './state.ts';
import { Recorded, snapshotOf } from './snapshot.ts';

const anOffer = (updateId = 'u1'): Offer => ({ updateId, ecuId: 'brake', manifest: aManifest() });
const after = (...events: readonly DcuEvent[]): DcuState =>
  events.reduce((state, event) => step(state, event).state, blankState);
const last = (...events: readonly DcuEvent[]): readonly Effect[] => {
  const final = events.at(-1);
  if (final === undefined) throw new Error('no event');
  return step(after(...events.slice(0, -1)), final).effects;
};
const works = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'work' ? [effect.work.kind] : []));

const offered: DcuEvent = { type: 'offered', offer: anOffer() };
const toTesting: DcuEvent[] = [
  offered,
  { type: 'confirmed' },
  { type: 'downloaded' },
  { type: 'secured', bank: 'B' },
  { type: 'written' },
  { type: 'booted', bank: 'B' },
];
const why = { code: 'BANK_HASH', detail: 'x' };

/** Any event, about any of a few updates. */
const anyEvent: fc.Arbitrary<DcuEvent> = fc.oneof(
  fc
    .constantFrom('u1', 'u2', 'u3')
    .map((id): DcuEvent => ({ type: 'offered', offer: anOffer(id) })),
  fc.constantFrom('r1', 'r2').map((updateId): DcuEvent => ({
    type: 'rollbackCommanded',
    rollback: { updateId, ecuId: 'brake' },
  })),
  fc
    .record({
      command: fc.constantFrom('install', 'cancel', 'pause', 'resume', 'report'),
      updateId: fc.constantFrom(null, 'u1', 'u2', 'r1', 'nobody'),
    })
    .map((each): DcuEvent => ({ type: 'commanded', inReplyTo: null, ...each })),
  fc.constantFrom('A', 'B').map((bank): DcuEvent => ({ type: 'booted', bank })),
  fc.constantFrom('A', 'B').map((bank): DcuEvent => ({ type: 'secured', bank })),
  fc.constantFrom('A', 'B').map((bank): DcuEvent => ({ type: 'previousFound', bank })),
  fc.constant<DcuEvent>({ type: 'failed', why }),
  fc
    .constantFrom(
      'powered',
      'confirmed',
      'downloaded',
      'written',
      'tested',
      'committed',
      'reverted',
      'cleared',
      'switched',
      'closed',
    )
    .map((type): DcuEvent => ({ type })),
  fc
    .constantFrom('evidenced', 'measured')
    .map((type): DcuEvent => ({ type, evidence: { activeBank: 'A', banks: [] } })),
);

describe('the machine', () => {
  it('waits for exactly one piece of work in every state but idle and paused', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const { run } = after(...events);
        const resumed = works(step(after(...events), { type: 'powered' }).effects);
        const held = run.kind === 'downloading' && run.held;
        const still = run.kind === 'idle' || run.kind === 'awaiting' || held;
        expect(resumed).toHaveLength(still ? 0 : 1);
      }),
    );
  });

  it('[D6] goes on from a state that was written down as from the events before it', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const state = after(...events);
        const line = Recorded.parse(JSON.parse(JSON.stringify(snapshotOf(state))));
        expect(line).toEqual({ type: 'snapshot', state: { ...state, owed: [] } });
      }),
    );
  });

  it('never installs twice at a time, never forgets an offer it took [D8]', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        const state = after(...events);
        expect(state.queue.length).toBeLessThanOrEqual(QUEUE_LIMIT);
        expect(new Set(state.known).size).toBe(state.known.length);
        for (const { updateId } of state.queue) expect(state.known).toContain(updateId);
        if (state.run.kind === 'idle') expect(state.queue).toEqual([]);
      }),
    );
  });

  it('a failure before the first write ends the update, nothing rolls back', () => {
    const effects = last(offered, { type: 'confirmed' }, { type: 'failed', why });
    expect(effects).toContainEqual(expect.objectContaining({ type: 'announce', status: 'failed' }));
    expect(works(effects)).toEqual(['close']);
  });

  it('a failure after the first write notifies, announces rolling_back, then reverts', () => {
    const effects = last(...toTesting, { type: 'failed', why });
    expect(effects.map((effect) => ('status' in effect ? effect.status : effect.type))).toEqual([
      'notify',
      'rolling_back',
      'work',
    ]);
    expect(works(effects)).toEqual(['revert']);
  });

  it('[D6] a trial that lost its power is decided by the next boot, and only once', () => {
    const powered = [...toTesting, { type: 'powered' } as const];
    expect(works(last(...powered))).toEqual(['boot']);
    expect(after(...powered, { type: 'booted', bank: 'A' }).run).toMatchObject({
      kind: 'reverting',
      why: { code: 'TRIAL_INTERRUPTED' },
    });
  });

  it('[D6] says again what no state repeats, until another event proves that it was said', () => {
    const queued: DcuEvent = { type: 'offered', offer: anOffer('u2') };
    const cancel: DcuEvent = {
      ...{ type: 'commanded', command: 'cancel', updateId: 'u2', inReplyTo: 'm1' },
    };
    const cancelled = { type: 'announce', status: 'cancelled', updateId: 'u2' };
    expect(last(offered, queued, cancel)).toMatchObject([cancelled]);
    for (const starts of [1, 2]) {
      const powered = Array.from({ length: starts }, (): DcuEvent => ({ type: 'powered' }));
      expect(last(offered, queued, cancel, ...powered)[0]).toMatchObject(cancelled);
    }
    const later = last(offered, queued, cancel, { type: 'confirmed' }, { type: 'powered' });
    expect(later).not.toContainEqual(expect.objectContaining(cancelled));
  });

  it('every rollback ends in one finding, whatever happens, and nothing else has one', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 80 }), (events) => {
        let state = blankState;
        const owing = new Set<string>();
        for (const event of events) {
          const { run } = state;
          const next = step(state, event);
          const found = next.effects.flatMap((effect) =>
            effect.type === 'announce' && effect.finding ? [effect] : [],
          );
          if (next.state.run.kind === 'reverting' || next.state.run.kind === 'looking') {
            owing.add('one');
          }
          if (run.kind !== 'closing' && found.length > 0) {
            expect(owing.delete('one')).toBe(true);
            expect(found).toHaveLength(1);
            expect(found[0]?.status).toMatch(/^(rolled_back|failed)$/);
          }
          state = next.state;
          // Idle again: what was owed has been said, but for journals of before (`closed` at once).
          if (state.run.kind === 'idle' && run.kind === 'closing') expect(owing.size).toBe(0);
          if (run.kind === 'proving' && event.type === 'closed') owing.clear();
        }
      }),
    );
  });

  it('the same update offered again does nothing, also after its end', () => {
    const ended: DcuEvent[] = [offered, { type: 'failed', why }, { type: 'closed' }];
    expect(last(...ended, offered)).toEqual([]);
    expect(after(...ended, offered).run.kind).toBe('idle');
  });

  it('cancel takes an update back until the commit, and not from then on', () => {
    const cancel: DcuEvent = {
      type: 'commanded',
      command: 'cancel',
      updateId: null,
      inReplyTo: null,
    };
    for (let n = 1; n <= toTesting.length; n += 1) {
      expect(after(...toTesting.slice(0, n), cancel).run.kind).toBe('cancelling');
    }
    expect(last(...toTesting, { type: 'tested' }, cancel)).toMatchObject([
      { type: 'refuseCommand', why: { code: 'NOT_CANCELLABLE' } },
    ]);
  });

  it('a rollback while an update runs is refused BUSY and disturbs nothing', () => {
    const rollback: DcuEvent = {
      type: 'rollbackCommanded',
      rollback: { updateId: 'r1', ecuId: 'brake' },
    };
    expect(last(offered, rollback)).toMatchObject([
      { type: 'turnAway', as: 'progress', rollback: { updateId: 'r1' }, why: { code: 'BUSY' } },
    ]);
    expect(after(offered, rollback).run).toEqual(after(offered).run);
    // Asked again once nothing runs, it is looked into.
    const free: DcuEvent[] = [{ type: 'failed', why }, { type: 'closed' }];
    expect(after(offered, rollback, ...free, rollback).run.kind).toBe('looking');
  });

  it('[D6] a rollback that was turned away is answered after a power cut too, until it is on record', () => {
    const rollback: DcuEvent = {
      type: 'rollbackCommanded',
      rollback: { updateId: 'r1', ecuId: 'brake', inReplyTo: 'm1' },
    };
    const owed = { type: 'turnAway', rollback: { updateId: 'r1' } };
    const told: DcuEvent[] = [offered, rollback, { type: 'confirmed' }];
    expect(last(...told, { type: 'powered' })[0]).toMatchObject(owed);
    // The broker's own repetition while the banks are still being read.
    expect(last(...told, rollback)).toEqual([]);
    const done: DcuEvent = { type: 'turnedAway', key: 'r1/turned-away/m1' };
    expect(last(...told, done, { type: 'powered' })[0]).not.toMatchObject(owed);
  });

  it('each ECU of a bundle goes back once by command under the bundle’s own id', () => {
    const of = (ecuId: string): DcuEvent => ({
      ...{ type: 'rollbackCommanded', rollback: { updateId: 'u1', ecuId, inReplyTo: ecuId } },
    });
    const back: DcuEvent[] = [
      { type: 'previousFound', bank: 'B' },
      { type: 'switched' },
      { type: 'tested' },
      { type: 'measured', evidence: null },
      { type: 'closed' },
    ];
    const first = [of('gateway'), ...back];
    expect(last(...first, of('gateway'))).toEqual([]);
    expect(after(...first, of('brake')).run).toMatchObject({ rollback: { ecuId: 'brake' } });
    // Meanwhile it is refused, and what it is refused for does not end the other's story.
    expect(last(of('gateway'), of('brake'))).toMatchObject([
      { type: 'turnAway', why: { code: 'BUSY' }, as: 'acknowledgment' },
    ]);
    expect(last(...first, { type: 'offered', offer: anOffer('u2') }, of('brake'))).toMatchObject([
      { type: 'turnAway', why: { code: 'BUSY' }, as: 'acknowledgment' },
    ]);
  });

  it('rollbacks taken up are known over a compacted journal, also over an older one', () => {
    const older: DcuEvent = { type: 'remembered', known: [], rollbacks: ['u1'] };
    const newer: DcuEvent = { ...older, takenUp: [{ updateId: 'u1', ecuId: 'gateway' }] };
    const asked = (ecuId: string, past: DcuEvent): string =>
      after(past, { type: 'rollbackCommanded', rollback: { updateId: 'u1', ecuId } }).run.kind;
    expect(asked('gateway', newer)).toBe('idle');
    expect(asked('brake', newer)).toBe('looking');
    expect(asked('gateway', older)).toBe('idle');
    expect(asked('brake', older)).toBe('idle');
  });
});

describe('evidence that cannot be had', () => {
  it('keeps no rollback from its end', () => {
    const proving = [...toTesting, { type: 'failed', why }, { type: 'reverted' }] as const;
    expect(after(...proving).run.kind).toBe('proving');
    const { run } = after(...proving, { type: 'failed', why });
    expect(run).toMatchObject({
      ...{ kind: 'closing', outcome: { kind: 'rolled_back' } },
      finding: { action: 'reverted', after: null },
    });
  });

  it('and a way back that failed is not told as one that was gone', () => {
    const failure: DcuEvent = { type: 'failed', why };
    const { run } = after(...toTesting, failure, failure, { type: 'measured', evidence: null });
    expect(run).toMatchObject({ finding: { action: 'none', outcome: 'failed' } });
    const commanded: DcuEvent[] = [
      { type: 'rollbackCommanded', rollback: { updateId: 'r1', ecuId: 'brake' } },
      { type: 'previousFound', bank: 'B' },
    ];
    const tried = after(...commanded, failure, failure, { type: 'measured', evidence: null });
    expect(tried.run).toMatchObject({ finding: { action: 'none', outcome: 'failed' } });
  });
});
