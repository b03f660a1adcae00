import { readFile } from 'node:fs/promises';
import { systemClock } from '#core/ports';
import { connectAsync } from 'mqtt';
import { forkModule, nextMessage } from '../processes.ts';
import { percentile } from '../numbers.ts';
import { openPage } from './browser.ts';
import { startProbe, stopProbe, type Seen } from './page-probe.ts';
import type { Viewer } from './viewers.ts';

export const RATE = 20_000;
const TOPICS = 50;
/** Of the load, before anything is measured: programs warm up, caches fill. */
const WARM_SECONDS = 10;
/** How often it is asked when a message sent then was on the screen. */
const MARK_EVERY_MS = 100;
const DRAIN_LIMIT_MS = 60_000;
const SETTLED_MS = 3_000;

/** What one viewer did under load. */
export type Watched = {
  readonly name: string;
  readonly sent: number;
  /** Sent each second, as it really was. */
  readonly rate: number;
  readonly received: number;
  readonly dropped: number;
  readonly framesPerSecond: number;
  readonly frameP95: number;
  readonly frameMax: number;
  /** From being sent to being on the screen, or past: ms. */
  readonly visibleP50: number;
  readonly visibleP95: number;
  readonly visibleMax: number;
  readonly heapStart: number;
  readonly heapEnd: number;
  /** Largest of the process behind the page; null without one. */
  readonly peakRss: number | null;
};

/** Opens the list in a browser, publishes through the broker, and looks at every frame. */
export async function watchUnderLoad(
  viewer: Viewer,
  broker: { readonly port: number; readonly wsPort: number },
  seconds: number,
): Promise<Watched> {
  const { page, heap, close } = await openPage();
  const load = await forkModule(
    'view/load.ts',
    [broker.port, RATE, seconds + WARM_SECONDS, TOPICS].map(String),
  );
  try {
    const topic = 'load/seed';
    const seed = (): Promise<void> => publishOnce(broker.port, topic);
    await viewer.open(page, { ...broker, filter: '#', topic, seed });
    await systemClock.sleep(1_000);
    const before = await viewer.counts(page);
    const over = nextMessage<{ sent: number; tookMs: number }>(load.child, 'the load');
    load.child.send('go');
    await systemClock.sleep(WARM_SECONDS * 1_000);
    const heapStart = await heap();
    await page.evaluate(startProbe, seconds);
    // The last second is the end of the load, and not looked at.
    await systemClock.sleep((seconds - 1) * 1_000);
    const seen = await page.evaluate(stopProbe);
    const heapEnd = await heap();
    const { sent, tookMs } = await over;
    const { received, dropped } = await settled(() => viewer.counts(page), sent + before.received);
    return {
      ...{ name: viewer.name, sent, rate: (sent / tookMs) * 1_000, heapStart, heapEnd },
      ...{ received: received - before.received, dropped: dropped - before.dropped },
      ...judgeFrames(seen),
      peakRss: viewer.pid === null ? null : await peakRssOf(viewer.pid),
    };
  } finally {
    await Promise.all([close(), load.end()]);
  }
}

function judgeFrames({
  gaps,
  shown,
}: Seen): Pick<
  Watched,
  'framesPerSecond' | 'frameP95' | 'frameMax' | 'visibleP50' | 'visibleP95' | 'visibleMax'
> {
  const lateness: number[] = [];
  const begin = shown[0]?.[1] ?? 0;
  const end = shown.at(-1)?.[1] ?? 0;
  for (let mark = begin, n = 0; mark <= end; mark += MARK_EVERY_MS) {
    while ((shown[n]?.[1] ?? end) < mark) n += 1;
    lateness.push((shown[n]?.[0] ?? Number.NaN) - mark);
  }
  return {
    framesPerSecond: (gaps.length * 1_000) / gaps.reduce((sum, gap) => sum + gap, 0),
    frameP95: percentile(gaps, 95),
    frameMax: percentile(gaps, 100),
    visibleP50: percentile(lateness, 50),
    visibleP95: percentile(lateness, 95),
    visibleMax: percentile(lateness, 100),
  };
}

/** What is counted once everything came, or once nothing has come for a while. */
async function settled<T extends { received: number; dropped: number }>(
  ask: () => Promise<T>,
  expected: number,
): Promise<T> {
  const limit = performance.now() + DRAIN_LIMIT_MS;
  let last = await ask();
  for (let still = performance.now(); performance.now() < limit;) {
    if (last.received + last.dropped >= expected) break;
    await systemClock.sleep(250);
    const now = await ask();
    if (now.received !== last.received) still = performance.now();
    last = now;
    if (performance.now() - still > SETTLED_MS) break;
  }
  return last;
}

export async function publishOnce(port: number, topic: string): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${String(port)}`);
  await client.publishAsync(topic, 'here', { qos: 1 });
  await client.endAsync();
}

/** Linux says it of each process; elsewhere it is not known. */
async function peakRssOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
}
