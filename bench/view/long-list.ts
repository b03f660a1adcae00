/// <reference lib="dom" />
import type { Page } from '@playwright/test';
import { forkModule } from '../processes.ts';
import { openPage } from './browser.ts';
import { framesDuring, pullBar, turnWheel, type Scrolled } from './scrolling.ts';
import { serveOurs } from './viewers.ts';

const LIST = '.traffic-list .traffic-scroll';
/** Rows that are drawn and read, none of them waiting. */
const WHOLE = '[data-testid="traffic-row"]:not(.traffic-waits)';

const WAITING = '[data-testid="traffic-row"].traffic-waits';

export type ListWatched = {
  readonly messages: number;
  /** From the click on Traffic, host already up, to the first rows. */
  readonly firstRowsMs: number;
  readonly wheel: Scrolled;
  readonly bar: Scrolled;
  /** From the bar standing in the middle to rows there; the largest of several places. */
  readonly jumpMs: number;
  readonly heap: number;
};

/** A capture of so many messages, opened and scrolled in a browser. */
export async function watchLongList(workspace: string, messages: number): Promise<ListWatched> {
  const filling = await forkModule('view/fill.ts', [`${workspace}/traffic.db`, String(messages)]);
  await filling.end();
  const viewer = await serveOurs(workspace);
  const { page, heap, close } = await openPage();
  try {
    await page.goto(viewer.url);
    const tab = page.getByTestId('nav-traffic');
    await tab.waitFor();
    const start = performance.now();
    await tab.click();
    await page.locator(WHOLE).first().waitFor();
    const firstRowsMs = performance.now() - start;
    const wheel = await framesDuring(page, () => turnWheel(page, LIST, 200));
    const bar = await framesDuring(page, () => pullBar(page, LIST, 120));
    const jumps: number[] = [];
    for (const share of [0.5, 0.2, 0.9, 0.35]) jumps.push(await jump(page, share));
    return { messages, firstRowsMs, wheel, bar, jumpMs: Math.max(...jumps), heap: await heap() };
  } finally {
    await Promise.all([close(), viewer.close()]);
  }
}

/** How long rows are missing after the bar was put elsewhere. */
function jump(page: Page, share: number): Promise<number> {
  return page.evaluate(
    ({ list, waiting: wanted, to }) =>
      new Promise<number>((resolve, reject) => {
        const element = document.querySelector(list);
        if (!element) {
          reject(new Error('there is no list'));
          return;
        }
        const begun = performance.now();
        element.scrollTop = to * (element.scrollHeight - element.clientHeight);
        let frames = 0;
        const look = (): void => {
          frames += 1;
          const waits = element.querySelector(wanted) !== null;
          // The first frame only hears of it.
          if (frames > 2 && !waits) resolve(performance.now() - begun);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    { list: LIST, waiting: WAITING, to: share },
  );
}
