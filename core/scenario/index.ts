export { ScenarioError, type ScenarioErrorCode } from './errors.ts';
export { junitXml } from './junit.ts';
export {
  checkScenario,
  loadScenario,
  parseScenario,
  problemText,
  readScenarioText,
  SCENARIO_TEXT_LIMIT,
} from './load.ts';
export { nameGivenBy } from './references.ts';
export type { ScenarioResult, StepResult, StepState, StoppedBy } from './result.ts';
export { blankResult, runScenario, unplayed, type RunOptions } from './run.ts';
export {
  Scenario,
  scenarioJsonSchema,
  type Attack,
  type ScenarioSettings,
  type ScenarioVehicle,
} from './schema.ts';
export { problemsOf, readSource, type Problem, type Source } from './source.ts';
export type { Outcome, SeenMessage, SeenRefusal, Stage } from './stage.ts';
export type { Action, Identity, Sign, Step } from './steps.ts';
export { lookUp, setAt, unsetAt } from './template.ts';
