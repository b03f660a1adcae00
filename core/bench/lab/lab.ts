import { type Clock, type Log, type Random } from '#core/ports';
import { type ScenarioProblem, type ScenarioView } from '#core/contract';
import {
  checkScenario,
  parseScenario,
  type Scenario,
  ScenarioError,
  type ScenarioResult,
  type StepResult,
} from '#core/scenario';
import { createLibrary, viewScenario } from './library.ts';
import { playScenario } from './play.ts';
import { type OpenLabBench } from './site.ts';

export type PlayChoice = {
  /** In place of the scenario's own. */
  seed?: number | undefined;
  signal?: AbortSignal;
  onStep?: (step: StepResult) => void;
};

/** Scenarios, each on a throw-away bench of its own. */
export type Lab = {
  /** The library, by title. */
  list(): Promise<ScenarioView[]>;
  /** @throws ScenarioError SCENARIO_UNKNOWN */
  text(id: string): Promise<string>;
  check(text: string): ScenarioProblem[];
  /** @throws ScenarioError SCENARIO_SYNTAX, SCENARIO_INVALID */
  read(text: string, file?: string): Scenario;
  /** An attack as it goes where its check is left out. @throws ScenarioError SCENARIO_INVALID */
  withoutCheck(scenario: Scenario): Scenario;
  play(scenario: Scenario, choice: PlayChoice): Promise<ScenarioResult>;
};

export function createLab(options: {
  open: OpenLabBench;
  /** Folder of the library; left out: it is empty. */
  dir: string | undefined;
  clock: Clock;
  random: Random;
  log: Log;
}): Lab {
  const { open, clock, random } = options;
  const library = createLibrary(options.dir, options.log);
  return {
    list: async () => (await library.all()).map(viewScenario),
    text: async (id) => (await library.find(id)).text,
    check: checkScenario,
    read: parseScenario,
    withoutCheck,
    play: (scenario, choice) => playScenario(scenario, { open, clock, random }, choice),
  };
}

/** The same attack on a bench that lets it through; where it says how harm is done, nothing has to stop it. */
function withoutCheck(scenario: Scenario): Scenario {
  const { attack, ...rest } = scenario;
  const without = attack?.counterfactual;
  if (!without) {
    throw new ScenarioError(
      'SCENARIO_INVALID',
      `"${rest.id}" does not say how to leave its check out`,
      { next: 'run it as it is, or add attack.counterfactual' },
    );
  }
  const settings = { ...rest.bench?.settings, ...without.settings };
  const bench = { ...rest.bench, settings };
  return without.steps ? { ...rest, bench, steps: without.steps } : { ...scenario, bench };
}
