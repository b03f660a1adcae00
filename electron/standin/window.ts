import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import { preventable } from './events.ts';
import { StandInFrame } from './frames.ts';
import { Page } from './page.ts';
import type { World } from './world.ts';

type WindowOpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];

export class StandInContents
  extends EventEmitter
  implements Pick<WebContents, 'getURL' | 'setWindowOpenHandler' | 'id'>
{
  readonly id: number;
  mainFrame = new StandInFrame('', null);
  readonly #standIn: World;
  readonly #preload: string | undefined;
  #openHandler: WindowOpenHandler | null = null;

  constructor(standIn: World, id: number, preload: string | undefined) {
    super();
    this.id = id;
    this.#standIn = standIn;
    this.#preload = preload;
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#openHandler = handler;
  }

  /** Loads as the browser process does on `loadURL`: no will-navigate. */
  async load(address: string): Promise<void> {
    const response = await this.#standIn.fetch(address);
    if (!response.ok) throw new Error(`ERR_FAILED (${String(response.status)}) loading ${address}`);
    this.unload();
    // A new document has a new frame host at the same place in the tree.
    const frame = new StandInFrame(address, null, this.mainFrame.frameTreeNodeId);
    this.mainFrame = frame;
    frame.page = new Page(address, this.#preload, (channel, message) => {
      this.sendToMain(channel, message, frame);
    });
    this.emit('did-finish-load');
  }

  /** What `ipcRenderer.send` causes in main. */
  sendToMain(channel: string, message: unknown, frame: StandInFrame): void {
    this.#standIn.ipcMain.emit(channel, { sender: this, senderFrame: frame }, message);
  }

  /** A link, a script or a form in the page asks to go elsewhere. */
  async navigate(url: string, frame: StandInFrame = this.mainFrame): Promise<'went' | 'refused'> {
    const isMainFrame = frame.parent === null;
    const details = { url, isSameDocument: false, isMainFrame, frame };
    const first = preventable({ ...details });
    this.emit('will-frame-navigate', first);
    if (first.defaultPrevented) return 'refused';
    if (isMainFrame) {
      const second = preventable({ ...details });
      this.emit('will-navigate', second);
      if (second.defaultPrevented) return 'refused';
      await this.load(url);
    }
    return 'went';
  }

  /** A server redirect of a navigation under way. */
  redirect(url: string): 'went' | 'refused' {
    const event = preventable({ url, isMainFrame: true, frame: this.mainFrame });
    this.emit('will-redirect', event);
    return event.defaultPrevented ? 'refused' : 'went';
  }

  attachWebview(): 'attached' | 'refused' {
    const event = preventable({});
    this.emit('will-attach-webview', event, {}, {});
    return event.defaultPrevented ? 'refused' : 'attached';
  }

  windowOpen(url: string): 'allow' | 'deny' {
    const handler = this.#openHandler;
    if (handler === null) return 'allow';
    return handler({
      url,
      frameName: '',
      features: '',
      disposition: 'foreground-tab',
      referrer: { policy: 'default', url: '' },
    }).action;
  }

  unload(): void {
    this.mainFrame.page?.unload();
    this.mainFrame.page = null;
  }
}

export class StandInWindow
  extends EventEmitter
  implements
    Pick<
      BrowserWindow,
      | 'show'
      | 'focus'
      | 'restore'
      | 'isMinimized'
      | 'isDestroyed'
      | 'isVisible'
      | 'close'
      | 'loadURL'
    >
{
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: StandInContents;
  minimized = false;
  focused = 0;
  readonly #standIn: World;
  #visible: boolean;
  #destroyed = false;

  constructor(standIn: World, options: BrowserWindowConstructorOptions) {
    super();
    if (!standIn.ready) throw new Error('Cannot create BrowserWindow before app is ready');
    this.#standIn = standIn;
    this.options = options;
    this.#visible = options.show ?? true;
    standIn.windows.push(this);
    this.webContents = new StandInContents(
      standIn,
      standIn.windows.length,
      options.webPreferences?.preload,
    );
    standIn.app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(address: string): Promise<void> {
    await this.webContents.load(address);
    this.emit('ready-to-show');
  }

  show(): void {
    this.#visible = true;
  }

  isVisible(): boolean {
    return this.#visible;
  }

  focus(): void {
    this.focused += 1;
  }

  restore(): void {
    this.minimized = false;
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  close(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.webContents.unload();
    this.emit('closed');
    if (this.#standIn.windows.every((window) => window.isDestroyed()))
      this.#standIn.lastWindowClosed();
  }
}
