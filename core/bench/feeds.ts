import { type BenchView, type TrustView, type UpdateView, type VehicleView } from '#core/contract';
import { type Clock } from '#core/ports';
import { type TrafficRing } from '#core/recorder';
import { createFeed, type Feed } from './feed.ts';
import { createTrafficFeed, type TrafficFeed } from './traffic.ts';

/** Everything that can be watched. */
export type Feeds = {
  bench: Feed<BenchView>;
  updates: Feed<UpdateView>;
  vehicles: Feed<VehicleView>;
  traffic: TrafficFeed;
  trust: Feed<TrustView>;
  /** Readers of all of them. */
  watchers(): number;
  close(): void;
};

export function createFeeds(ring: TrafficRing, clock: Clock): Feeds {
  const bench = createFeed<BenchView>({ clock, key: () => 'bench' });
  const updates = createFeed<UpdateView>({ clock, key: ({ updateId }) => updateId });
  const vehicles = createFeed<VehicleView>({ clock, key: ({ vin }) => vin });
  const traffic = createTrafficFeed(ring, clock);
  const trust = createFeed<TrustView>({ clock, key: () => 'trust' });
  const all = [bench, updates, vehicles, traffic, trust];
  return {
    bench,
    updates,
    vehicles,
    traffic,
    trust,
    watchers: () => all.reduce((sum, feed) => sum + feed.watchers(), 0),
    close() {
      for (const feed of all) feed.close();
    },
  };
}
