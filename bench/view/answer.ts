/// <reference lib="dom" />
import type { Page } from '@playwright/test';

/** Something a person does, and how it is known that the window has answered. */
export type Interaction = {
  readonly name: string;
  /** Brought about beforehand, not measured. */
  readonly before?: (page: Page) => Promise<unknown>;
  readonly act: (page: Page) => Promise<unknown>;
  /** CSS selector of what the answer puts on the screen. */
  readonly until: string;
};

export type Answer = { readonly name: string; readonly ms: readonly number[] };

/** An answer that has not come by then will not. */
const PATIENCE_MS = 10_000;

/** Does the interaction so many times; ms from the input to the frame after the answer was drawn. */
export async function answersTo(page: Page, each: Interaction, times: number): Promise<Answer> {
  const ms: number[] = [];
  for (let n = 0; n < times; n += 1) {
    await each.before?.(page);
    await page.evaluate(settled);
    await page.evaluate(armAnswer, { until: each.until, patience: PATIENCE_MS });
    await each.act(page);
    ms.push(await page.evaluate(answered));
  }
  return { name: each.name, ms };
}

declare global {
  interface Window {
    benchAnswer?: Promise<number>;
  }
}

/* The following run inside the page: they are handed over as text, so each stands for itself. */

/** What was begun before has been drawn. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      setTimeout(resolve);
    });
  });
}

/** From the next input on waits until `until` is there and drawn. */
function armAnswer({ until, patience }: { until: string; patience: number }): void {
  window.benchAnswer = new Promise((resolve, reject) => {
    const inputs = ['pointerdown', 'keydown'] as const;
    const begin = (event: Event): void => {
      for (const input of inputs) window.removeEventListener(input, begin, true);
      const start = event.timeStamp;
      const look = (): void => {
        if (document.querySelector(until) !== null) {
          // After the frame that holds it, which this callback still precedes.
          requestAnimationFrame(() => {
            resolve(performance.now() - start);
          });
        } else if (performance.now() - start > patience) {
          reject(new Error(`${until} did not appear`));
        } else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    };
    for (const input of inputs) window.addEventListener(input, begin, true);
  });
}

function answered(): Promise<number> {
  return window.benchAnswer ?? Promise.reject(new Error('nothing was awaited'));
}

/** Ms from the navigation to the frame after `selector` was drawn. */
export function painted(selector: string): Promise<number> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.querySelector(selector) === null) requestAnimationFrame(look);
      else {
        requestAnimationFrame(() => {
          resolve(performance.now());
        });
      }
    };
    requestAnimationFrame(look);
  });
}
