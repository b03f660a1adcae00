import { z } from 'zod';
import { RefusalView } from './views.ts';

/** Which check stops an attack, as its scenario says. */
export const AttackView = z.object({
  stoppedBy: z.array(
    z.object({ code: z.string(), rule: z.string().nullable(), by: z.string().nullable() }),
  ),
  /** What would have happened without the check. */
  without: z.string(),
  /** It can be run without the check, to see that. */
  counterfactual: z.boolean(),
});
export type AttackView = z.infer<typeof AttackView>;

/** The words of a scenario in another language; what is left out is told in English. */
export const ScenarioWords = z.strictObject({
  title: z.string().min(1).max(120).optional(),
  summary: z.string().min(1).max(2_000).optional(),
  /** Of an attack. */
  without: z.string().min(1).max(2_000).optional(),
});

/** A scenario of the library. */
export const ScenarioView = z.object({
  id: z.string(),
  title: z.string(),
  summary: z.string(),
  kind: z.enum(['scenario', 'attack']),
  tags: z.array(z.string()),
  seed: z.number().int(),
  /** Titles of its steps. */
  steps: z.array(z.string()),
  attack: AttackView.nullable(),
  translations: z.object({ de: ScenarioWords.optional() }),
});
export type ScenarioView = z.infer<typeof ScenarioView>;

export const ScenarioStepView = z.object({
  index: z.number().int(),
  title: z.string(),
  state: z.enum(['waiting', 'running', 'passed', 'failed', 'skipped']),
  /** What was seen. */
  detail: z.string(),
  /** Of the refusal that was expected, or that ended it. */
  code: z.string().nullable(),
  /** Wall clock, ms. */
  at: z.number().nullable(),
  ms: z.number().nullable(),
});
export type ScenarioStepView = z.infer<typeof ScenarioStepView>;

/** A refusal that stopped an attack. */
export const StoppedByView = z.object({
  /** Who refused: gatekeeper, dcu, backend, broker, connection or api. */
  by: z.string(),
  code: z.string(),
  /** Of docs/PROTOCOL.md. */
  rule: z.string().nullable(),
  reason: z.string(),
});
export type StoppedByView = z.infer<typeof StoppedByView>;

export const ScenarioRunView = z.object({
  runId: z.string(),
  scenarioId: z.string(),
  title: z.string(),
  kind: z.enum(['scenario', 'attack']),
  seed: z.number().int(),
  /** Of a text that somebody gave: it says nothing about the library's scenario of that id. */
  fromText: z.boolean(),
  /** Under the settings that leave the check out. */
  counterfactual: z.boolean(),
  state: z.enum(['waiting', 'running', 'passed', 'failed', 'stopped']),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  steps: z.array(ScenarioStepView),
  stoppedBy: z.array(StoppedByView),
  without: z.string().nullable(),
  failure: RefusalView.nullable(),
  /** Of what does not depend on the clock: the same for the same scenario and seed. */
  digest: z.string().nullable(),
});
export type ScenarioRunView = z.infer<typeof ScenarioRunView>;

/** What is wrong with a scenario's text, and where. */
export const ScenarioProblem = z.object({
  /** From 1. */
  line: z.number().int(),
  column: z.number().int(),
  /** `$.steps[3].ecu` */
  path: z.string(),
  reason: z.string(),
});
export type ScenarioProblem = z.infer<typeof ScenarioProblem>;
