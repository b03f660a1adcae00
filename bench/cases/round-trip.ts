import { connectAsync, type MqttClient } from 'mqtt';
import { LOAD_PASSWORD } from '../brokers/load-users.ts';
import {
  startBareAedes,
  startEmbedded,
  startMosquitto,
  withBrokers,
  type BrokerUnderTest,
} from '../brokers/start.ts';
import { milliseconds, percentile, times } from '../numbers.ts';
import { within, type Case, type Result, type Setting } from '../result.ts';

const P50_BUDGET_MS = 1;
const P99_BUDGET_MS = 5;
/** The brokers take turns this many times, so that a busy moment of the machine hits them all. */
const TURNS = 10;
const TOPIC = 'vehicle/updates/BENCHVIN0000/issue_details';
/** A minimal message with our members and a signature has about this size. */
const PAYLOAD = Buffer.alloc(700, '{"version":"3.0.1"}');

type Measured = { name: string; trips: number[] };

export const roundTrip: Case = {
  name: 'round-trip',
  summary: 'QoS 1 round trip through the embedded broker, one client',
  run: ({ dir, ...setting }) =>
    withBrokers(dir, [startEmbedded, startBareAedes, startMosquitto], async (brokers) => {
      if (brokers.length < 3) setting.note('mosquitto is not installed: no such row');
      return judge(await measure(brokers, setting));
    }),
};

async function measure(
  brokers: BrokerUnderTest[],
  { short, note }: Omit<Setting, 'dir'>,
): Promise<Measured[]> {
  const perTurn = short ? 50 : 600;
  const lanes = await Promise.all(
    brokers.map(async ({ name, port }) => ({
      name,
      lane: await openLane(port),
      trips: [] as number[],
    })),
  );
  note(
    `${String(TURNS * perTurn)} round trips each through ${brokers.map(({ name }) => name).join(', ')}`,
  );
  for (const { lane } of lanes) await lane.trips(perTurn);
  for (let turn = 0; turn < TURNS; turn += 1) {
    // A different one begins each turn.
    for (let n = 0; n < lanes.length; n += 1) {
      const each = lanes[(turn + n) % lanes.length];
      if (each !== undefined) each.trips.push(...(await each.lane.trips(perTurn)));
    }
  }
  await Promise.all(lanes.map(({ lane }) => lane.close()));
  return lanes;
}

type Lane = { trips(count: number): Promise<number[]>; close(): Promise<void> };

async function openLane(port: number): Promise<Lane> {
  const client: MqttClient = await connectAsync(`mqtt://127.0.0.1:${String(port)}`, {
    clientId: 'ota-backend',
    username: 'backend',
    password: LOAD_PASSWORD,
    timerVariant: 'native',
    reconnectPeriod: 0,
  });
  if ('setNoDelay' in client.stream)
    (client.stream as { setNoDelay(on: boolean): void }).setNoDelay(true);
  let arrived: () => void = () => undefined;
  client.on('message', () => {
    arrived();
  });
  await client.subscribeAsync(TOPIC, { qos: 1 });
  const trip = async (): Promise<number> => {
    const start = performance.now();
    const back = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const acknowledged = client.publishAsync(TOPIC, PAYLOAD, { qos: 1 });
    await back;
    const took = performance.now() - start;
    // The next trip begins on a quiet line.
    await acknowledged;
    return took;
  };
  return {
    trips: async (count) => {
      const all: number[] = [];
      for (let n = 0; n < count; n += 1) all.push(await trip());
      return all;
    },
    close: () => client.endAsync(true),
  };
}

function judge(measured: Measured[]): Result[] {
  const [ours, ...peers] = measured;
  if (ours === undefined) return [];
  return [
    { p: 50, budget: P50_BUDGET_MS },
    { p: 99, budget: P99_BUDGET_MS },
  ].flatMap(({ p, budget }) =>
    peers.map((peer) => {
      const own = percentile(ours.trips, p);
      const theirs = percentile(peer.trips, p);
      return {
        what: `QoS 1 round trip, p${String(p)} of ${String(ours.trips.length)}, against ${peer.name}`,
        ours: milliseconds(own),
        peer: milliseconds(theirs),
        ratio: times(own / theirs),
        budget: `≤ ${String(budget)} ms`,
        verdict: within(own <= budget),
      };
    }),
  );
}
