import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ListenerName, type Listeners } from '#core/contract';
import { type Clock, type Random } from '#core/ports';
import {
  runScenario,
  type Scenario,
  type ScenarioResult,
  type ScenarioSettings,
  type Stage,
  type StepResult,
} from '#core/scenario';
import { DEFAULT_SETTINGS, type SettingsOverrides } from '../settings.ts';
import { DEMO_VIN } from '../vehicles/demo-vehicle.ts';
import { type OpenLabBench } from './site.ts';
import { openStage } from './stage.ts';

/** The vehicles have to be there before the first step: a scenario begins with a bench that works. */
const READY_MS = 20_000;

export type PlayPorts = {
  open: OpenLabBench;
  clock: Clock;
  random: Random;
};

export type PlayOptions = {
  seed?: number | undefined;
  signal?: AbortSignal;
  onStep?: (step: StepResult) => void;
  /** Instead of the scenario's own. */
  settings?: ScenarioSettings | undefined;
};

/**
 * Plays a scenario on a bench of its own: a temporary folder, an own CA, any free ports, keys in
 * memory. Nobody else's bench is touched, and nothing of it stays.
 */
export async function playScenario(
  scenario: Scenario,
  { open, clock, random }: PlayPorts,
  { seed = scenario.seed, signal, onStep, settings = scenario.bench?.settings ?? {} }: PlayOptions,
): Promise<ScenarioResult> {
  const vins = (scenario.bench?.vehicles ?? [{ vin: DEMO_VIN }]).map(({ vin }) => vin);
  const dir = await mkdtemp(join(tmpdir(), 'ota-bench-lab-'));
  try {
    const site = await open({ workspaceDir: dir, settings: overridesOf(settings), vins });
    let stage: Stage | null = null;
    try {
      stage = await openStage(site, { vins, seed });
      await untilReady(stage, vins, clock, signal);
      return await runScenario(scenario, stage, {
        ...{ seed, clock, random },
        ...(signal ? { signal } : {}),
        ...(onStep ? { onStep } : {}),
      });
    } finally {
      await stage?.close();
      await site.bench.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function untilReady(
  stage: Stage,
  vins: readonly string[],
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ready = (): boolean => {
    const { vehicles } = stage.tree() as {
      vehicles: Record<string, { online: boolean; ecus: object } | undefined>;
    };
    return vins.every((vin) => {
      const vehicle = vehicles[vin];
      return vehicle?.online === true && Object.keys(vehicle.ecus).length > 0;
    });
  };
  if (ready()) return;
  const done = new AbortController();
  const undo = stage.onChange(() => {
    if (ready()) done.abort();
  });
  const either = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  await clock.sleep(READY_MS, either).catch(() => undefined);
  undo();
}

function overridesOf({ listeners = [], policies, ...rest }: ScenarioSettings): SettingsOverrides {
  const doors: { [Name in ListenerName]?: Partial<Listeners[Name]> } = { tls: { port: 0 } };
  for (const name of listeners) doors[name] = { on: true, port: 0 };
  const given = Object.entries({ ...rest }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...(policies
      ? { policies: { ...DEFAULT_SETTINGS.policies, ...withoutUndefined(policies) } }
      : {}),
    listeners: doors,
  };
}

function withoutUndefined<T extends object>(
  object: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
