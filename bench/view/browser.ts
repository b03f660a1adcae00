import { existsSync } from 'node:fs';
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';

/** Where Debian and others put it; elsewhere playwright looks for an installed Chrome. */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** A laptop's screen. */
const VIEWPORT = { width: 1440, height: 900 };

export type OpenPage = {
  readonly page: Page;
  /** Bytes of live JavaScript objects, after everything unreachable was collected. */
  readonly heap: () => Promise<number>;
  readonly close: () => Promise<void>;
};

export async function openPage(): Promise<OpenPage> {
  const executablePath = CHROMIUM.find((path) => existsSync(path));
  const browser: Browser = await chromium.launch({
    ...(executablePath === undefined ? { channel: 'chrome' } : { executablePath }),
    // Root may not start the sandbox; a page of our own needs none.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage({ viewport: VIEWPORT });
    const cdp: CDPSession = await page.context().newCDPSession(page);
    return {
      page,
      async heap() {
        await cdp.send('HeapProfiler.collectGarbage');
        return (await cdp.send('Runtime.getHeapUsage')).usedSize;
      },
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
