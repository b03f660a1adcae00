import { SavedFilter } from '#core/contract';
import { type Vault } from '#core/vault';
import { type Context } from '../context.ts';
import { BenchError } from '../errors.ts';
import { storedList } from '../store.ts';
import { type BrokerPlace } from '../trust/access.ts';
import { type Notices } from '../trust/notices.ts';
import { type Capture } from './capture.ts';
import { type Connections, createConnections } from './connections.ts';
import { createImports, type Imports } from './imports.ts';
import { createTrafficFeed, type TrafficFeed } from './feed.ts';
import { createInspector, type Inspector } from './inspect.ts';
import { createPublishing, type Publishing } from './publishing.ts';
import { createReplays, type Replays } from './replays.ts';
import { createStories, type Stories } from './stories.ts';

/** Everything about captured traffic, and what can be sent. */
export type TrafficDesk = {
  context: Context;
  capture: Capture;
  live: TrafficFeed;
  inspector: Inspector;
  filters: Filters;
  stories: Stories;
  imports: Imports;
  connections: Connections;
  publishing: Publishing;
  replays: Replays;
  /** Readers of all its streams. */
  watchers(): number;
  /** Ends every stream, replay and connection; the recorder stays for what others still tell. */
  close(): Promise<void>;
};

export function createTrafficDesk(options: {
  context: Context;
  capture: Capture;
  place: () => BrokerPlace | null;
  vault: Vault;
  notices: Notices;
}): TrafficDesk {
  const { context, capture } = options;
  const { clock, ring, topics } = context;
  const live = createTrafficFeed(capture, clock);
  const stories = createStories(capture, context);
  const imports = createImports(capture, clock);
  const connections = createConnections(options);
  const replays = createReplays(context, capture, connections);
  return {
    ...{ context, capture, live, stories, imports, connections, replays },
    inspector: createInspector(capture, () => ({ topics: topics(), ring })),
    filters: createFilters(context),
    publishing: createPublishing(context, connections),
    watchers: () =>
      [live, stories, connections.feed, replays.feed].reduce(
        (sum, feed) => sum + feed.watchers(),
        0,
      ),
    async close() {
      live.close();
      stories.close();
      await Promise.all([replays.end(), imports.close()]);
      await connections.end();
    },
  };
}

/** More than anybody chooses from. */
const FILTERS_LIMIT = 200;

/** Searches that a person gave a name. */
export type Filters = {
  list(): SavedFilter[];
  save(filter: SavedFilter): SavedFilter[];
  remove(name: string): SavedFilter[];
};

function createFilters({ workspace }: Context): Filters {
  const stored = storedList(workspace.db, 'traffic-filters', SavedFilter);
  return {
    list: () => stored.get(),
    save(filter) {
      const others = stored.get().filter(({ name }) => name !== filter.name);
      if (others.length >= FILTERS_LIMIT) {
        throw new BenchError('TOO_MANY', `${FILTERS_LIMIT} filters are kept`, {
          next: 'remove one that is not needed any more',
        });
      }
      stored.set([...others, filter].sort((a, b) => (a.name < b.name ? -1 : 1)));
      return stored.get();
    },
    remove(name) {
      stored.set(stored.get().filter((each) => each.name !== name));
      return stored.get();
    },
  };
}
