import { type Clock, isCodedError, type Random, type Refusal } from '#core/ports';
import { ScenarioError } from './errors.ts';
import { digestOf, type Ending, type ScenarioResult, type StepResult } from './result.ts';
import { type Attack, type Scenario } from './schema.ts';
import { type Stage } from './stage.ts';
import { type Step } from './steps.ts';
import { playStep } from './play.ts';
import { stoppedBy } from './stopped.ts';
import { titleOf } from './title.ts';

/** Enough for every scenario of the library on a busy machine. */
const LIMIT_MS = 60_000;

export type RunOptions = {
  /** In place of the scenario's own. */
  seed?: number;
  clock: Clock;
  random: Random;
  signal?: AbortSignal;
  /** Called at every change of a step. */
  onStep?: (step: StepResult) => void;
};

/**
 * Plays a scenario on a stage, step by step, to its end or to the first step that fails. It never
 * rejects for what the scenario does: the result says what failed and why. The stage stays open.
 */
export async function runScenario(
  scenario: Scenario,
  stage: Stage,
  options: RunOptions,
): Promise<ScenarioResult> {
  const { clock, random, onStep } = options;
  const begun = clock.monotonic();
  const steps = scenario.steps.map(blankResult);
  const over = limited(scenario.limitMs ?? LIMIT_MS, options);
  const tell = (step: StepResult): void => onStep?.({ ...step });

  let failure: Refusal | null = null;
  for (const [index, step] of scenario.steps.entries()) {
    const result = steps[index];
    if (!result) continue;
    if (failure) {
      tell(Object.assign(result, { state: 'skipped' }));
      continue;
    }
    const from = clock.monotonic();
    tell(Object.assign(result, { state: 'running', at: clock.now() }));
    try {
      const { detail, code } = await playStep(step, stage, { clock, random, signal: over.signal });
      Object.assign(result, { state: 'passed', detail, code });
    } catch (error) {
      failure = refusalOf(error);
      Object.assign(result, { state: 'failed', detail: failure.reason, code: failure.code });
    }
    tell(Object.assign(result, { ms: Math.round(clock.monotonic() - from) }));
  }
  failure ??= over.why();
  over.end();

  const stops = stoppedBy(scenario.attack, stage.refusals());
  failure ??= notStopped(scenario.attack, stops.missing);
  const stopped = failure?.code === 'SCENARIO_STOPPED';
  const result = {
    scenarioId: scenario.id,
    title: scenario.title,
    kind: scenario.kind,
    seed: options.seed ?? scenario.seed,
    state:
      failure === null ? ('passed' as const) : stopped ? ('stopped' as const) : ('failed' as const),
    steps,
    stoppedBy: stops.seen,
    failure,
  };
  const digest = digestOf(result, endingOf(stage.tree()));
  return { ...result, digest, ms: Math.round(clock.monotonic() - begun) };
}

/** The steps as they are before any has begun. */
export function blankResult(step: Step, index: number): StepResult {
  const rest = { detail: '', code: null, at: null, ms: null };
  return { index, do: step.do, title: titleOf(step), state: 'skipped', ...rest };
}

/** The result of a scenario whose stage could not be set up, or that ended before it began. */
export function unplayed(scenario: Scenario, seed: number, why: unknown): ScenarioResult {
  const { id: scenarioId, title, kind } = scenario;
  const failure = refusalOf(why);
  const result = {
    ...{ scenarioId, title, kind, seed, failure },
    state: failure.code === 'SCENARIO_STOPPED' ? ('stopped' as const) : ('failed' as const),
    steps: scenario.steps.map(blankResult),
    stoppedBy: [],
  };
  return { ...result, digest: digestOf(result, { ecus: [], updates: [] }), ms: 0 };
}

function limited(
  limitMs: number,
  { clock, signal }: RunOptions,
): { signal: AbortSignal; why(): Refusal | null; end(): void } {
  const over = new AbortController();
  const begun = clock.monotonic();
  const late = (): void => {
    const seconds = String(limitMs / 1_000);
    over.abort(
      new ScenarioError('SCENARIO_TIMEOUT', `not over after ${seconds} s`, {
        next: 'see the step it was at; "limitMs" gives it more time',
      }),
    );
  };
  const stop = (): void => {
    over.abort(
      new ScenarioError('SCENARIO_STOPPED', 'the scenario was stopped', { next: 'run it again' }),
    );
  };
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const done = new AbortController();
  clock.sleep(limitMs, done.signal).then(late, () => undefined);
  return {
    signal: over.signal,
    why() {
      // A step that held the process up has held up the timer as well.
      if (clock.monotonic() - begun > limitMs) late();
      return over.signal.aborted ? refusalOf(over.signal.reason) : null;
    },
    end() {
      signal?.removeEventListener('abort', stop);
      done.abort();
    },
  };
}

function notStopped(attack: Attack | undefined, missing: Attack['stoppedBy']): Refusal | null {
  if (!attack || missing.length === 0) return null;
  const wanted = missing.map(({ code, by }) => (by === undefined ? code : `${code} by ${by}`));
  return {
    code: 'ATTACK_NOT_STOPPED',
    reason: `nobody refused it with ${wanted.join(', ')}`,
    next: `without that check: ${attack.without}`,
  };
}

function refusalOf(error: unknown): Refusal {
  if (isCodedError(error)) return { code: error.code, reason: error.reason, next: error.next };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'UNEXPECTED', reason, next: 'see the log of the bench' };
}

type Shown = {
  vehicles?: Record<string, { ecus: Record<string, { activeBank: string; banks: BankEnd[] }> }>;
  updates?: Record<string, { stage: string; refusal?: { code: string } }>;
};
type BankEnd = Record<'bank' | 'state' | 'version' | 'sha256', unknown>;

function endingOf(tree: Shown): Ending {
  const ecus = Object.entries(tree.vehicles ?? {}).flatMap(([vin, vehicle]) =>
    Object.entries(vehicle.ecus).map(([ecuId, { activeBank, banks }]) => ({
      ...{ vin, ecuId, activeBank },
      banks: banks.map(({ bank, state, version, sha256 }) => ({ bank, state, version, sha256 })),
    })),
  );
  const updates = Object.entries(tree.updates ?? {}).map(([name, { stage, refusal }]) => ({
    ...{ name, stage },
    code: refusal?.code ?? null,
  }));
  return { ecus, updates };
}
