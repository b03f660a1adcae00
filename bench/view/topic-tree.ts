import type { Locator, Page } from '@playwright/test';
import { systemClock } from '#core/ports';
import { forkModule, nextMessage } from '../processes.ts';
import { openPage } from './browser.ts';
import { framesDuring, pullBar, turnWheel, type Scrolled } from './scrolling.ts';
import { serveOurs } from './viewers.ts';
import { publishOnce, RATE } from './watch.ts';

export type TreeWatched = {
  readonly topics: number;
  /** From the click on the tab to the first row. */
  readonly openMs: number;
  /** From the click on a level to the rows below it. */
  readonly expandMs: number;
  readonly still: Scrolled;
  readonly wheel: Scrolled;
  readonly bar: Scrolled;
  /** From the end of the bar to the row of the last topic. */
  readonly lastTopicMs: number;
};

/** The topic tree of `topics` topics, while all of them go on getting messages. */
export async function watchTopicTree(
  broker: { readonly port: number; readonly wsPort: number },
  topics: number,
  seconds: number,
): Promise<TreeWatched> {
  const viewer = await serveOurs();
  const { page, close } = await openPage();
  const fill = topics / RATE;
  const load = await forkModule(
    'view/load.ts',
    [broker.port, RATE, Math.ceil(fill) + seconds + 20, topics].map(String),
  );
  try {
    const topic = 'load/seed';
    const seed = (): Promise<void> => publishOnce(broker.port, topic);
    await viewer.open(page, { ...broker, filter: '#', topic, seed });
    const over = nextMessage(load.child, 'the load');
    load.child.send('go');
    // Every topic once, and what it takes to write that down.
    await systemClock.sleep((fill + 3) * 1_000);
    const openMs = await untilRow(page, page.getByTestId('traffic-tab-topics'), 'vehicle');
    await fold(page, 'vehicle', 'vehicle/updates');
    const expandMs = await fold(page, 'vehicle/updates', vehicle(0));
    const still = await framesDuring(page, () => systemClock.sleep((seconds / 2) * 1_000));
    const wheel = await framesDuring(page, () => turnWheel(page, '[data-testid="topics"]', 150));
    const bar = await framesDuring(page, () => pullBar(page, '[data-testid="topics"]', 60));
    const start = performance.now();
    await page.getByTestId('topics').evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await rowOf(page, vehicle(topics - 1)).waitFor();
    const lastTopicMs = performance.now() - start;
    await load.end();
    await over.catch(() => undefined);
    return { topics, openMs, expandMs, still, wheel, bar, lastTopicMs };
  } finally {
    await Promise.all([close(), load.end(), viewer.close()]);
  }
}

function vehicle(n: number): string {
  return `vehicle/updates/BENCHVIN${String(n).padStart(9, '0')}`;
}

function rowOf(page: Page, path: string): Locator {
  return page.locator(`[data-testid="topic-row"][data-path="${path}"]`);
}

async function fold(page: Page, path: string, below: string): Promise<number> {
  return untilRow(page, rowOf(page, path).locator('button[aria-expanded]'), below);
}

async function untilRow(page: Page, clicked: Locator, path: string): Promise<number> {
  const start = performance.now();
  await clicked.click();
  await rowOf(page, path).waitFor();
  return performance.now() - start;
}
