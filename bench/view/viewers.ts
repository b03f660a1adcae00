import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Page } from '@playwright/test';
import * as adapter from '../traffic-adapter.mjs';
import { countersShown } from './page-probe.ts';

export type Place = {
  readonly port: number;
  readonly wsPort: number;
  readonly filter: string;
  readonly topic: string;
  readonly seed: () => Promise<void>;
};

/** Something that shows a live list of messages in a page. */
export type Viewer = {
  readonly name: string;
  /** Process whose memory counts beside the page; null when there is none. */
  readonly pid: number | null;
  open(page: Page, place: Place): Promise<void>;
  /** Messages taken in, and those of them it says it dropped. */
  counts(page: Page): Promise<{ received: number; dropped: number }>;
  close(): Promise<void>;
};

/**
 * @param workspace one that is there; left out: an empty one for this run
 * @param args further options of `ota-bench host`
 */
export async function serveOurs(
  workspace?: string,
  args: readonly string[] = [],
): Promise<Viewer & { readonly url: string }> {
  const named = workspace === undefined ? {} : { workspace };
  const { url, pid, close } = await adapter.serve({ port: 0, args, ...named });
  return {
    url,
    name: adapter.name,
    pid: pid ?? null,
    open: (page, { port, ...place }) =>
      adapter.open(page, { ...place, url, host: '127.0.0.1', tcpPort: port }),
    async counts(page) {
      const { captured = 0, dropped = 0 } = await page.evaluate(countersShown);
      return { received: captured, dropped };
    },
    close,
  };
}

/**
 * The peer: what a plain inspector in a page does. mqtt.js over WebSocket, every message kept in
 * the window, the newest ones written into the page at most once a frame.
 */
export async function servePlainList(): Promise<Viewer> {
  const [html, mqtt] = await Promise.all([
    readFile(new URL('plain-list.html', import.meta.url)),
    readFile(new URL('../../node_modules/mqtt/dist/mqtt.min.js', import.meta.url)),
  ]);
  const server = createServer(({ url = '/' }, response) => {
    const isScript = url.startsWith('/mqtt.min.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? mqtt : html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    name: 'a plain page (mqtt.js)',
    pid: null,
    async open(page, { wsPort, filter, topic, seed }) {
      const query = new URLSearchParams({ port: String(wsPort), filter });
      await page.goto(`http://127.0.0.1:${String(own)}/?${query.toString()}`);
      await page.locator('body[data-subscribed]').waitFor();
      await seed();
      await page.locator(`[data-testid="traffic-row"][data-topic="${topic}"]`).first().waitFor();
    },
    async counts(page) {
      const { captured = 0 } = await page.evaluate(countersShown);
      return { received: captured, dropped: 0 };
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
