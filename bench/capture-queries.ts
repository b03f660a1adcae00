/** Process of the capture run: fills a capture to a number of messages and measures questions. */
import { openRecorder, type Recorder } from '#core/recorder';
import { systemClock } from '#core/ports';
import { loadEvent } from './capture-load.ts';
import type { CaptureQueries } from './cases/capture.ts';
import { median } from './numbers.ts';

const REPEATS = 3;
/** Of the writer's queue; beyond, filling waits. */
const WAITING = 50_000;

const [file = '', count = '0'] = process.argv.slice(2);
const messages = Number(count);
process.send?.('ready');
await fill();
const opened: number[] = [];
let recorder = await open();
for (let n = 0; n < REPEATS; n += 1) {
  await recorder.close();
  const start = performance.now();
  recorder = await open();
  await recorder.page({ order: 'newest', limit: 100 });
  opened.push(performance.now() - start);
}
const last = (await recorder.bounds()).last;
const newest = { after: last - messages };
const answer: CaptureQueries = {
  messages,
  openToFirstRowsMs: median(opened),
  textMs: await timed(async () => found(await search({ text: 'nowhere in it' }), 0)),
  regexMs: await timed(async () => {
    found(await search({ regex: { source: '"seq":\\d*999999\\b' } }), messages / 1_000_000);
  }),
  topicMs: await timed(async () => {
    found(await search({ topicFilter: 'vehicle/updates/BENCHVIN000000007/#' }), messages / 50);
  }),
};
await recorder.close();
process.send?.(answer, () => process.exit(0));

function open(): Promise<Recorder> {
  return openRecorder({ file, clock: systemClock, retention: { bytes: 16 * 1_024 ** 3 } });
}

/** The newest `messages` of the file are what is asked about. */
async function fill(): Promise<void> {
  const filling = await open();
  const { count: held } = await filling.bounds();
  for (let n = held; n < messages; n += 1) {
    filling.add(loadEvent(n, Date.now()));
    while (n % 1_000 === 0 && filling.counts().waiting > WAITING) await systemClock.sleep(1);
  }
  await filling.flush();
  const { dropped } = filling.counts();
  await filling.close();
  if (dropped.total > 0) throw new Error(`${String(dropped.total)} were dropped while filling`);
}

async function search(where: Parameters<Recorder['find']>[0]['where']): Promise<number> {
  const { ids } = await recorder.find({ where, ...newest, limit: messages });
  return ids.length;
}

function found(count: number, expected: number): void {
  if (count !== expected) throw new Error(`${String(count)} found, not ${String(expected)}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < REPEATS; n += 1) {
    const start = performance.now();
    await work();
    took.push(performance.now() - start);
  }
  return median(took);
}
