import {
  type BenchView,
  type FaultView,
  type ScenarioRunView,
  type TrustView,
  type UpdateView,
  type VehicleView,
} from '#core/contract';
import { type Clock } from '#core/ports';
import { createFeed, type Feed } from './feed.ts';

/** Everything that can be watched. */
export type Feeds = {
  bench: Feed<BenchView>;
  updates: Feed<UpdateView>;
  vehicles: Feed<VehicleView>;
  trust: Feed<TrustView>;
  faults: Feed<FaultView>;
  runs: Feed<ScenarioRunView>;
  /** Readers of all of them. */
  watchers(): number;
  close(): void;
};

export function createFeeds(clock: Clock): Feeds {
  const bench = createFeed<BenchView>({ clock, key: () => 'bench' });
  const updates = createFeed<UpdateView>({ clock, key: ({ updateId }) => updateId });
  const vehicles = createFeed<VehicleView>({ clock, key: ({ vin }) => vin });
  const trust = createFeed<TrustView>({ clock, key: () => 'trust' });
  const faults = createFeed<FaultView>({ clock, key: ({ faultId }) => faultId });
  const runs = createFeed<ScenarioRunView>({ clock, key: ({ runId }) => runId });
  const all = [bench, updates, vehicles, trust, faults, runs];
  return {
    bench,
    updates,
    vehicles,
    trust,
    faults,
    runs,
    watchers: () => all.reduce((sum, feed) => sum + feed.watchers(), 0),
    close() {
      for (const feed of all) feed.close();
    },
  };
}
