import { fixedClock, seededRandom } from '#core/testing';
import { describe, expect, it } from 'vitest';
import {
  junitXml,
  parseScenario,
  runScenario,
  type Outcome,
  type SeenRefusal,
  type Stage,
} from './index.ts';

type Steps = object[];

/** A stage that answers as it is told, and shows what it is told. */
function aStage(
  answers: Outcome[] = [],
  shown: { tree?: Record<string, unknown>; refusals?: SeenRefusal[] } = {},
): Stage & { show(tree: Record<string, unknown>): void; performed: unknown[] } {
  const listeners = new Set<() => void>();
  const performed: unknown[] = [];
  let { tree = {} } = shown;
  return {
    performed,
    perform: async (action) => {
      performed.push(action);
      return answers.shift() ?? { kind: 'accepted', detail: 'done' };
    },
    show(next) {
      tree = next;
      for (const listener of listeners) listener();
    },
    tree: () => tree,
    messages: () => [],
    heardBy: () => [],
    refusals: () => shown.refusals ?? [],
    keep: () => undefined,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
  };
}

function aScenario(steps: Steps, more: object = {}) {
  const rest = { format: 1, id: 'a', title: 'A', summary: 'a', kind: 'scenario', seed: 1 };
  return parseScenario(JSON.stringify({ ...rest, ...more, steps }));
}

const ports = () => ({ clock: fixedClock(), random: seededRandom() });
const refusedWith = (code: string): Outcome => ({ kind: 'refused', code, reason: 'because' });

