import { readFileSync } from 'node:fs';
import { APP_ORIGIN } from '../channel/index.ts';

/** Where Chromium sees the page: it knows no `app://`, and trusts `localhost` as it trusts TLS. */
export const STAND_IN_ORIGIN = 'http://bench.localhost';

/** What the page calls to reach the stand-in's main process. */
export const CALL = 'standInCall';
/** What the stand-in calls in the page. */
export const TAKE = 'standInTake';

/** What crosses between the page and the stand-in; `data` is as `encode` below writes it. */
export type PageCall =
  | { kind: 'document'; url: string }
  | { kind: 'open'; url: string }
  | { kind: 'send'; channel: string; message: unknown }
  | { kind: 'port-message'; port: number; data: Encoded }
  | { kind: 'port-close'; port: number };
export type Encoded = { text: string } | { base64: string } | { json: unknown };

/**
 * The script that Chromium runs before the page's own: it gives the built preload the half of
 * `electron` that a sandboxed one may require, and carries the DOM's real MessagePorts.
 *
 * Unlike in Electron it runs in the page's own world: what `contextIsolation` promises is not shown.
 */
export function preloadScript(file: string): string {
  const source = readFileSync(file, 'utf8');
  return `(${inPage.toString()})(${JSON.stringify({
    ...{ appOrigin: APP_ORIGIN, origin: STAND_IN_ORIGIN, call: CALL, take: TAKE },
    platform: process.platform,
  })}, function (require, window, process) {${source}\n});`;
}

type Names = { appOrigin: string; origin: string; call: string; take: string; platform: string };
type Preload = (require: (id: string) => unknown, window: object, process: object) => void;
type Listener = (event: { ports: MessagePort[] }, message: unknown) => void;
type MessagePort = {
  postMessage(data: unknown): void;
  close(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
};
/** The page's globals as far as they are used below; the stand-in is compiled without the DOM. */
type Dom = {
  top: unknown;
  location: { origin: string; href: string };
  postMessage(data: unknown, origin: string, transfer: unknown[]): void;
  MessageChannel: new () => { port1: MessagePort; port2: MessagePort };
  btoa(text: string): string;
  atob(text: string): string;
};

/** Runs in the page: nothing of this file is there. */
function inPage(names: Names, preload: Preload): void {
  const dom = globalThis as unknown as Dom & Record<string, (argument: unknown) => unknown>;
  // Documented: without `nodeIntegrationInSubFrames` a preload runs in the main frame alone.
  if (dom.top !== globalThis || dom.location.origin !== names.origin) return;
  const call = (packet: unknown): void => void dom[names.call]?.(JSON.stringify(packet));
  const listeners = new Map<string, Listener[]>();
  const ports = new Map<number, MessagePort>();

  const encode = (data: unknown): unknown => {
    if (typeof data === 'string') return { text: data };
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (!(bytes instanceof Uint8Array)) return { json: data };
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { base64: dom.btoa(binary) };
  };
  const decode = (data: { text?: string; base64?: string; json?: unknown }): unknown => {
    if (data.text !== undefined) return data.text;
    if (data.base64 === undefined) return data.json;
    return Uint8Array.from(dom.atob(data.base64), (letter) => letter.charCodeAt(0));
  };
  const receivePort = (port: number): MessagePort => {
    const { port1, port2 } = new dom.MessageChannel();
    ports.set(port, port1);
    port1.onmessage = ({ data }) => call({ kind: 'port-message', port, data: encode(data) });
    port1.onclose = () => call({ kind: 'port-close', port });
    return port2;
  };
  dom[names.take] = (raw) => {
    const packet = raw as {
      kind: string;
      channel: string;
      message: unknown;
      ports: number[];
      port: number;
      data: object;
    };
    if (packet.kind === 'receive') {
      const event = { ports: packet.ports.map(receivePort) };
      for (const listener of listeners.get(packet.channel) ?? []) listener(event, packet.message);
    } else if (packet.kind === 'port-message') {
      ports.get(packet.port)?.postMessage(decode(packet.data));
    } else {
      ports.get(packet.port)?.close();
      ports.delete(packet.port);
    }
  };
  call({ kind: 'document', url: dom.location.href });
  // Asked before Chromium would open a tab, which takes the focus from this one. Null is a denial.
  Object.assign(dom, {
    open: (url: unknown) => {
      call({ kind: 'open', url: String(url) });
      return null;
    },
  });
  const electron = {
    ipcRenderer: {
      on: (channel: string, listener: Listener) => {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
      send: (channel: string, message: unknown) => call({ kind: 'send', channel, message }),
    },
    contextBridge: {
      // Documented: what is exposed is frozen, and functions are proxied.
      exposeInMainWorld: (key: string, api: object) => {
        Object.defineProperty(globalThis, key, { value: Object.freeze(api), enumerable: true });
      },
    },
  };
  const require = (id: string): unknown => {
    if (id !== 'electron') throw new Error(`module not found: ${id}`);
    return electron;
  };
  const window = {
    postMessage: (data: unknown, origin: string, transfer: unknown[] = []) => {
      dom.postMessage(data, origin === names.appOrigin ? names.origin : origin, transfer);
    },
  };
  preload(require, window, { platform: names.platform });
}
