import { type ScenarioRunView, type ScenarioStepView } from '#core/contract';
import { type Clock, type Random } from '#core/ports';
import { blankResult, type Scenario, type ScenarioResult, type StepResult } from '#core/scenario';
import { BenchError, refusalOf } from '../errors.ts';
import { type Feed } from '../feed.ts';
import { type Lab } from './lab.ts';

/** Each run is a bench of its own, and the one that is looked at shall not stutter for them. */
const AT_ONCE = 2;
/** Waiting and under way. */
const RUNS_LIMIT = 100;
/** Ended runs that can still be looked at. */
const KEPT = 100;

/** Runs that a person starts and watches. */
export type LabDesk = Lab & {
  run(wanted: {
    id?: string | undefined;
    text?: string | undefined;
    seed?: number | undefined;
    counterfactual: boolean;
  }): Promise<string>;
  /** @throws BenchError RUN_UNKNOWN */
  stop(runId: string): void;
  /** Stops all runs and waits for their benches to be gone. */
  close(): Promise<void>;
};

export function createLabDesk(options: {
  lab: Lab;
  runs: Feed<ScenarioRunView>;
  clock: Clock;
  random: Random;
}): LabDesk {
  const { lab, runs, clock, random } = options;
  const under = new Map<string, AbortController>();
  const going = new Set<Promise<void>>();
  const queue: (() => void)[] = [];
  let busy = 0;

  const turn = async (): Promise<void> => {
    if (busy < AT_ONCE) busy += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
  };
  const done = (): void => {
    const next = queue.shift();
    if (next) next();
    else busy -= 1;
  };
  const update = (runId: string, change: Partial<ScenarioRunView>): void => {
    const run = runs.get(runId);
    if (run) runs.set({ ...run, ...change });
  };
  const play = async (
    run: ScenarioRunView,
    scenario: Scenario,
    stop: AbortSignal,
  ): Promise<void> => {
    const { runId, seed } = run;
    await turn();
    try {
      if (stop.aborted) {
        update(runId, { state: 'stopped', endedAt: clock.now() });
        return;
      }
      update(runId, { state: 'running', startedAt: clock.now() });
      const onStep = (step: StepResult): void => {
        const steps = runs.get(runId)?.steps ?? [];
        update(runId, { steps: steps.with(step.index, viewStep(step)) });
      };
      const result = await lab.play(scenario, { seed, signal: stop, onStep });
      update(runId, { ...viewResult(result), endedAt: clock.now() });
    } catch (error) {
      update(runId, { state: 'failed', failure: refusalOf(error), endedAt: clock.now() });
    } finally {
      under.delete(runId);
      done();
    }
  };
  return {
    ...lab,
    async run({ id, text, seed, counterfactual }) {
      const given = lab.read(id === undefined ? (text ?? '') : await lab.text(id), id);
      const scenario = counterfactual ? lab.withoutCheck(given) : given;
      if (under.size >= RUNS_LIMIT) {
        throw new BenchError('TOO_MANY', `${String(under.size)} scenarios run or wait already`, {
          next: 'wait for them, or stop some',
        });
      }
      forgetOld(runs);
      const runId = random.uuid();
      const run = {
        ...blankRun(runId, scenario, seed ?? scenario.seed, counterfactual, clock.now()),
        fromText: id === undefined,
      };
      const stop = new AbortController();
      under.set(runId, stop);
      runs.set(run);
      const playing = play(run, scenario, stop.signal);
      going.add(playing);
      void playing.finally(() => going.delete(playing));
      return runId;
    },
    stop(runId) {
      const stop = under.get(runId);
      if (!stop) {
        throw new BenchError('RUN_UNKNOWN', `no scenario is under way as ${runId}`, {
          next: 'it may have ended by itself; look at its result',
        });
      }
      stop.abort();
    },
    async close() {
      for (const stop of under.values()) stop.abort();
      await Promise.all(going);
    },
  };
}

function blankRun(
  runId: string,
  scenario: Scenario,
  seed: number,
  counterfactual: boolean,
  startedAt: number,
): ScenarioRunView {
  const { id: scenarioId, title, kind, attack } = scenario;
  return {
    ...{ runId, scenarioId, title, kind, seed, counterfactual, startedAt, fromText: false },
    state: 'waiting',
    endedAt: null,
    steps: scenario.steps.map((step, index) => ({
      ...viewStep(blankResult(step, index)),
      state: 'waiting',
    })),
    stoppedBy: [],
    without: attack?.without ?? null,
    failure: null,
    digest: null,
  };
}

function viewStep({ index, title, state, detail, code, at, ms }: StepResult): ScenarioStepView {
  return { index, title, state, detail, code, at, ms };
}

function viewResult({
  state,
  steps,
  stoppedBy,
  failure,
  digest,
}: ScenarioResult): Partial<ScenarioRunView> {
  return {
    ...{ state, digest },
    steps: steps.map(viewStep),
    stoppedBy,
    failure: failure && { code: failure.code, reason: failure.reason, next: failure.next },
  };
}

function forgetOld(runs: Feed<ScenarioRunView>): void {
  const ended = runs.values().filter(({ endedAt }) => endedAt !== null);
  for (const { runId } of ended.slice(0, Math.max(0, ended.length - KEPT))) runs.remove(runId);
}
