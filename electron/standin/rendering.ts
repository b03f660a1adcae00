import type { RenderProcessGoneDetails } from 'electron';
import type { Wire } from './wire.ts';

/** A document in a window's main frame, with its preload. */
export type LoadedPage = {
  /** What `WebFrameMain.postMessage` brings: an event of `ipcRenderer`, with the DOM's own ports. */
  receive(channel: string, message: unknown, wires: Wire[]): void;
  unload(): void;
};

type Frame = { readonly url: string };

/** What a renderer process has to know of its contents. */
export type PageHost = {
  readonly world: { fetch(address: string, init?: RequestInit): Promise<Response> };
  readonly preload: string | undefined;
  readonly mainFrame: Frame;
  getURL(): string;
  emit(name: string): boolean;
  beginDocument(address: string, page: LoadedPage): Frame;
  sendToMain(channel: string, message: unknown, frame: Frame): void;
  asksToGo(url: string): 'may' | 'refused';
  windowOpen(url: string): 'allow' | 'deny';
  processGone(reason: RenderProcessGoneDetails['reason']): void;
};

/** What plays a window's renderer process. */
export type Renderer = {
  /** Resolves when the document is there, as `loadURL` does; rejects where nobody answers for it. */
  load(address: string): Promise<void>;
  reload(): Promise<void>;
  /** Ends its process from outside. */
  crash(): Promise<void>;
  resize(width: number, height: number): void;
  close(): void;
};

export type PageMaker = (contents: PageHost) => Renderer;
