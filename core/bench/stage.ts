import { type VehicleView } from '#core/contract';
import { type Backend } from '#core/backend';
import { type Broker } from '#core/broker';
import { type Dcu } from '#core/dcu';
import { adviseVin } from '#core/protocol';
import { openBackend, tapOutsideBroker } from './backend-role.ts';
import {
  type LastPorts,
  type RunningBroker,
  settledUrl,
  startEmbeddedBroker,
  urlFromOutside,
  useOutsideBroker,
} from './broker-role.ts';
import { type Context, type Running } from './context.ts';
import { openDcus, type RunningDcus } from './dcu-role.ts';
import { type Feeds } from './feeds.ts';
import { openGatekeeper, type RunningGatekeeper } from './gatekeeper-role.ts';
import { type Starters } from './roles.ts';
import { type BrokerPlace } from './trust/access.ts';
import { createFarewells } from './vehicles/farewells.ts';
import { createVisitors, type Visitors } from './visitors.ts';

/** The parts that play: what runs, how each starts, and what they need of each other. */
export type Stage = {
  starters: Starters;
  backend: () => Backend | null;
  /** The simulated vehicles that run. */
  dcus: () => readonly Dcu[];
  /** A simulated vehicle that is on. */
  dcu(vin: string): Dcu | undefined;
  /** It is there at once where the DCU role is on. */
  addVehicle(vin: string): Promise<void>;
  /** Whether it is on or not; a broker that is reached retains nothing of it. */
  removeVehicle(vin: string): Promise<void>;
  /**
   * Before any role is on: shows the vehicles that were added in earlier runs, and of the others
   * those that something was begun with.
   */
  showVehicles(begun: ReadonlySet<string>): void;
  /** The embedded broker; null while it is off. */
  broker: () => Broker | null;
  /** Who came to it. */
  visitors: Visitors;
  /** Where links go; null while there is no broker. */
  brokerPlace: () => BrokerPlace | null;
  /** Where somebody on another machine connects, over TLS first; null while there is no broker. */
  brokerUrl: () => string | null;
};

export function createStage(options: {
  context: Context;
  feeds: Feeds;
  gatekeeper: boolean;
  backendElsewhere: boolean;
}): Stage {
  const { context, feeds } = options;
  const vins = (): string[] => context.garage.store.vins();
  const lastPorts: LastPorts = {};
  const visitors = createVisitors();
  let broker: RunningBroker | null = null;
  /** The role, wherever the broker itself is. */
  let brokerIsOn = false;
  let backend: Backend | null = null;
  let running: RunningDcus | null = null;
  const dcus = (): Dcu[] => running?.dcus() ?? [];
  const gate = createGate(context, options.gatekeeper);

  const outsidePlace = (): BrokerPlace | null => {
    const { externalBroker } = context.settings();
    return externalBroker && { ...externalBroker, outside: true };
  };
  const brokerPlace: Stage['brokerPlace'] = () =>
    outsidePlace() ?? (broker && { url: broker.url, outside: false, caPem: null });
  const farewells = createFarewells(context, () => brokerPlace() !== null && brokerIsOn);
  const vehicleChanged = (vin: string, isBegun = false): void => {
    const shown = feeds.vehicles.get(vin) ?? null;
    const vehicle = viewVehicle(vin, { context, backend, dcus: dcus(), shown, isBegun });
    if (vehicle) feeds.vehicles.set(vehicle);
  };

  const startBroker = async (): Promise<Running> => {
    const outside = outsidePlace();
    const started =
      outside === null
        ? await startEmbeddedBroker(context, lastPorts)
        : useOutsideBroker(outside.url);
    broker = started;
    const unfollow = started.embedded ? visitors.follow(started.embedded) : null;
    // At an outside broker the gatekeeper waits for the backend, whose catalogue it asks.
    const needsGate = outside === null;
    const close = async (): Promise<void> => {
      brokerIsOn = false;
      if (needsGate) await gate.leave('broker');
      broker = null;
      unfollow?.();
      await started.close();
    };
    try {
      if (needsGate) await gate.enter('broker');
    } catch (error) {
      await close();
      throw error;
    }
    brokerIsOn = true;
    farewells.resume();
    return { ...started, close };
  };

  const startBackend = async (): Promise<Running> => {
    await gate.enter('backend');
    try {
      const started = await openBackend(context, { updates: feeds.updates, vehicleChanged });
      backend = started.backend;
      for (const { vin } of backend.vehicles()) vehicleChanged(vin);
      const outside = outsidePlace();
      const untap = outside === null ? null : await tapOutsideBroker(context, outside);
      const close = async (): Promise<void> => {
        await untap?.();
        backend = null;
        await started.close();
        // Nobody tells any more which of them can be reached.
        for (const { vin } of feeds.vehicles.values()) vehicleChanged(vin);
        await gate.leave('backend');
      };
      return { ...started, close };
    } catch (error) {
      await gate.leave('backend');
      throw error;
    }
  };

  const startDcu = async (): Promise<Running> => {
    const url = options.backendElsewhere ? null : (): string | null => backend?.apiUrl ?? null;
    const started = await openDcus(context, vins(), url, vehicleChanged);
    running = started;
    for (const vin of vins()) vehicleChanged(vin);
    const close = async (): Promise<void> => {
      await started.close();
      running = null;
      for (const vin of vins()) vehicleChanged(vin);
    };
    return { ...started, close };
  };

  return {
    starters: { broker: startBroker, backend: startBackend, dcu: startDcu },
    backend: () => backend,
    dcus,
    dcu: (vin) => dcus().find((each) => each.vin === vin),
    async addVehicle(vin) {
      await farewells.withdraw(vin);
      await running?.add(vin);
      vehicleChanged(vin);
    },
    showVehicles(begun) {
      for (const vin of vins()) vehicleChanged(vin, begun.has(vin));
    },
    async removeVehicle(vin) {
      await running?.remove(vin);
      await farewells.say(vin);
      backend?.forgetVehicle(vin);
      feeds.vehicles.remove(vin);
    },
    broker: () => broker?.embedded ?? null,
    visitors,
    brokerPlace,
    brokerUrl: () => {
      const outside = outsidePlace();
      if (outside) return outside.url;
      const url = broker?.endpoints[0]?.url ?? settledUrl(context.settings().listeners);
      return url === null ? null : urlFromOutside(url);
    },
  };
}

