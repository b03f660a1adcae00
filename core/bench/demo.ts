import { type BenchView, type UpdateView, type VehicleView } from '#core/contract';
import { type Catalogue } from '#core/catalogue';
import { type Clock, CodedError } from '#core/ports';
import { DEMO_IMAGE_BYTES, demoImage } from './demo-image.ts';
import { BenchError, refusalOf } from './errors.ts';
import { type Feed } from './feed.ts';
import { type Roles } from './roles.ts';
import { type UpdateDesk } from './updates.ts';
import { DEMO_VIN } from './vehicles/demo-vehicle.ts';

const DEMO_ECU = 'infotainment';
const DESCRIPTION = 'A faster start, clearer maps and this month’s security fixes.';
/** A simulated vehicle tells what it has within moments of connecting. */
const INVENTORY_WAIT_MS = 10_000;

export type DemoState = BenchView['demo'];
export type Demo = {
  /** Starts what is off and publishes a signed update; resolves once it is published. */
  run(): Promise<{ updateId: string; vin: string; ecuId: string }>;
  state(): DemoState;
};

export function createDemo(options: {
  roles: Roles;
  catalogue: Catalogue;
  updates: UpdateDesk;
  feeds: { updates: Feed<UpdateView>; vehicles: Feed<VehicleView> };
  clock: Clock;
  signal: AbortSignal;
  changed: () => void;
  /** The simulated vehicle that plays: it has the demo's ECUs. */
  vin: () => string | undefined;
}): Demo {
  const { roles, catalogue, updates, feeds, clock, signal, changed } = options;
  let state: DemoState = { kind: 'idle' };
  let current: Promise<{ updateId: string; vin: string; ecuId: string }> | null = null;

  const enter = (next: DemoState): void => {
    state = next;
    changed();
  };
  const note = (text: string): void => enter({ kind: 'running', note: text });

  const publish = async (): Promise<{ updateId: string; vin: string; ecuId: string }> => {
    const vin = options.vin() ?? DEMO_VIN;
    note('Starting broker, backend and vehicle');
    await startAll(roles);
    note('Waiting for the vehicle to report');
    const counter = await installedCounter(vin, feeds.vehicles, clock, signal);
    const version = `3.0.${counter + 1}`;
    note(`Making the firmware image of ${version}`);
    const image = await catalogue.importImage(demoImage(version), {
      name: `${DEMO_ECU}-${version}.bin`,
      expectedLength: DEMO_IMAGE_BYTES,
      signal,
    });
    note('Signing and publishing');
    const { composedId } = await updates.compose({
      artifactSha256: image.sha256,
      artifactName: image.name,
      version,
      description: DESCRIPTION,
      vin,
      ecuId: DEMO_ECU,
    });
    const updateId = await updates.publish(composedId);
    enter({ kind: 'running', note: `Update to ${version} is on its way`, updateId });
    void followToEnd(updateId);
    return { updateId, vin, ecuId: DEMO_ECU };
  };

  const followToEnd = async (updateId: string): Promise<void> => {
    for await (const frame of feeds.updates.watch(signal)) {
      const update = frame.upserts.find((each) => each.updateId === updateId);
      if (update?.stage === 'completed') enter({ kind: 'done', updateId });
      // Somebody wanted it so; nothing failed.
      else if (update?.stage === 'cancelled') enter({ kind: 'idle' });
      else if (update?.refusal) enter({ kind: 'failed', refusal: update.refusal });
      // Taken back by hand before the demo had seen its end.
      else if (update?.stage === 'rolled_back') enter({ kind: 'idle' });
      else continue;
      return;
    }
  };

  return {
    run() {
      // A second press while the first is being prepared joins it.
      current ??= publish()
        .catch((error: unknown) => {
          enter({ kind: 'failed', refusal: { ...refusalOf(error) } });
          throw error;
        })
        .finally(() => {
          current = null;
        });
      return current;
    },
    state: () => state,
  };
}

/** @throws CodedError why the first that could not start did not */
export async function startAll(roles: Roles): Promise<void> {
  await roles.start(['broker', 'backend', 'dcu']);
  for (const state of Object.values(roles.states())) {
    if (state.kind !== 'failed') continue;
    const { code, reason, next } = state.refusal;
    throw new CodedError(code, reason, { next });
  }
}

async function installedCounter(
  vin: string,
  vehicles: Feed<VehicleView>,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const found = new AbortController();
  const late = clock.sleep(INVENTORY_WAIT_MS, found.signal).then(
    () => found.abort(),
    () => undefined,
  );
  try {
    for await (const frame of vehicles.watch(AbortSignal.any([signal, found.signal]))) {
      const vehicle = frame.upserts.find((each) => each.vin === vin);
      const ecu = vehicle?.ecus.find(({ ecuId }) => ecuId === DEMO_ECU);
      if (!vehicle?.online || !ecu) continue;
      return ecu.banks.find(({ bank }) => bank === ecu.activeBank)?.releaseCounter ?? 0;
    }
  } finally {
    found.abort();
    await late;
  }
  throw new BenchError('VEHICLE_UNKNOWN', `${vin} did not report what it has`, {
    next: 'look at the vehicle in Vehicles and at the broker’s refusals in Traffic',
  });
}
