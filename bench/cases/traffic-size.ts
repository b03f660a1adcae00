import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startMosquitto, withBrokers } from '../brokers/start.ts';
import { megabytes, milliseconds, times } from '../numbers.ts';
import { within, type Case, type Result } from '../result.ts';
import { watchLongList, type ListWatched } from '../view/long-list.ts';
import { watchTopicTree, type TreeWatched } from '../view/topic-tree.ts';

const FRAME_BUDGET_MS = 20;
const FIRST_ROWS_BUDGET_MS = 1_000;
const TREE_SECONDS = 10;
/** What the long list is compared with: ours again, with as many as fit on a few screens. */
const FEW = 100;

export const trafficSize: Case = {
  name: 'traffic-size',
  summary: '50,000 and 100,000 topics, and 10 million messages, opened and scrolled in a browser',
  run: ({ dir, short, note }) =>
    withBrokers(dir, [startMosquitto], async ([broker]) => {
      if (broker?.wsPort === undefined) throw new Error('mosquitto is not installed');
      const place = { port: broker.port, wsPort: broker.wsPort };
      const rows: Result[] = [];
      for (const topics of short ? [50_000] : [50_000, 100_000]) {
        note(`${topics.toLocaleString('en-US')} topics, 20,000 messages/s on them`);
        rows.push(...judgeTree(await watchTopicTree(place, topics, TREE_SECONDS)));
      }
      const listed: ListWatched[] = [];
      for (const messages of [FEW, short ? 1_000_000 : 10_000_000]) {
        note(`a capture of ${messages.toLocaleString('en-US')} messages`);
        const workspace = join(dir, `list-${String(messages)}`);
        await mkdir(workspace);
        listed.push(await watchLongList(workspace, messages));
      }
      const [few, many] = listed;
      return few && many ? [...rows, ...judgeList(few, many)] : rows;
    }),
};

function judgeTree({ topics, openMs, expandMs, lastTopicMs, ...frames }: TreeWatched): Result[] {
  const name = `${topics.toLocaleString('en-US')} topics under load`;
  const row = (what: string, ms: number, budget: number | null): Result => ({
    what: `${name}: ${what}`,
    ours: milliseconds(ms),
    peer: '',
    ratio: '',
    budget: budget === null ? '' : `≤ ${String(budget)} ms`,
    verdict: budget === null ? { kind: 'no budget' } : within(ms <= budget),
  });
  return [
    row('tree opened to first row', openMs, FIRST_ROWS_BUDGET_MS),
    row('level of all of them opened', expandMs, FIRST_ROWS_BUDGET_MS),
    row('frame p95, looked at', frames.still.frameP95, FRAME_BUDGET_MS),
    row('frame p95, wheel', frames.wheel.frameP95, FRAME_BUDGET_MS),
    row('frame p95, bar pulled from end to end', frames.bar.frameP95, null),
    row('bar at the end to the last topic', lastTopicMs, FIRST_ROWS_BUDGET_MS),
  ];
}

function judgeList(few: ListWatched, many: ListWatched): Result[] {
  const name = `${many.messages.toLocaleString('en-US')} messages, against ${String(few.messages)}`;
  const row = (what: string, of: (seen: ListWatched) => number, budget: number | null): Result => ({
    what: `${name}: ${what}`,
    ours: milliseconds(of(many)),
    peer: milliseconds(of(few)),
    ratio: times(of(many) / of(few)),
    budget: budget === null ? '' : `≤ ${String(budget)} ms`,
    verdict: budget === null ? { kind: 'no budget' } : within(of(many) <= budget),
  });
  return [
    row('first rows in the browser', ({ firstRowsMs }) => firstRowsMs, FIRST_ROWS_BUDGET_MS),
    row('frame p95, wheel', ({ wheel }) => wheel.frameP95, FRAME_BUDGET_MS),
    row('frame p95, bar pulled from end to end', ({ bar }) => bar.frameP95, FRAME_BUDGET_MS),
    row('bar put elsewhere to rows there', ({ jumpMs }) => jumpMs, FIRST_ROWS_BUDGET_MS),
    {
      what: `${name}: live heap of the page`,
      ours: megabytes(many.heap),
      peer: megabytes(few.heap),
      ratio: times(many.heap / few.heap),
      budget: '',
      verdict: { kind: 'no budget' },
    },
  ];
}
