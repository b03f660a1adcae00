import { type ListenerName, type Listeners } from '#core/contract';
import { type Clock, type Random } from '#core/ports';
import {
  runScenario,
  ScenarioError,
  type Scenario,
  type ScenarioResult,
  type ScenarioSettings,
  type ScenarioVehicle,
  type Stage,
  type StepResult,
  unplayed,
} from '#core/scenario';
import { openThrowAway } from '#core/storage';
import { DEFAULT_SETTINGS, type SettingsOverrides } from '../settings.ts';
import { DEMO_VIN } from '../vehicles/demo-vehicle.ts';
import { BenchError } from '../errors.ts';
import { type LabBench, type OpenLabBench } from './site.ts';
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
};

/**
 * Plays a scenario on a bench of its own: a temporary folder, an own CA, any free ports, keys in
 * memory. Nobody else's bench is touched, and nothing of it stays.
 */
export async function playScenario(
  scenario: Scenario,
  { open, clock, random }: PlayPorts,
  { seed = scenario.seed, signal, onStep }: PlayOptions,
): Promise<ScenarioResult> {
  const { settings = {} } = scenario.bench ?? {};
  const vehicles: ScenarioVehicle[] = scenario.bench?.vehicles ?? [{ vin: DEMO_VIN }];
  const vins = vehicles.map(({ vin }) => vin);
  const plain = vehicles.filter(({ profile }) => profile === undefined);
  const folder = await openThrowAway('ota-bench-lab-');
  try {
    const site = await open({
      workspaceDir: folder.dir,
      settings: overridesOf(settings),
      vins: plain.map(({ vin }) => vin),
      faultSeed: String(seed),
    });
    let stage: Stage | null = null;
    try {
      await addVehicles(site, vehicles);
      if (settings.acl) await site.bench.client.acl.set({ text: `${settings.acl.join('\n')}\n` });
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
  } catch (error) {
    return unplayed(scenario, seed, error);
  } finally {
    await folder.remove();
  }
}

/** Those that are made by a profile of their own. */
async function addVehicles(
  { bench: { client } }: LabBench,
  vehicles: readonly ScenarioVehicle[],
): Promise<void> {
  for (const [index, { vin, profile }] of vehicles.entries()) {
    if (profile === undefined) continue;
    const name = typeof profile === 'string' ? profile : `scenario-${String(index)}`;
    if (typeof profile !== 'string') {
      await client.vehicles.saveProfile({ name, text: JSON.stringify(profile, null, 2) });
    }
    await client.vehicles.add({ vin, profile: name });
  }
}

async function untilReady(
  stage: Stage,
  vins: readonly string[],
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<void> {
  const missing = (): string[] => {
    const { vehicles } = stage.tree() as {
      vehicles: Record<string, { online: boolean; ecus: object } | undefined>;
    };
    return vins.filter((vin) => {
      const vehicle = vehicles[vin];
      return vehicle?.online !== true || Object.keys(vehicle.ecus).length === 0;
    });
  };
  const done = new AbortController();
  const undo = stage.onChange(() => {
    if (missing().length === 0) done.abort();
  });
  const either = signal ? AbortSignal.any([signal, done.signal]) : done.signal;
  if (missing().length > 0) await clock.sleep(READY_MS, either).catch(() => undefined);
  undo();
  if (missing().length === 0) return;
  if (signal?.aborted === true) {
    const next = 'run it again';
    throw new ScenarioError('SCENARIO_STOPPED', 'stopped before it began', { next });
  }
  throw new BenchError('VEHICLE_UNKNOWN', `${missing().join(', ')} did not report`, {
    next: 'see the log of the bench: --verbose on the command line',
  });
}

function overridesOf({
  listeners = [],
  policies,
  transport,
  algorithm,
  subscriptions,
}: ScenarioSettings): SettingsOverrides {
  const doors: { [Name in ListenerName]?: Partial<Listeners[Name]> } = { tls: { port: 0 } };
  for (const name of listeners) doors[name] = { on: true, port: 0 };
  return {
    ...withoutUndefined({ transport, algorithm, subscriptions }),
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
