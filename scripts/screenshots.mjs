// npm run screenshots: draws docs/images anew from the running product, both themes.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, node24, root } from './setup.mjs';

ensureInstalled();
ensureBuilt();
const { openBrowser } = await import('./browser.mjs');

const SETTLE_MS = 800;
/** All attacks, each on a bench of its own, on a machine that does other things as well. */
const RUNS_MS = 240_000;
const SIZE = { width: 1440, height: 900 };
const images = join(root, 'docs', 'images');
const workspace = mkdtempSync(join(tmpdir(), 'ota-bench-pictures-'));
const host = spawn(
  node24,
  [
    ...[join(root, 'headless', 'cli.ts'), 'host', '--json', '--workspace', workspace],
    ...['--vault', 'session', '--tls-port', '0'],
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const ended = new Promise((resolve) => host.once('exit', resolve));
try {
  mkdirSync(images, { recursive: true });
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
  await page.goto(await address());
  await page.getByTestId('demo-run').click();
  const stage = page.getByTestId('update-stage').first();
  await stage.filter({ hasText: /completed/i }).waitFor();
  for (const screen of ['bench', 'vehicles']) {
    await page.getByTestId(`nav-${screen}`).click();
    await draw(page, screen);
  }
  await page.getByTestId('rollback-infotainment').click();
  await page.getByTestId('rollback-confirm').waitFor();
  await draw(page, 'rollback');
  await page.getByTestId('rollback-confirm').click();
  await page.getByTestId('verdict').waitFor();
  await page.getByTestId('rollback-close').click();
  await page.getByTestId('vehicle-tab-history').click();
  await page.getByTestId('past').first().click();
  await draw(page, 'verdict');
  await addVehicle(page, 'VIN2000000042');
  await page.getByTestId('vehicle-tab-compare').click();
  await noticesGone(page);
  await draw(page, 'compare');
  await page.getByTestId('nav-lab').click();
  await page.getByTestId('run-plain-update').click();
  await page.locator('[data-testid=run-result][data-outcome=passed]').waitFor();
  await draw(page, 'lab');
  await page.getByTestId('lab-tab-attacks').click();
  await page.getByTestId('run-all').click();
  await page.locator('[data-testid=run-counts][data-state=ended]').waitFor({ timeout: RUNS_MS });
  await page.getByTestId('run-attack-foreign-key').click();
  await page.locator('[data-testid=run-result][data-outcome=stopped]').waitFor();
  await page.getByTestId('run-without').click();
  await page.locator('[data-testid=without-check][data-outcome=harmed]').waitFor();
  await draw(page, 'attacks');
  await page.getByTestId('nav-trust').click();
  await issue(page, 'VIN2000000042', 20);
  await issue(page, 'workshop-laptop', 200);
  await page.getByTestId('certificate-revoke').click();
  await page.getByTestId('revoke-confirm').click();
  await page.locator('[data-testid="certificate-row"][data-cn="VIN1234567890"]').click();
  await noticesGone(page);
  await draw(page, 'trust');
  await page.getByTestId('trust-tab-acl').click();
  await page.getByTestId('acl-sample').click();
  await page.getByTestId('cell-progress-write-dcu_user').click();
  await draw(page, 'access-rules');
  await browser.close();
} finally {
  host.kill('SIGINT');
  await ended;
  rmSync(workspace, { recursive: true, force: true });
}

async function draw(page, name) {
  // Away from whatever would show a hint.
  await page.mouse.move(0, SIZE.height / 2);
  // Screens are fetched when first shown, and bring rows and fades of their own.
  await page.waitForTimeout(SETTLE_MS);
  await page.locator('.screen').evaluate((screen) => screen.scrollTo(0, 0));
  for (const theme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: join(images, `${name}-${theme}.png`), animations: 'disabled' });
  }
}

/** One more of the same kind, to look at beside the first. */
async function addVehicle(page, vin) {
  await page.getByTestId('vehicles-add').click();
  await page.getByTestId('vehicle-add-vin').fill(vin);
  await page.getByTestId('vehicle-add-confirm').click();
  await page.getByTestId(`vehicle-${vin}`).waitFor();
}

/** A certificate for the calendar to show. */
async function issue(page, cn, days) {
  await page.getByTestId('trust-issue').click();
  await page.getByTestId('issue-cn').fill(cn);
  await page.getByLabel('Valid for, days').fill(String(days));
  await page.getByTestId('issue-confirm').click();
  await page.getByTestId('issue').waitFor({ state: 'hidden' });
}

async function noticesGone(page) {
  const notice = page.locator('.mantine-Notification-root');
  await notice.first().waitFor({ state: 'visible' });
  while ((await notice.count()) > 0) await notice.first().waitFor({ state: 'detached' });
}

/** The first line the host prints. */
async function address() {
  for await (const line of createInterface({ input: host.stdout })) {
    const { event, url } = JSON.parse(line);
    if (event === 'address') {
      // What it tells later is not read; it must not wait for us.
      host.stdout.resume();
      return url;
    }
  }
  throw new Error('the host ended before it gave its address');
}
