import { describe, expect, it } from 'vitest';
import type { ScenarioRunView, ScenarioView } from '#core/contract';
import { countAttacks, findScenarios, latestRun, outcomeOf } from './lab-run.ts';

const aRun = (change: Partial<ScenarioRunView> = {}): ScenarioRunView => ({
  ...{ runId: 'r1', scenarioId: 'one', title: 'One', kind: 'scenario', seed: 1 },
  ...{
    fromText: false,
    counterfactual: false,
    state: 'passed',
    startedAt: 1,
    endedAt: 2,
    steps: [],
  },
  ...{ stoppedBy: [], without: null, failure: null, digest: null },
  ...change,
});

const aScenario = (change: Partial<ScenarioView> = {}): ScenarioView => ({
  ...{ id: 'one', title: 'One', summary: 'First', kind: 'scenario', tags: [], seed: 1 },
  ...{ steps: [], attack: null, translations: {} },
  ...change,
});

describe('what a run came to', () => {
  const attack = { kind: 'attack', without: 'harm' } as const;
  it.each<[string, Partial<ScenarioRunView> | null, string]>([
    ['nothing yet', null, 'none'],
    ['a scenario that passed', {}, 'passed'],
    ['a scenario that failed', { state: 'failed' }, 'failed'],
    ['one that a person ended', { ...attack, state: 'stopped' }, 'cancelled'],
    ['an attack that met its check', attack, 'stopped'],
    ['an attack that did not', { ...attack, state: 'failed' }, 'through'],
    ['harm shown by steps of its own', { kind: 'attack', counterfactual: true }, 'harmed'],
    ['harm that did not come', { kind: 'attack', counterfactual: true, state: 'failed' }, 'held'],
    [
      'the attack’s steps, unstopped',
      { ...attack, counterfactual: true, state: 'failed' },
      'harmed',
    ],
    ['the attack’s steps, stopped even so', { ...attack, counterfactual: true }, 'held'],
  ])('%s', (_, change, kind) => {
    expect(outcomeOf(change === null ? null : aRun(change)).kind).toBe(kind);
  });

  it('is that of the newest run, with the check and without apart', () => {
    const runs = [
      // Asked for first, and began last: it had to wait for its turn.
      aRun({ runId: 'old', startedAt: 9 }),
      aRun({ runId: 'new', startedAt: 5 }),
      aRun({ runId: 'without', counterfactual: true }),
      // Somebody's own text that kept the id: what it comes to says nothing about the library's.
      aRun({ runId: 'own', fromText: true }),
      aRun({ runId: 'other', scenarioId: 'two' }),
    ];
    expect(latestRun(runs, 'one', false)?.runId).toBe('new');
    expect(latestRun(runs, 'one', true)?.runId).toBe('without');
    expect(latestRun(runs, 'three', false)).toBeNull();
  });

  it('counts attacks as stopped only by runs with the check', () => {
    const attacks = ['a', 'b', 'c', 'd', 'e'].map((id) => aScenario({ id, kind: 'attack' }));
    const runs = [
      aRun({ ...attack, scenarioId: 'a' }),
      aRun({ ...attack, scenarioId: 'b', state: 'failed' }),
      aRun({ ...attack, scenarioId: 'c', state: 'running', endedAt: null }),
      aRun({ kind: 'attack', scenarioId: 'd', counterfactual: true }),
      aRun({ ...attack, scenarioId: 'e', state: 'stopped' }),
    ];
    const counts = { total: 5, stopped: 1, through: 1, running: 1, untried: 2 };
    expect(countAttacks(attacks, runs)).toEqual(counts);
  });
});

describe('finding scenarios', () => {
  const all = [
    aScenario({ id: 'power', title: 'Power cut', tags: ['power', 'faults'] }),
    aScenario({
      id: 'plain',
      title: 'One update',
      summary: 'Nothing goes wrong',
      tags: ['basics'],
    }),
  ];
  it.each([
    ['', null, ['power', 'plain']],
    ['  ', 'faults', ['power']],
    ['WRONG nothing', null, ['plain']],
    ['power', 'basics', []],
    ['power nothing', null, []],
  ])('“%s” with the tag %s', (search, tag, ids) => {
    expect(findScenarios(all, search, tag).map(({ id }) => id)).toEqual(ids);
  });
});
