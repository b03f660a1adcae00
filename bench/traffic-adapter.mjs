/*
 * Lets the traffic list be measured from outside, beside other inspectors: everything is done as a
 * person does it, in the page.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = join(root, 'node_modules', 'node', 'bin', 'node');
/** A host that has not said where it is by then has failed to start. */
const START_LIMIT_MS = 60_000;
const SHOWN_LIMIT_MS = 30_000;

export const name = 'OTA Bench';

/**
 * Starts the headless host on a workspace of its own, or on one that is there, which stays.
 *
 * @param {{ port: number, env?: Record<string, string>, workspace?: string, args?: readonly string[] }} options
 * @returns {Promise<{ url: string, pid: number | undefined, close: () => Promise<void> }>}
 */
export async function serve({ port, env = {}, workspace: given, args = [] }) {
  const { ensureBuilt } = await import('../scripts/build.mjs');
  ensureBuilt({ quiet: true });
  const workspace = given ?? (await mkdtemp(join(tmpdir(), 'ota-bench-adapter-')));
  const child = spawn(
    node,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, 'headless', 'cli.ts'),
      ...['host', '--json', '--workspace', workspace, '--port', String(port)],
      ...['--vault', 'session', '--tls-port', '0', ...args],
    ],
    { cwd: root, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
    await exited;
    if (given === undefined) await rm(workspace, { recursive: true, force: true });
  };
  try {
    const url = await printedUrl(child);
    return { url, pid: child.pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function printedUrl(child) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('the host did not say where it is')),
      START_LIMIT_MS,
    );
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (text) => {
      const line = JSON.parse(text);
      if (line.event === 'refused') reject(new Error(`${line.code}: ${line.reason}`));
      if (line.url === undefined) return;
      clearTimeout(timer);
      resolve(line.url);
    });
    child.once('exit', (code) => reject(new Error(`the host ended with ${code}`)));
  });
}

/**
 * Connects to an outside broker, subscribes, has messages sent, and shows the live list.
 *
 * @param {import('@playwright/test').Page} page
 * @param {{ url: string, host: string, tcpPort: number, wsPort?: number, filter: string,
 *   topic: string, seed: () => Promise<void> }} options
 */
export async function open(page, { url, host, tcpPort, filter, topic, seed }) {
  await page.goto(url);
  await page.getByTestId('nav-traffic').click();
  await page.getByTestId('traffic-tab-connections').click();
  await page.getByTestId('connection-add').click();
  await page.getByTestId('connection-name').fill('measured');
  await page.getByTestId('connection-url').fill(`mqtt://${host}:${tcpPort}`);
  await page.getByTestId('connection-filters').fill(filter);
  await page.getByTestId('connection-form-confirm').click();
  await page
    .locator('[data-testid="connection"][data-name="measured"][data-state="up"]')
    .waitFor({ timeout: SHOWN_LIMIT_MS });
  await page.getByTestId('traffic-tab-messages').click();
  await seed();
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll('[data-testid="traffic-row"]')].some(
        (row) => row.getAttribute('data-topic') === wanted,
      ),
    topic,
    { timeout: SHOWN_LIMIT_MS },
  );
}

/** Messages that the recorder was told, by its own count. */
export function receivedCount(page) {
  return page.evaluate(() =>
    Number(document.querySelector('[data-count="seen"]')?.getAttribute('data-value') ?? 0),
  );
}

/** Whether a text is in a row of the list, and whether that row is inside the window. */
export function markerVisible(page, text) {
  return page.evaluate((wanted) => {
    const rows = [...document.querySelectorAll('[data-testid="traffic-row"]')];
    const found = rows.filter((row) => row.textContent.includes(wanted));
    const onScreen = found.some((row) => {
      const { top, bottom, left, width } = row.getBoundingClientRect();
      const middle = (top + bottom) / 2;
      if (middle < 0 || middle > window.innerHeight) return false;
      const hit = document.elementFromPoint(left + width / 2, middle);
      return hit !== null && row.contains(hit);
    });
    return { inDom: found.length > 0, onScreen };
  }, text);
}
