/// <reference lib="dom" />
import type { Page } from '@playwright/test';
import { percentile } from '../numbers.ts';
import { startProbe, stopProbe } from './page-probe.ts';

export type Scrolled = { readonly frameP95: number; readonly frameMax: number };

/** Frames of the page while `work` goes on. */
export async function framesDuring(page: Page, work: () => Promise<void>): Promise<Scrolled> {
  await page.evaluate(startProbe, 60);
  await work();
  const { gaps } = await page.evaluate(stopProbe);
  return { frameP95: percentile(gaps, 95), frameMax: percentile(gaps, 100) };
}

/** Turns the wheel over an element, `turns` times, about as fast as a finger does. */
export async function turnWheel(page: Page, testId: string, turns: number): Promise<void> {
  const box = await page.locator(testId).boundingBox();
  if (box === null) throw new Error(`${testId} is not there`);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let n = 0; n < turns; n += 1) {
    await page.mouse.wheel(0, 120);
    await page.waitForTimeout(16);
  }
}

/** Pulls the bar of an element from its upper to its lower end, a step each frame, and back. */
export async function pullBar(page: Page, selector: string, frames: number): Promise<void> {
  await page.evaluate(
    ({ selector: wanted, frames: steps }) =>
      new Promise<void>((resolve, reject) => {
        const element = document.querySelector(wanted);
        if (!element) {
          reject(new Error(`${wanted} is not there`));
          return;
        }
        let n = 0;
        const step = (): void => {
          n += 1;
          const share = n <= steps ? n / steps : 2 - n / steps;
          element.scrollTop = share * (element.scrollHeight - element.clientHeight);
          if (n < 2 * steps) requestAnimationFrame(step);
          else resolve();
        };
        requestAnimationFrame(step);
      }),
    { selector, frames },
  );
}
