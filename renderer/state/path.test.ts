import type { UpdateStage, UpdateView } from '#core/contract';
import { describe, expect, it } from 'vitest';
import { hasEnded, isRollback, markOf, placeOf, stopsOf } from './path.ts';

/** An update that went through `stages`, the last of which it is at. */
function anUpdate(stages: UpdateStage[], over: Partial<UpdateView> = {}): UpdateView {
  return {
    updateId: 'u',
    vin: 'VIN1',
    ecuId: 'brake',
    releaseId: 'r',
    version: '2.0.0',
    description: '',
    createdAt: 0,
    stage: stages.at(-1) ?? 'queued',
    progress: 0,
    paused: false,
    waiting: null,
    members: [],
    steps: stages.map((stage, at) => ({ stage, at, detail: '', signature: 'valid' })),
    foreign: false,
    ...over,
  };
}

const drawn = (update: UpdateView): string[] =>
  stopsOf(update).map((stop) => `${stop.stage} ${stop.state}`);

describe('stopsOf', () => {
  it('shows what is behind, where it is, and what is to come', () => {
    expect(
      drawn(anUpdate(['queued', 'issued', 'available', 'acknowledged', 'downloading'])),
    ).toEqual([
      'issued done',
      'available done',
      'acknowledged done',
      'downloading current',
      'installing todo',
      'finalizing todo',
      'completed todo',
    ]);
  });

  it('keeps the time at which a stage began when a note was added to it', () => {
    const noted = stopsOf(anUpdate(['issued', 'available', 'available']));
    expect(noted.find(({ stage }) => stage === 'available')).toMatchObject({ at: 1 });
  });

  it('shows a queued update at the beginning', () => {
    expect(drawn(anUpdate(['queued'])).slice(0, 2)).toEqual(['queued current', 'issued todo']);
  });

  it('shows no stop to come once refused', () => {
    expect(drawn(anUpdate(['queued', 'issued', 'refused']))).toEqual([
      'issued done',
      'refused stopped',
    ]);
  });

  it('shows a failure and the way back after it', () => {
    const stages: UpdateStage[] = ['issued', 'available', 'acknowledged', 'downloading'];
    expect(
      drawn(anUpdate([...stages, 'installing', 'failed', 'rolling_back', 'rolled_back'])),
    ).toEqual([
      'issued done',
      'available done',
      'acknowledged done',
      'downloading done',
      'installing done',
      'failed stopped',
      'rolling_back done',
      'rolled_back done',
    ]);
  });

  it('marks stages that a short script left out as not reported', () => {
    expect(drawn(anUpdate(['issued', 'available', 'completed']))).toEqual([
      'issued done',
      'available done',
      'acknowledged skipped',
      'downloading skipped',
      'installing skipped',
      'finalizing skipped',
      'completed done',
    ]);
  });

  it('shows the stage also when no step tells of it', () => {
    const update = anUpdate(['issued'], { stage: 'cancelled' });
    expect(drawn(update)).toEqual(['issued done', 'cancelled stopped']);
  });

  it('shows a rollback on its own short way', () => {
    const update = anUpdate(['queued', 'issued'], { releaseId: null });
    expect(isRollback(update)).toBe(true);
    expect(drawn(update)).toEqual(['issued current', 'rolling_back todo', 'rolled_back todo']);
  });
});

describe('placeOf', () => {
  it('puts a refusal where it was decided', () => {
    expect(placeOf(anUpdate(['issued', 'refused']))).toBe('gatekeeper');
    expect(placeOf(anUpdate(['issued', 'available', 'refused']))).toBe('dcu');
  });

  it('puts a failure at the DCU before the first write, at the ECU after it', () => {
    expect(placeOf(anUpdate(['available', 'downloading', 'failed']))).toBe('dcu');
    expect(placeOf(anUpdate(['downloading', 'installing', 'failed']))).toBe('ecu');
  });
});

describe('hasEnded', () => {
  it('is true at the five ends only', () => {
    const stages: UpdateStage[] = ['queued', 'issued', 'failed', 'completed', 'rolling_back'];
    expect(stages.filter((stage) => hasEnded(anUpdate([stage])))).toEqual(['failed', 'completed']);
  });
});

describe('markOf', () => {
  const unchecked = { at: 0, detail: '', signature: 'unchecked' } as const;

  it('shows no mark for what this bench sent itself', () => {
    expect(markOf(anUpdate(['issued']), { ...unchecked, stage: 'issued' })).toBeNull();
  });

  it('shows what was not checked of anybody else', () => {
    const foreign = anUpdate(['issued'], { foreign: true });
    expect(markOf(foreign, { ...unchecked, stage: 'issued' })).toBe('unchecked');
    expect(markOf(anUpdate(['issued']), { ...unchecked, stage: 'available' })).toBe('unchecked');
  });
});
