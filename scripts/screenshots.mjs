// npm run screenshots: draws docs/images anew from the running product, both themes.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled, node24, root } from './setup.mjs';

ensureInstalled();
ensureBuilt();
const { chromium } = await import('@playwright/test');

const SETTLE_MS = 800;
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
    // Screens are fetched when first shown, and bring rows and fades of their own.
    await page.waitForTimeout(SETTLE_MS);
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme });
      await page.screenshot({
        path: join(images, `${screen}-${theme}.png`),
        animations: 'disabled',
      });
    }
  }
  await browser.close();
} finally {
  host.kill('SIGINT');
  await ended;
  rmSync(workspace, { recursive: true, force: true });
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

function openBrowser() {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
  const args = ['--disable-background-networking', '--disable-sync', '--no-first-run'];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return chromium.launch(executablePath ? { executablePath, args } : { channel: 'chrome', args });
}
