import { type Bench } from '#core/bench';
import { type FindEvent, type TrafficRow, type TrafficSelection } from '#core/contract';

/** How often a state is looked at, and how long a busy machine may take to come to it, ms. */
const LOOK_MS = 50;
const PATIENCE_MS = 30_000;

async function until<T>(look: () => Promise<T | null>, what: string | (() => string)): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const wanted = typeof what === 'string' ? what : what();
  throw new Error(`not within ${PATIENCE_MS} ms: ${wanted}`);
}

/** The next of a stream that has not ended. */
export async function nextOf<T>(stream: AsyncIterator<T, unknown, void>): Promise<T> {
  const result = await stream.next();
  if (result.done === true) throw new Error('the stream ended');
  return result.value;
}

/** A connection by MQTT 5 which captures everything, once it is up. Its name is the source. */
export async function connectionTo(
  bench: Bench,
  url: string,
  more: { name?: string; production?: boolean } = {},
): Promise<string> {
  const { connections } = bench.client;
  const { id } = await connections.add({
    ...{ name: 'shop', url, protocol: 5, user: null, production: false },
    ...{ subscriptions: [{ filter: '#', qos: 2 }] },
    ...more,
  });
  await connections.open({ id });
  return until(async () => {
    const view = (await connections.list()).find((each) => each.id === id);
    return view?.state === 'up' ? id : null;
  }, 'the connection is up');
}

/** Rows that fit, oldest first, once there are as many. */
export function capturedRows(bench: Bench, where: object, count: number): Promise<TrafficRow[]> {
  let seen = 0;
  return until(
    async () => {
      const query = { order: 'oldest', limit: 2_000, where } as const;
      const { rows } = await bench.client.traffic.page(query);
      seen = rows.length;
      return seen === count ? rows : null;
    },
    () => `${count} rows for ${JSON.stringify(where)}, there are ${seen}`,
  );
}

/** A search to its end. */
export async function foundIn(
  bench: Bench,
  where: TrafficSelection,
): Promise<{ ids: number[]; end: FindEvent }> {
  const ids: number[] = [];
  for await (const event of await bench.client.traffic.find({ where })) {
    if (event.kind === 'end') return { ids, end: event };
    if (event.kind !== 'ids') continue;
    ids.push(event.first);
    for (const delta of event.deltas) ids.push((ids.at(-1) ?? 0) + delta);
  }
  throw new Error('the stream ended first');
}

/** Stops what runs, and waits until all that was told is written down. */
export async function settled(bench: Bench): Promise<void> {
  await bench.client.bench.stop({ roles: ['dcu', 'backend', 'broker'] });
  await until(async () => {
    const stream = await bench.client.traffic.watch({ limit: 0 });
    const { counts } = await nextOf(stream);
    await stream.return();
    return counts.waiting === 0 ? true : null;
  }, 'everything is captured');
}
