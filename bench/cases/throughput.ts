import {
  startBareAedes,
  startEmbedded,
  withBrokers,
  type BrokerUnderTest,
} from '../brokers/start.ts';
import { median, perSecond, times } from '../numbers.ts';
import { forkModule, nextMessage } from '../processes.ts';
import { within, type Case, type Setting } from '../result.ts';

const BUDGET = 0.9;
const PAYLOAD_BYTES = 400;
/** Unacknowledged messages of each vehicle; enough to keep the broker busy, as few as a real one. */
const WINDOW = 16;
const PAIRS = 5;

export const throughput: Case = {
  name: 'throughput',
  summary: 'embedded broker with ACL and capture on, against bare aedes',
  run: (setting) =>
    withBrokers(setting.dir, [startEmbedded, startBareAedes], async ([ours, bare]) => {
      if (ours === undefined || bare === undefined) return [];
      const rates = await measure(ours, bare, setting);
      const [own, theirs] = [median(rates.ours), median(rates.bare)];
      return [
        {
          what: `QoS 1 messages delivered, 8 publishers, 1 subscriber, ${String(PAYLOAD_BYTES)} B, against aedes`,
          ours: perSecond(own),
          peer: perSecond(theirs),
          ratio: times(own / theirs),
          budget: `≥ ${String(BUDGET)} ×`,
          verdict: within(own / theirs >= BUDGET),
        },
      ];
    }),
};

async function measure(
  ours: BrokerUnderTest,
  bare: BrokerUnderTest,
  { short, note }: Setting,
): Promise<{ ours: number[]; bare: number[] }> {
  const ms = short ? 500 : 4_000;
  const rates = { ours: [] as number[], bare: [] as number[] };
  note(`${String(PAIRS)} pairs of ${String(ms / 1_000)} s`);
  // The first run of each only warms it up.
  await delivered(ours, ms / 2);
  await delivered(bare, ms / 2);
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Who goes first changes, so that neither always finds the machine warmer.
    if (pair % 2 === 0) {
      rates.ours.push(await delivered(ours, ms));
      rates.bare.push(await delivered(bare, ms));
    } else {
      rates.bare.push(await delivered(bare, ms));
      rates.ours.push(await delivered(ours, ms));
    }
  }
  note(
    `embedded ${rates.ours.map(perSecond).join(' ')}; aedes ${rates.bare.map(perSecond).join(' ')}`,
  );
  return rates;
}

/** Messages per second that reached the subscriber. */
async function delivered({ port, name }: BrokerUnderTest, ms: number): Promise<number> {
  const subscriber = await forkModule('subscriber.ts', [String(port)]);
  const parameters = [port, ms, PAYLOAD_BYTES, WINDOW].map(String);
  const publisher = await forkModule('publisher.ts', parameters);
  const count = (): Promise<number> => {
    const answer = nextMessage<number>(subscriber.child, 'subscriber');
    subscriber.child.send('count');
    return answer;
  };
  try {
    const done = nextMessage<{ acknowledged: number; took: number }>(publisher.child, 'publisher');
    publisher.child.send('go');
    const { took, acknowledged } = await done;
    const arrived = await count();
    if (arrived === 0 || acknowledged === 0) throw new Error(`nothing went through ${name}`);
    return (arrived / took) * 1_000;
  } finally {
    await Promise.all([publisher.end(), subscriber.end()]);
  }
}
