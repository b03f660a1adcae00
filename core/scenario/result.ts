import { createHash } from 'node:crypto';
import { type Refusal } from '#core/ports';
import { canonicalText } from '#core/signing';
import { type SeenRefusal } from './stage.ts';
import { type Step } from './steps.ts';

export type StepState = 'running' | 'passed' | 'failed' | 'skipped';

export type StepResult = {
  index: number;
  do: Step['do'];
  title: string;
  state: StepState;
  /** What was seen, for people. */
  detail: string;
  /** Of the refusal that was expected, or that ended it. */
  code: string | null;
  /** Wall clock, ms; null before it began. */
  at: number | null;
  ms: number | null;
};

/** A refusal that stopped an attack, with the rule that the scenario names for it. */
export type StoppedBy = Pick<SeenRefusal, 'by' | 'code' | 'reason'> & { rule: string | null };

export type ScenarioResult = {
  scenarioId: string;
  title: string;
  kind: 'scenario' | 'attack';
  seed: number;
  state: 'passed' | 'failed' | 'stopped';
  steps: StepResult[];
  stoppedBy: StoppedBy[];
  /** Why it failed; null when it passed. */
  failure: Refusal | null;
  /** SHA-256 of what does not depend on the clock: the same for the same scenario and seed. */
  digest: string;
  ms: number;
};

/** What an ECU and an update came to, without names and times that differ from run to run. */
export type Ending = {
  ecus: { vin: string; ecuId: string; banks: unknown[]; activeBank: string }[];
  updates: { name: string; stage: string; code: string | null }[];
};

/** Steps, refusals and what is in the banks; no ids, no times, no wording. */
export function digestOf(result: Omit<ScenarioResult, 'digest' | 'ms'>, ending: Ending): string {
  const { scenarioId, seed, state, steps, stoppedBy, failure } = result;
  const text = canonicalText({
    format: 1,
    ...{ scenarioId, seed, state },
    steps: steps.map((step) => [step.do, step.title, step.state, step.code]),
    stoppedBy: stoppedBy.map(({ by, code, rule }) => [by, code, rule]),
    failure: failure?.code ?? null,
    ending: JSON.parse(JSON.stringify(ending)) as Record<string, unknown>,
  });
  return createHash('sha256').update(text).digest('hex');
}
