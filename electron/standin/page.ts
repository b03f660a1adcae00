import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import type { MessagePort } from 'node:worker_threads';
import type { OtaBenchBridge } from '../channel/index.ts';
import type { LoadedPage, PageMaker } from './rendering.ts';
import { domPortOf, type Wire } from './wire.ts';

type Require = (id: string) => unknown;
type Preload = (require: Require, window: unknown, process: { platform: string }) => void;
export type SendToMain = (channel: string, message: unknown) => void;

/** Pages without a browser: the preload runs, page scripts do not; the test speaks in their place. */
export const nodePages: PageMaker = (contents) => {
  let page: Page | null = null;
  const end = (): void => {
    page?.unload();
    page = null;
  };
  const load = async (address: string): Promise<void> => {
    await contents.world.fetch(address);
    end();
    const opened = new Page(address, contents.preload, (channel, message) => {
      contents.sendToMain(channel, message, frame);
    });
    page = opened;
    const frame = contents.beginDocument(address, opened);
    contents.emit('did-finish-load');
  };
  return {
    load,
    reload: () => load(contents.getURL()),
    crash: async () => {
      end();
      contents.processGone('crashed');
    },
    resize: () => undefined,
    close: end,
  };
};

export class Page extends EventTarget implements LoadedPage {
  readonly origin: string;
  /** What the preload exposed; undefined when it exposed nothing. */
  otaBench: OtaBenchBridge | undefined;
  readonly #ipc = new EventEmitter();
  readonly #ports = new Set<MessagePort>();

  constructor(address: string, preload: string | undefined, send: SendToMain) {
    super();
    const url = new URL(address);
    this.origin = `${url.protocol}//${url.host}`;
    if (preload !== undefined) this.#runPreload(preload, send);
  }

  receive(channel: string, message: unknown, wires: Wire[]): void {
    this.#ipc.emit(channel, { ports: wires.map(domPortOf), sender: this.#ipc }, message);
  }

  /** `window.postMessage`: delivered later, and only when the target origin is this page's. */
  postMessage(data: unknown, targetOrigin: string, ports: MessagePort[] = []): void {
    for (const port of ports) this.#ports.add(port);
    if (targetOrigin !== '*' && targetOrigin !== this.origin) return;
    setImmediate(() => {
      this.dispatchEvent(new MessageEvent('message', { data, origin: this.origin, ports }));
    });
  }

  /** A page that goes takes its ports with it. */
  unload(): void {
    for (const port of this.#ports) port.close();
    this.#ipc.removeAllListeners();
  }

  #runPreload(file: string, send: SendToMain): void {
    const electron = {
      ipcRenderer: Object.assign(this.#ipc, { send }),
      contextBridge: {
        exposeInMainWorld: (key: string, api: OtaBenchBridge) => {
          if (key === 'otaBench') this.otaBench = api;
        },
      },
    };
    // A sandboxed preload is CommonJS and may require Electron's renderer half and little else.
    const require: Require = (id) => {
      if (id !== 'electron') throw new Error(`module not found: ${id}`);
      return electron;
    };
    const source = `(function (require, window, process) {${readFileSync(file, 'utf8')}\n})`;
    const preload = runInThisContext(source, { filename: file }) as Preload;
    preload(require, this, { platform: process.platform });
  }
}
