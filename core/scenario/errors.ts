import { CodedError } from '#core/ports';

export type ScenarioErrorCode =
  /** The text is no JSON. */
  | 'SCENARIO_SYNTAX'
  /** JSON, and no scenario of this format. */
  | 'SCENARIO_INVALID'
  /** No scenario has that id. */
  | 'SCENARIO_UNKNOWN'
  /** A file or folder of scenarios that cannot be read. */
  | 'SCENARIO_UNREADABLE'
  /** A reference that nothing in the run answers. */
  | 'REFERENCE_UNKNOWN'
  /** A state that was waited for did not come in time. */
  | 'WAITED_IN_VAIN'
  /** A condition does not hold. */
  | 'ASSERTION_FAILED'
  /** A pattern that cannot be tried on a text in time. */
  | 'PATTERN_TOO_COSTLY'
  /** A step was refused, or taken, against what the scenario expects. */
  | 'OUTCOME_UNEXPECTED'
  /** An attack ended without the refusal that was to stop it. */
  | 'ATTACK_NOT_STOPPED'
  /** The whole took longer than it may. */
  | 'SCENARIO_TIMEOUT'
  | 'SCENARIO_STOPPED';

export class ScenarioError extends CodedError<ScenarioErrorCode> {}