describe('a run', () => {
  it('passes when every step does what the scenario says', async () => {
    const scenario = aScenario([
      { do: 'stop', role: 'dcu' },
      { do: 'start', role: 'dcu', expect: { refused: ['OTHER', 'NO'] } },
      { do: 'assert', all: [{ at: 'a.b.-1', is: 3 }] },
    ]);
    const stage = aStage([{ kind: 'accepted', detail: 'off' }, refusedWith('NO')], {
      tree: { a: { b: [1, 3] } },
    });
    const result = await runScenario(scenario, stage, ports());
    expect(result).toMatchObject({ state: 'passed', failure: null });
    expect(result.steps.map(({ state, code }) => [state, code])).toEqual([
      ['passed', null],
      ['passed', 'NO'],
      ['passed', null],
    ]);
  });

  it.each<[string, object, Outcome[], string, RegExp]>([
    [
      'a refusal that nobody expected',
      { do: 'start', role: 'dcu' },
      [refusedWith('NO')],
      'OUTCOME_UNEXPECTED',
      /^refused with NO: because$/,
    ],
    [
      'another refusal than expected',
      { do: 'start', role: 'dcu', expect: { refused: 'YES' } },
      [refusedWith('NO')],
      'OUTCOME_UNEXPECTED',
      /^refused with NO, expected YES: because$/,
    ],
    [
      'a refusal that did not come',
      { do: 'start', role: 'dcu', expect: { refused: 'YES' } },
      [],
      'OUTCOME_UNEXPECTED',
      /^expected a refusal with YES, it was taken$/,
    ],
    [
      'a condition that does not hold',
      { do: 'assert', all: [{ at: 'colour', is: 'red' }] },
      [],
      'ASSERTION_FAILED',
      /^colour is "blue"; expected "red"$/,
    ],
    [
      'a reference that nothing answers',
      { do: 'assert', all: [{ at: 'colour', is: '{{nowhere}}' }] },
      [],
      'REFERENCE_UNKNOWN',
      /"nowhere"/,
    ],
  ])(
    'fails for %s, says what there was, and leaves out the rest',
    async (_, step, answers, code, why) => {
      const scenario = aScenario([step, { do: 'stop', role: 'dcu' }]);
      const stage = aStage(answers, { tree: { colour: 'blue' } });
      const result = await runScenario(scenario, stage, ports());
      expect(result.failure).toMatchObject({ code });
      expect(result.failure?.reason).toMatch(why);
      expect(result.steps.map(({ state }) => state)).toEqual(['failed', 'skipped']);
    },
  );

  it('goes on as soon as what it waits for is there', async () => {
    const scenario = aScenario([{ do: 'waitFor', all: [{ at: 'colour', is: 'red' }] }]);
    const stage = aStage();
    const running = runScenario(scenario, stage, ports());
    stage.show({ colour: 'blue' });
    stage.show({ colour: 'red' });
    expect((await running).state).toBe('passed');
  });

  it('waits no longer than it may, and tells what there was instead', async () => {
    const scenario = aScenario([
      { do: 'waitFor', all: [{ at: 'colour', is: 'red' }], within: 500 },
    ]);
    const clock = fixedClock();
    const running = runScenario(scenario, aStage(), { clock, random: seededRandom() });
    while (clock.sleepers() < 2) await Promise.resolve();
    clock.advance(500);
    expect((await running).failure).toMatchObject({
      code: 'WAITED_IN_VAIN',
      reason: 'after 500 ms colour is nothing; expected "red"',
    });
  });

  it('ends when it is stopped, and when it takes too long', async () => {
    const scenario = aScenario([{ do: 'waitFor', all: [{ at: 'x', is: 1 }], within: 600_000 }]);
    const stop = new AbortController();
    const stopped = runScenario(scenario, aStage(), { ...ports(), signal: stop.signal });
    stop.abort();
    expect(await stopped).toMatchObject({ state: 'stopped' });
    const clock = fixedClock();
    const late = runScenario(scenario, aStage(), { clock, random: seededRandom() });
    while (clock.sleepers() < 2) await Promise.resolve();
    clock.advance(60_000);
    expect((await late).failure).toMatchObject({ code: 'SCENARIO_TIMEOUT' });
  });

  it('does not wait for an action when it is stopped or takes too long, and says why', async () => {
    const scenario = aScenario([{ do: 'stop', role: 'dcu' }]);
    const stage = { ...aStage(), perform: () => new Promise<Outcome>(() => undefined) };
    const stop = new AbortController();
    const stopped = runScenario(scenario, stage, { ...ports(), signal: stop.signal });
    stop.abort();
    expect(await stopped).toMatchObject({ state: 'stopped', steps: [{ state: 'failed' }] });
    const clock = fixedClock();
    const late = runScenario(scenario, stage, { clock, random: seededRandom() });
    clock.advance(60_000);
    expect(await late).toMatchObject({ state: 'failed', failure: { code: 'SCENARIO_TIMEOUT' } });
  });

  it('does not pass when its last step held it up past its end', async () => {
    const scenario = aScenario([{ do: 'stop', role: 'dcu' }]);
    const clock = fixedClock();
    const stop = new AbortController();
    const stage = aStage();
    const perform = stage.perform.bind(stage);
    const run = (meanwhile: () => void, signal?: AbortSignal) => {
      stage.perform = (action, over) => {
        meanwhile();
        return perform(action, over);
      };
      const options = { clock, random: seededRandom(), ...(signal ? { signal } : {}) };
      return runScenario(scenario, stage, options);
    };
    const stopped = await run(() => {
      stop.abort();
    }, stop.signal);
    expect(stopped).toMatchObject({ state: 'stopped', failure: { code: 'SCENARIO_STOPPED' } });
    const late = await run(() => {
      clock.advance(60_001);
    });
    expect(late).toMatchObject({ state: 'failed', failure: { code: 'SCENARIO_TIMEOUT' } });
  });

  it.each([
    ['takes for ever on it', '^(\\w+)+!$', 'DEMO00000000000VIN1234567890ABCDEFGHIJ'],
    ['meets an endless text', '^a', 'a'.repeat(5_000)],
  ])('fails where a pattern %s, at once and also while it waits', async (_, matches, vin) => {
    const all = [{ at: 'vin', matches }];
    const failed = { state: 'failed', failure: { code: 'PATTERN_TOO_COSTLY' } };
    const tree = { vin };
    const assertion = aScenario([{ do: 'assert', all }]);
    expect(await runScenario(assertion, aStage([], { tree }), ports())).toMatchObject(failed);
    const stage = aStage();
    const waiting = runScenario(aScenario([{ do: 'waitFor', all }]), stage, ports());
    stage.show(tree);
    expect(await waiting).toMatchObject(failed);
  });

  it('finds what a pattern describes', async () => {
    const tree = { version: '1.20.3', list: ['x'] };
    const run = (at: string, matches: string) =>
      runScenario(
        aScenario([{ do: 'assert', all: [{ at, matches }] }]),
        aStage([], { tree }),
        ports(),
      );
    expect(await run('version', '^\\d+(\\.\\d+)*$')).toMatchObject({ state: 'passed' });
    expect(await run('version', '^2')).toMatchObject({ failure: { code: 'ASSERTION_FAILED' } });
    expect(await run('list', 'x')).toMatchObject({ failure: { code: 'ASSERTION_FAILED' } });
  });

  it('puts in what the run has shown', async () => {
    const scenario = aScenario([
      {
        do: 'publish',
        as: 'a',
        topic: 'b/{{vin}}',
        json: { whole: '{{list}}', text: 'v{{n}}', at: '{{now+60}}' },
      },
    ]);
    const stage = aStage([], { tree: { vin: 'V', list: [1, 2], n: 3 } });
    await runScenario(scenario, stage, ports());
    expect(stage.performed).toMatchObject([
      { topic: 'b/V', json: { whole: [1, 2], text: 'v3', at: '2026-01-02T03:05:05.678Z' } },
    ]);
  });

  it('has one digest for one course of things, whatever the time and the wording', async () => {
    const scenario = aScenario([{ do: 'stop', role: 'dcu', expect: { refused: 'NO' } }]);
    const digest = async (outcome: Outcome, seed = 1): Promise<string> => {
      const result = await runScenario(scenario, aStage([outcome]), {
        clock: fixedClock(Math.random() * 1e12),
        random: seededRandom(),
        seed,
      });
      return result.digest;
    };
    const first = await digest({ kind: 'refused', code: 'NO', reason: 'at 3 o’clock' });
    expect(await digest({ kind: 'refused', code: 'NO', reason: 'at 4 o’clock' })).toBe(first);
    expect(await digest(refusedWith('OTHER'))).not.toBe(first);
    expect(await digest(refusedWith('NO'), 2)).not.toBe(first);
  });

  it('of an attack passes only when the check that it names has stopped it', async () => {
    const attack = {
      stoppedBy: [{ code: 'KEY_UNKNOWN', rule: 'G3', by: 'gatekeeper' }],
      without: 'anybody could sign',
    };
    const scenario = aScenario([{ do: 'note', text: 'x' }], { kind: 'attack', attack });
    const run = (by: SeenRefusal['by']) =>
      runScenario(
        scenario,
        aStage([], { refusals: [{ by, code: 'KEY_UNKNOWN', reason: 'r' }] }),
        ports(),
      );
    expect(await run('gatekeeper')).toMatchObject({
      state: 'passed',
      stoppedBy: [{ by: 'gatekeeper', code: 'KEY_UNKNOWN', rule: 'G3', reason: 'r' }],
    });
    expect(await run('dcu')).toMatchObject({
      state: 'failed',
      failure: { code: 'ATTACK_NOT_STOPPED', next: 'without that check: anybody could sign' },
    });
  });
});

describe('JUnit', () => {
  it('tells each step, the failure, and no character that XML does not allow', async () => {
    const scenario = aScenario(
      [
        { do: 'note', text: 'a <b> & "c"\u0007' },
        { do: 'assert', all: [{ at: 'x', is: 1 }] },
        { do: 'note', text: 'never' },
      ],
      { title: 'A & B' },
    );
    const xml = junitXml([await runScenario(scenario, aStage(), ports())]);
    expect(xml).toContain('<testsuites name="OTA Bench scenarios" tests="4" failures="1"');
    expect(xml).toContain('name="a: A &amp; B" tests="4" failures="1" skipped="1"');
    expect(xml).toContain('name="1. a &lt;b&gt; &amp; &quot;c&quot;\ufffd"');
    expect(xml).toContain('<failure type="ASSERTION_FAILED" message="x is nothing; expected 1"/>');
    expect(xml).toContain('<skipped/>');
  });
});
