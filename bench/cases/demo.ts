import { median, seconds, times } from '../numbers.ts';
import { run, runOtaBench } from '../processes.ts';
import { within, type Case } from '../result.ts';

const BUDGET_MS = 5_000;
const REPEATS = 3;

export const demo: Case = {
  name: 'demo',
  summary: '`demo` from a cold start to a completed update',
  run: async ({ short, note }) => {
    const ours: number[] = [];
    const node: number[] = [];
    for (let n = 0; n < (short ? 1 : REPEATS); n += 1) {
      ours.push(await coldDemo());
      node.push(await emptyNode());
    }
    note(`ours ${ours.map(seconds).join(' ')}`);
    const [own, floor] = [median(ours), median(node)];
    return [
      {
        what: 'demo, cold, to a completed update, against an empty Node process',
        ours: seconds(own),
        peer: seconds(floor),
        ratio: times(own / floor),
        budget: `≤ ${seconds(BUDGET_MS)}`,
        verdict: within(own <= BUDGET_MS),
      },
    ];
  },
};

async function coldDemo(): Promise<number> {
  const start = performance.now();
  let took = Number.NaN;
  let ended: unknown;
  await runOtaBench(['demo'], (line) => {
    if (line['event'] !== 'end') return;
    took = performance.now() - start;
    ended = line['update'];
  });
  if (ended !== 'completed') throw new Error(`the demo ended ${String(ended)}`);
  return took;
}

/** What this machine asks of any Node program before its first line. */
async function emptyNode(): Promise<number> {
  const start = performance.now();
  await run(process.execPath, ['-e', '0']);
  return performance.now() - start;
}
