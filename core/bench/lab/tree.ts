import { type EcuView, type UpdateView, type VehicleView } from '#core/contract';
import { type SeenMessage } from '#core/scenario';
import { type Answer } from './request.ts';
import { type Sight } from './sight.ts';
import { type Connections } from './connections.ts';
import { type LabBench } from './site.ts';

/** What a scenario has named so far. */
export type Named = {
  /** Update ids. */
  updates: Map<string, string>;
  /** Manifests, and the issue_details that carried them. */
  releases: Map<string, object>;
  issues: Map<string, unknown>;
  captured: Map<string, SeenMessage>;
  answers: Map<string, Answer>;
  /** Fault ids. */
  faults: Map<string, string>;
};

export function blankNames(): Named {
  return {
    updates: new Map(),
    releases: new Map(),
    issues: new Map(),
    captured: new Map(),
    answers: new Map(),
    faults: new Map(),
  };
}

/** What conditions and `{{…}}` speak of. docs/SCENARIOS.md lists it. */
export function treeOf(
  { bench, feeds, backend, verdicts }: LabBench,
  vins: readonly string[],
  named: Named,
  sight: Sight,
  connections: Connections,
): Record<string, unknown> {
  const vehicles = Object.fromEntries(
    vins.flatMap((vin) => {
      const vehicle = feeds.vehicles.get(vin);
      return vehicle ? [[vin, vehicleOf(vehicle)]] : [];
    }),
  );
  const updates = [...named.updates].flatMap(([name, id]) => {
    const update = feeds.updates.get(id);
    return update ? [[name, updateOf(update)]] : [];
  });
  const faults = [...named.faults].flatMap(([name, id]) => {
    const fault = feeds.faults.get(id);
    return fault ? [[name, fault]] : [];
  });
  const [first = ''] = vins;
  const { roles } = bench.view();
  return {
    vin: first,
    vehicles,
    vehicle: vehicles[first],
    updates: Object.fromEntries(updates) as unknown,
    /** Of updates that somebody else began too, newest first. */
    allUpdates: feeds.updates.values().toReversed(),
    releases: Object.fromEntries(named.releases),
    issues: Object.fromEntries(named.issues),
    captured: Object.fromEntries([...named.captured].map(([name, { json }]) => [name, json])),
    answers: Object.fromEntries(named.answers),
    connections: connections.views(),
    faults: Object.fromEntries(faults) as unknown,
    verdicts: verdicts(),
    refusals: sight.refusals,
    notices: backend()?.notifications() ?? [],
    roles,
  };
}

function vehicleOf(vehicle: VehicleView): Record<string, unknown> {
  const ecus = vehicle.ecus.map((ecu) => [ecu.ecuId, ecuOf(ecu)]);
  return { ...vehicle, ecus: Object.fromEntries(ecus) as unknown };
}

function ecuOf(ecu: EcuView): Record<string, unknown> {
  return {
    ...ecu,
    active: ecu.banks.find(({ bank }) => bank === ecu.activeBank),
    inactive: ecu.banks.find(({ bank }) => bank !== ecu.activeBank),
  };
}

function updateOf(update: UpdateView): Record<string, unknown> {
  return { ...update, stages: [...new Set(update.steps.map(({ stage }) => stage))] };
}
