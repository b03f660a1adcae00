import { z } from 'zod';
import { ScenarioWords, Settings } from '#core/contract';
import { Step } from './steps.ts';

const Vin = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** What of Settings a scenario chooses; ports and the rest are the throw-away bench's own. */
export const ScenarioSettings = z.strictObject({
  transport: Settings.shape.transport.optional(),
  algorithm: Settings.shape.algorithm.optional(),
  policies: Settings.shape.policies.partial().strict().optional(),
  subscriptions: Settings.shape.subscriptions.optional(),
  /** Doors of the broker that are open besides TLS with client certificates. */
  listeners: z
    .array(z.enum(['tlsPassword', 'tcp', 'wss', 'ws']))
    .max(4)
    .optional(),
  /** Lines of the broker's access list, in Mosquitto's grammar; left out: the default one. */
  acl: z.array(z.string().max(1_024)).min(1).max(500).optional(),
});
export type ScenarioSettings = z.infer<typeof ScenarioSettings>;

export const ScenarioVehicle = z.strictObject({
  vin: Vin,
  /** Name of a profile of resources/ecus, or a profile as it stands there; left out: the demo vehicle. */
  profile: z.union([z.string().min(1).max(64), z.record(z.string(), z.json())]).optional(),
});
export type ScenarioVehicle = z.infer<typeof ScenarioVehicle>;

const ScenarioBench = z.strictObject({
  settings: ScenarioSettings.optional(),
  /** Left out: the demo vehicle. The first is `vehicle` in conditions. */
  vehicles: z.array(ScenarioVehicle).min(1).max(16).optional(),
});

/** What has to stop an attack. */
const Attack = z.strictObject({
  /** Each of these has to be seen; `by` is where the refusal came from. */
  stoppedBy: z
    .array(
      z.strictObject({
        code: z.string().min(1).max(64),
        /** Of docs/PROTOCOL.md: `G3`. */
        rule: z.string().min(1).max(64).optional(),
        by: z.enum(['gatekeeper', 'dcu', 'backend', 'broker', 'connection', 'api']).optional(),
      }),
    )
    .min(1)
    .max(16),
  /** What would have happened without the check, for people. */
  without: z.string().min(1).max(2_000),
  /** How a person can see what the check is worth: a bench without it, and the harm that is done there. */
  counterfactual: z
    .strictObject({
      /** Over those of the scenario. */
      settings: ScenarioSettings,
      /** Passes where the harm is done. Left out: the steps of the scenario, which then fail. */
      steps: z.array(Step).min(1).max(500).optional(),
    })
    .optional(),
});
export type Attack = z.infer<typeof Attack>;

export const Scenario = z
  .strictObject({
    $schema: z.string().optional(),
    format: z.literal(1),
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'lower-case letters, digits and -'),
    title: z.string().min(1).max(120),
    summary: z.string().min(1).max(2_000),
    /** Title, summary and an attack's harm for people who read another language. */
    translations: z.strictObject({ de: ScenarioWords.optional() }).optional(),
    kind: z.enum(['scenario', 'attack']),
    tags: z
      .array(z.string().regex(/^[a-z0-9-]{1,32}$/))
      .max(16)
      .optional(),
    /** Of images, faults and foreign keys; the same seed gives the same result. */
    seed: z.number().int().min(0).max(4_294_967_295),
    /** Longest for the whole, milliseconds. */
    limitMs: z.number().int().min(1_000).max(3_600_000).optional(),
    bench: ScenarioBench.optional(),
    attack: Attack.optional(),
    steps: z.array(Step).min(1).max(500),
  })
  .superRefine(({ kind, attack }, context) => {
    if ((kind === 'attack') === (attack !== undefined)) return;
    const message =
      kind === 'attack' ? 'an attack says what has to stop it' : 'only an attack is stopped';
    context.addIssue({ code: 'custom', message, path: ['attack'] });
  });
export type Scenario = z.infer<typeof Scenario>;

/** The same as JSON Schema 2020-12, for editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(Scenario, { io: 'input' });
  return { ...schema, $id: 'scenario.schema.json', title: 'OTA Bench scenario, format 1' };
}
