import {
  type BenchView,
  type ScenarioRunView,
  type FaultView,
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
  runs: Feed<ScenarioRunView>;
  faults: Feed<FaultView>;
  /** Readers of all of them. */
  watchers(): number;
  close(): void;
};

export function createFeeds(clock: Clock): Feeds {
  const bench = createFeed<BenchView>({ clock, key: () => 'bench' });
  const updates = createFeed<UpdateView>({ clock, key: ({ updateId }) => updateId });
  const vehicles = createFeed<VehicleView>({ clock, key: ({ vin }) => vin });
  const trust = createFeed<TrustView>({ clock, key: () => 'trust' });
  const runs = createFeed<ScenarioRunView>({ clock, key: ({ runId }) => runId });
  const faults = createFeed<FaultView>({ clock, key: ({ faultId }) => faultId });
  const all = [bench, updates, vehicles, trust, runs, faults];
  return {
    bench,
    updates,
    vehicles,
    trust,
    runs,
    faults,
    watchers: () => all.reduce((sum, feed) => sum + feed.watchers(), 0),
    close() {
      for (const feed of all) feed.close();
    },
  };
}
