import { ScenarioError } from './errors.ts';
import { type Scenario } from './schema.ts';
import { type Step } from './steps.ts';

/** What a person only looks at: without the check there is something else to see. */
const LOOKING: ReadonlySet<Step['do']> = new Set(['waitFor', 'assert', 'hold']);

/**
 * An attack under the settings that leave its check out: the same deeds, and at the end the harm
 * that they do. It passes when the harm is there, which shows what the check is worth.
 *
 * @throws ScenarioError SCENARIO_INVALID where the attack does not say how to leave its check out
 */
export function withoutCheck({ attack, ...scenario }: Scenario): Scenario {
  const left = attack?.counterfactual;
  if (!left) {
    throw new ScenarioError(
      'SCENARIO_INVALID',
      `"${scenario.id}" does not say how to leave its check out`,
      { next: 'run it as it is, or add attack.counterfactual' },
    );
  }
  const harm: Step = { do: 'waitFor', title: 'The harm is done', all: left.harm };
  return {
    ...scenario,
    bench: { ...scenario.bench, settings: { ...scenario.bench?.settings, ...left.settings } },
    steps: [...scenario.steps.filter((step) => !LOOKING.has(step.do)), harm],
  };
}
