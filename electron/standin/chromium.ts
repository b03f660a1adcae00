import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Page,
  type Route,
} from '@playwright/test';
import { APP_ORIGIN } from '../channel/index.ts';
import {
  CALL,
  preloadScript,
  STAND_IN_ORIGIN,
  TAKE,
  type Encoded,
  type PageCall,
} from './chromium-preload.ts';
import type { LoadedPage, PageHost, PageMaker, Renderer } from './rendering.ts';
import type { Wire } from './wire.ts';

/** Starts a Chromium that more than one program can look into; resolves to where. */
export async function startChromium(
  executable: string,
  args: readonly string[],
  profile: string,
): Promise<{ endpoint: string; close(): Promise<void> }> {
  const child: ChildProcess = spawn(
    executable,
    [
      ...['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`],
      ...args,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  if (child.stderr === null) throw new Error('Chromium has no error output');
  const exited = once(child, 'exit');
  for await (const line of createInterface({ input: child.stderr })) {
    const endpoint = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (endpoint === undefined) continue;
    // What it tells later is not read; it must not wait for us.
    child.stderr.resume();
    return {
      endpoint,
      close: async () => {
        child.kill();
        await exited;
      },
    };
  }
  throw new Error('Chromium ended before it could be looked into');
}

const inChromium = (address: string): string => address.replace(APP_ORIGIN, STAND_IN_ORIGIN);
const inElectron = (address: string): string => address.replace(STAND_IN_ORIGIN, APP_ORIGIN);

/** Windows as pages of a real Chromium, with the built renderer and the DOM's MessagePorts. */
export async function chromiumPages(endpoint: string): Promise<PageMaker> {
  const browser: Browser = await chromium.connectOverCDP(endpoint);
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('Chromium has no context');
  return (contents) => new ChromiumRenderer(context, contents);
}

class ChromiumRenderer implements Renderer {
  readonly #context: BrowserContext;
  readonly #contents: PageHost;
  #page: Promise<Page> | null = null;
  #document: ChromiumDocument | null = null;
  #size = { width: 800, height: 600 };
  /** The address that main loads now: the page did not ask for it. */
  #loading: string | null = null;
  #closed = false;

  constructor(context: BrowserContext, contents: PageHost) {
    this.#context = context;
    this.#contents = contents;
  }

  async load(address: string): Promise<void> {
    const page = await (this.#page ??= this.#open());
    this.#loading = inChromium(address);
    try {
      await page.goto(this.#loading);
    } finally {
      this.#loading = null;
    }
    this.#contents.emit('did-finish-load');
  }

  async reload(): Promise<void> {
    await this.load(this.#contents.getURL());
  }

  /** A crashed tab cannot be used again, so what comes after it is in another one. */
  async crash(): Promise<void> {
    const page = await this.#page;
    if (page === null) return;
    this.#page = null;
    this.#end();
    const session = await this.#context.newCDPSession(page);
    const crashed = page.waitForEvent('crash');
    // Never answered: the process that would is gone.
    void session.send('Page.crash').catch(() => undefined);
    await crashed;
    this.#contents.processGone('crashed');
    void page.close().catch(() => undefined);
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
    void this.#page?.then((page) => page.setViewportSize(this.#size)).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    this.#end();
    void this.#page?.then((page) => page.close()).catch(() => undefined);
  }

  #end(): void {
    this.#document?.unload();
    this.#document = null;
  }

  async #open(): Promise<Page> {
    const page = await this.#context.newPage();
    await page.setViewportSize(this.#size);
    await page.exposeBinding(CALL, ({ frame }, text: string) => {
      if (frame === page.mainFrame()) this.#take(page, JSON.parse(text) as PageCall);
    });
    const { preload } = this.#contents;
    if (preload !== undefined) await page.addInitScript({ content: preloadScript(preload) });
    await page.route('**/*', (route) => this.#answer(page, route));
    page.on('popup', (popup) => {
      // By a link: Chromium opens first and says so then; one that is denied is closed unseen.
      if (this.#contents.windowOpen(inElectron(popup.url())) === 'deny') {
        void popup.close().then(() => page.bringToFront());
      }
    });
    if (this.#closed) await page.close();
    return page;
  }

  async #answer(page: Page, route: Route): Promise<void> {
    const request = route.request();
    const url = request.url();
    const isTop = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (isTop && url !== this.#loading && this.#contents.asksToGo(inElectron(url)) === 'refused') {
      // Aborted, a navigation leaves the page as it is.
      await route.abort('aborted');
      return;
    }
    if (!url.startsWith(`${STAND_IN_ORIGIN}/`)) {
      await route.abort('blockedbyclient');
      return;
    }
    const answer = await this.#contents.world.fetch(inElectron(url), { method: request.method() });
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  }

  #take(page: Page, call: PageCall): void {
    switch (call.kind) {
      case 'document':
        this.#end();
        this.#document = new ChromiumDocument(page);
        this.#contents.beginDocument(inElectron(call.url), this.#document);
        return;
      case 'open':
        if (this.#contents.windowOpen(inElectron(call.url)) === 'allow')
          throw new Error('the stand-in opens no windows for a page');
        return;
      case 'send':
        this.#contents.sendToMain(call.channel, call.message, this.#contents.mainFrame);
        return;
      case 'port-message':
        this.#document?.fromPort(call.port, decode(call.data));
        return;
      case 'port-close':
        this.#document?.closePort(call.port);
    }
  }
}

class ChromiumDocument implements LoadedPage {
  readonly #page: Page;
  readonly #wires = new Map<number, Wire>();
  #ports = 0;

  constructor(page: Page) {
    this.#page = page;
  }

  receive(channel: string, message: unknown, wires: Wire[]): void {
    const ports = wires.map((wire) => {
      this.#ports += 1;
      this.#wires.set(this.#ports, wire);
      return this.#ports;
    });
    this.#tell({ kind: 'receive', channel, message, ports });
    for (const port of ports) {
      this.#wires.get(port)?.listen({
        message: (data) => {
          this.#tell({ kind: 'port-message', port, data: encode(data) });
        },
        close: () => {
          this.#wires.delete(port);
          this.#tell({ kind: 'port-close', port });
        },
      });
    }
  }

  fromPort(port: number, data: unknown): void {
    this.#wires.get(port)?.post(data);
  }

  closePort(port: number): void {
    this.#wires.get(port)?.close();
    this.#wires.delete(port);
  }

  /** A page that goes takes its ports with it. */
  unload(): void {
    for (const wire of this.#wires.values()) wire.close();
    this.#wires.clear();
  }

  #tell(packet: unknown): void {
    const run = ([take, given]: readonly [string, unknown]): void => {
      (globalThis as unknown as Record<string, (argument: unknown) => void>)[take]?.(given);
    };
    // A page that is going away takes nothing any more.
    void this.#page.evaluate(run, [TAKE, packet] as const).catch(() => undefined);
  }
}

function encode(data: unknown): Encoded {
  if (typeof data === 'string') return { text: data };
  if (data instanceof ArrayBuffer) return { base64: Buffer.from(data).toString('base64') };
  if (ArrayBuffer.isView(data)) {
    const { buffer, byteOffset, byteLength } = data;
    return { base64: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  }
  return { json: data };
}

function decode(data: Encoded): unknown {
  if ('text' in data) return data.text;
  return 'base64' in data ? new Uint8Array(Buffer.from(data.base64, 'base64')) : data.json;
}
