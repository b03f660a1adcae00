import { startBareAedes } from '../brokers/start.ts';
import { seconds, times } from '../numbers.ts';
import { forkModule, runOtaBench } from '../processes.ts';
import { within, type Case, type Result } from '../result.ts';

const VEHICLES = 5_000;
const IMAGE_BYTES = 65_536;
/** 200 KB, as 1,000 bytes each: the smaller reading of the budget. */
const BUDGET_BYTES = 200_000;

export const fleet: Case = {
  name: 'fleet',
  summary: '5,000 simulated vehicles connected and updated, against bare mqtt.js connections',
  run: async ({ short, dir, note }) => {
    const vehicles = short ? VEHICLES / 10 : VEHICLES;
    note(`${String(vehicles)} mqtt.js connections at a bare aedes`);
    const peer = await bareConnections(dir, vehicles);
    note(`${String(vehicles)} vehicles, each updated with ${String(IMAGE_BYTES)} bytes`);
    const ours = await runFleet(vehicles);
    return rowsOf(vehicles, ours, peer);
  },
};

type Peer = { ms: number; kibEach: number };
type Ours = Peer & { kibUpdated: number; updateMs: number; completed: number };

function rowsOf(vehicles: number, ours: Ours, peer: Peer): Result[] {
  const kib = (value: number): string => `${value.toFixed(1)} KiB`;
  const count = vehicles.toLocaleString('en-US');
  return [
    {
      what: `memory of each of ${count} connected vehicles beyond the first, against a bare mqtt.js connection`,
      ours: kib(ours.kibEach),
      peer: kib(peer.kibEach),
      ratio: times(ours.kibEach / peer.kibEach),
      budget: `≤ ${kib(BUDGET_BYTES / 1_024)}`,
      verdict: within(ours.kibEach * 1_024 <= BUDGET_BYTES),
    },
    {
      what: `the same once all are updated with ${String(IMAGE_BYTES)} bytes`,
      ours: kib(ours.kibUpdated),
      peer: kib(peer.kibEach),
      ratio: times(ours.kibUpdated / peer.kibEach),
      budget: '',
      verdict: { kind: 'no budget' },
    },
    {
      what: `${count} vehicles connected with their inventories, against bare connections`,
      ours: seconds(ours.ms),
      peer: seconds(peer.ms),
      ratio: times(ours.ms / peer.ms),
      budget: '',
      verdict: { kind: 'no budget' },
    },
    {
      what: `${String(ours.completed)} of ${count} updated: signed, judged, fetched, hashed, committed`,
      ours: seconds(ours.updateMs),
      peer: '',
      ratio: '',
      budget: 'all of them',
      verdict: within(ours.completed === vehicles),
    },
  ];
}

async function bareConnections(dir: string, connections: number): Promise<Peer> {
  const broker = await startBareAedes();
  try {
    const url = `mqtt://127.0.0.1:${String(broker.port)}`;
    const { first, end } = await forkModule('mqtt-connections.ts', [url, String(connections)]);
    await end();
    return first as Peer;
  } finally {
    await broker.end();
  }
}

async function runFleet(vehicles: number): Promise<Ours> {
  const ours = {
    ms: Number.NaN,
    kibEach: Number.NaN,
    kibUpdated: Number.NaN,
    updateMs: Number.NaN,
    completed: 0,
  };
  const size = ['--vehicles', String(vehicles), '--image-bytes', String(IMAGE_BYTES)];
  await runOtaBench(['fleet', '--update', ...size], (line) => {
    if (line['event'] === 'fleet') ours.ms = Number(line['ms']);
    if (line['event'] === 'memory') {
      ours[line['when'] === 'connected' ? 'kibEach' : 'kibUpdated'] = Number(line['kibEach']);
    }
    if (line['event'] !== 'end') return;
    ours.updateMs = Number(line['ms']);
    ours.completed = (line['counts'] as { completed: number }).completed;
  });
  return ours;
}