type Surroundings = {
  context: Context;
  backend: Backend | null;
  dcus: readonly Dcu[];
  /** As it was told last. */
  shown: VehicleView | null;
  /** Something was begun with it that has not ended. */
  isBegun: boolean;
};

/**
 * A simulated vehicle shows its ECUs as they are this moment; whether it can be reached is the
 * backend's to say where there is one, since nothing can be sent before it has reported.
 */
function viewVehicle(
  vin: string,
  { context, backend, dcus, shown, isBegun }: Surroundings,
): VehicleView | null {
  const dcu = dcus.find((each) => each.vin === vin);
  const known = backend?.vehicle(vin);
  const { store } = context.garage;
  const profile = store.get(vin)?.profile ?? null;
  if (!dcu) {
    const off = { simulated: false, profile, conditions: null };
    if (known) return { ...known, ...off };
    if (!store.isRemembered(vin) && !isBegun && shown === null) return null;
    const { lastSeenAt = null, ecus = [] } = shown ?? {};
    const silent = { online: false, job: null, waiting: 0, fault: null };
    return { ...off, ...silent, vin, advice: adviseVin(vin), lastSeenAt, ecus };
  }
  const link = context.links.views().find(({ who }) => who === vin);
  const { conditions, ecus, job, waiting, fault } = dcu.vehicle();
  return {
    vin,
    online: backend ? known?.online === true : link?.state === 'up',
    simulated: true,
    lastSeenAt: known?.lastSeenAt ?? null,
    advice: adviseVin(vin),
    profile,
    conditions,
    ecus: [...ecus],
    job,
    waiting,
    fault: fault && { ...fault },
  };
}

type Gate = { enter(who: string): Promise<void>; leave(who: string): Promise<void> };

/** One gatekeeper for whoever needs it: it comes with the first and goes with the last. */
function createGate(context: Context, wanted: boolean): Gate {
  const needed = new Set<string>();
  let running: RunningGatekeeper | null = null;
  return {
    async enter(who) {
      needed.add(who);
      if (!wanted || running) return;
      try {
        running = await openGatekeeper(context);
      } catch (error) {
        needed.delete(who);
        throw error;
      }
    },
    async leave(who) {
      needed.delete(who);
      if (needed.size > 0) return;
      const closing = running;
      running = null;
      await closing?.close();
    },
  };
}
