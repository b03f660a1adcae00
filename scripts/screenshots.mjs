// npm run screenshots: draws docs/images anew from the running product, in both themes.
// npm run screenshots -- --all [folder]: every screen, in both themes, languages and sizes, for
// looking through; into `screenshots` unless a folder is named.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { pictures } from './pictures.mjs';
import { ensureInstalled, node24, root } from './setup.mjs';

const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false }, only: { type: 'string' } },
  allowPositionals: true,
});
ensureInstalled();
ensureBuilt();
const { openBrowser } = await import('./browser.mjs');

const SETTLE_MS = 800;
const THEMES = ['light', 'dark'];
const USUAL = { width: 1440, height: 900 };
const SMALLEST = { width: 1024, height: 700 };
const { all } = values;
const languages = values.only === undefined ? (all ? ['en', 'de'] : ['en']) : [values.only];
const sizes = all ? [USUAL, SMALLEST] : [USUAL];
const folder = resolve(positionals[0] ?? (all ? 'screenshots' : join(root, 'docs', 'images')));

const browser = await openBrowser();
try {
  for (const language of languages) await tell(language);
} finally {
  await browser.close();
}

/** The story of the pictures from its beginning, on a bench of its own. */
async function tell(language) {
  const into = all ? join(folder, language) : folder;
  mkdirSync(into, { recursive: true });
  const workspace = mkdtempSync(join(tmpdir(), 'ota-bench-pictures-'));
  const host = spawn(
    node24,
    [
      ...[join(root, 'headless', 'cli.ts'), 'host', '--json', '--workspace', workspace],
      ...['--vault', 'session', '--tls-port', '0'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise((done) => host.once('exit', done));
  try {
    const page = await browser.newPage({ viewport: USUAL, colorScheme: 'light' });
    await page.addInitScript(
      (spoken) => localStorage.setItem('ota-bench-language', spoken),
      language,
    );
    await page.goto(await addressOf(host));
    for (const { name, go, published } of pictures) {
      await go(page).catch((error) => {
        throw new Error(`on the way to the picture "${name ?? 'none'}"`, { cause: error });
      });
      if (name !== undefined && (all || published === true)) await draw(page, into, name);
    }
    await page.close();
  } finally {
    host.kill('SIGINT');
    await ended;
    rmSync(workspace, { recursive: true, force: true });
  }
}

async function draw(page, into, name) {
  for (const size of sizes) {
    await page.setViewportSize(size);
    // Away from whatever would show a hint.
    await page.mouse.move(0, size.height / 2);
    // Screens are fetched when first shown, and bring rows and fades of their own.
    await page.waitForTimeout(SETTLE_MS);
    // The guided update brings its own; there it is at the top already.
    await page.locator('.screen').evaluateAll((screens) => {
      for (const screen of screens) screen.scrollTo(0, 0);
    });
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      const end = size === USUAL ? theme : `${theme}-${String(size.width)}`;
      await page.screenshot({ path: join(into, `${name}-${end}.png`), animations: 'disabled' });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(USUAL);
}

/** The first line the host prints. */
async function addressOf(host) {
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
