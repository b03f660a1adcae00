/// <reference lib="dom" />
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startMosquitto, withBrokers } from '../brokers/start.ts';
import { median, milliseconds } from '../numbers.ts';
import { forkModule, startFleet } from '../processes.ts';
import { within, type Case, type Result } from '../result.ts';
import type { Page } from '@playwright/test';
import { answersTo, painted, type Answer } from '../view/answer.ts';
import { openPage, type OpenPage } from '../view/browser.ts';
import { INTERACTIONS } from '../view/interactions.ts';
import { serveOurs } from '../view/viewers.ts';

const VEHICLES = 1_000;
const MESSAGES = 1_000_000;
const BUDGET_MS = 100;
const FIRST_PAINT = 'first useful paint, host up';
const FIRST_PAINT_BUDGET_MS = 1_000;
const TIMES = 10;
/** What the full window is compared with: ours again, with next to nothing in it. */
const FEW = { vehicles: 2, messages: 100 };

export const interactions: Case = {
  name: 'interactions',
  summary: 'each screen and action, with 1,000 vehicles and a 1-million-message capture open',
  run: async ({ dir, short, note }) => {
    const size = short
      ? { vehicles: 100, messages: 100_000 }
      : { vehicles: VEHICLES, messages: MESSAGES };
    note('a window with next to nothing in it');
    const few = await measure(join(dir, 'few'), FEW, note);
    note(`${String(size.vehicles)} vehicles and ${String(size.messages)} messages`);
    const many = await measure(join(dir, 'many'), size, note);
    return many.map((answer) =>
      rowOf(
        answer,
        few.find(({ name }) => name === answer.name),
      ),
    );
  },
};

function rowOf({ name, ms }: Answer, few: Answer | undefined): Result {
  const words = (times: readonly number[]): string =>
    `${milliseconds(median(times))}, ${milliseconds(Math.max(...times))}`;
  const budget = name === FIRST_PAINT ? FIRST_PAINT_BUDGET_MS : BUDGET_MS;
  return {
    what: `${name}: p50, largest`,
    ours: words(ms),
    peer: few === undefined ? '' : words(few.ms),
    ratio: '',
    budget: `≤ ${String(budget)} ms`,
    verdict: within(Math.max(...ms) <= budget),
  };
}

async function measure(
  dir: string,
  { vehicles, messages }: { vehicles: number; messages: number },
  note: (text: string) => void,
): Promise<Answer[]> {
  const workspace = join(dir, 'workspace');
  await mkdir(workspace, { recursive: true });
  await (await forkModule('view/fill.ts', [join(workspace, 'traffic.db'), String(messages)])).end();
  return withBrokers(dir, [startMosquitto], async ([broker]) => {
    if (broker === undefined) throw new Error('mosquitto is not installed');
    const credentials = join(dir, 'users.json');
    const trust = join(dir, 'fleet.jwks');
    await writeFile(credentials, JSON.stringify(passwords(vehicles)));
    const at = [
      '--broker',
      `mqtt://127.0.0.1:${String(broker.port)}`,
      '--credentials',
      credentials,
    ];
    const fleet = await startFleet([
      ...at,
      '--vehicles',
      String(vehicles),
      '--trust-out',
      trust,
      '--stay',
    ]);
    const host = await serveOurs(workspace, [...at, '--trust', trust]);
    const opened = await openPage();
    try {
      return await walkThrough(opened, host.url, vehicles, note);
    } finally {
      await Promise.all([opened.close(), host.close(), fleet.end()]);
    }
  });
}

async function walkThrough(
  { page }: OpenPage,
  url: string,
  vehicles: number,
  note: (text: string) => void,
): Promise<Answer[]> {
  // Whoever works with a thousand vehicles has seen the tour.
  await page.addInitScript(() => {
    localStorage.setItem('ota-bench-tour', 'seen');
  });
  await page.goto(url);
  const backend = page.locator('.station', { has: page.getByTestId('role-backend') });
  await backend.getByRole('button').last().click();
  await page.getByTestId('nav-vehicles').click();
  const rack = page.locator('.rack-space');
  await rack.waitFor();
  // As high as all of its rows: each vehicle has told its inventory.
  await page.waitForFunction(
    (all) =>
      Number.parseFloat(document.querySelector<HTMLElement>('.rack-space')?.style.height ?? '0') >=
      all * 52,
    vehicles,
  );
  const answers: Answer[] = [];
  for (const each of INTERACTIONS) {
    note(each.name);
    answers.push(await answersTo(page, each, TIMES));
  }
  note(FIRST_PAINT);
  answers.push(await firstPaints(page, url));
  return answers;
}

/** A window opened anew while the host is up: from the navigation to the frame with the pipeline. */
async function firstPaints(page: Page, url: string): Promise<Answer> {
  const ms: number[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    await page.goto('about:blank');
    // The token was used up: this browser is signed in by its cookie.
    await page.goto(`${new URL(url).origin}/#/bench`, { waitUntil: 'commit' });
    ms.push(await page.evaluate(painted, '[data-testid="pipeline"]'));
  }
  return { name: FIRST_PAINT, ms };
}

/** Of a broker that asks for none: the fleet wants to know them all the same. */
function passwords(vehicles: number): Record<string, string> {
  const users = ['backend', 'gatekeeper'];
  for (let n = 0; n <= vehicles; n += 1) users.push(`FLEET${String(n).padStart(6, '0')}`);
  return Object.fromEntries(users.map((user) => [user, 'any']));
}
