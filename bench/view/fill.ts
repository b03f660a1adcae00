/** Process of the long list run: fills a capture to a number of messages, and answers then. */
import { openRecorder } from '#core/recorder';
import { systemClock } from '#core/ports';
import { loadEvent } from '../capture-load.ts';

/** Of the writer's queue; beyond, filling waits. */
const WAITING = 50_000;

const [file = '', count = '0'] = process.argv.slice(2);
const recorder = await openRecorder({ file, clock: systemClock });
for (let n = 0; n < Number(count); n += 1) {
  recorder.add(loadEvent(n, Date.now()));
  while (n % 1_000 === 0 && recorder.counts().waiting > WAITING) await systemClock.sleep(1);
}
await recorder.flush();
const { dropped } = recorder.counts();
await recorder.close();
if (dropped.total > 0) throw new Error(`${String(dropped.total)} were dropped while filling`);
process.send?.('full', () => process.exit(0));
