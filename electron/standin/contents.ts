import { EventEmitter } from 'node:events';
import type { PrintToPDFOptions, RenderProcessGoneDetails, WebContents } from 'electron';
import { preventable } from './events.ts';
import { StandInFrame } from './frames.ts';
import type { LoadedPage, Renderer } from './rendering.ts';
import type { World } from './world.ts';

type WindowOpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];

export class StandInContents
  extends EventEmitter
  implements
    Pick<
      WebContents,
      | 'getURL'
      | 'setWindowOpenHandler'
      | 'id'
      | 'reload'
      | 'forcefullyCrashRenderer'
      | 'isDestroyed'
      | 'printToPDF'
    >
{
  readonly #id: number;
  readonly world: World;
  readonly preload: string | undefined;
  mainFrame: StandInFrame = new StandInFrame('', null);
  readonly #renderer: Renderer;
  #openHandler: WindowOpenHandler | null = null;
  #destroyed = false;

  constructor(world: World, id: number, preload: string | undefined) {
    super();
    this.#id = id;
    this.world = world;
    this.preload = preload;
    this.#renderer = world.pages(this);
  }

  /** As every member of an object whose native half is gone. */
  get id(): number {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    return this.#id;
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#openHandler = handler;
  }

  /** Loads as the browser process does on `loadURL`: no will-navigate. */
  async load(address: string): Promise<void> {
    // A page of its own address asks no scheme of the application, and has nothing to run.
    if (address.startsWith('data:')) this.mainFrame = new StandInFrame(address, null);
    else await this.#renderer.load(address);
  }

  /** Not drawn: what was printed, and how, can be looked at. */
  printToPDF(options: PrintToPDFOptions): Promise<Buffer<ArrayBuffer>> {
    if (this.#destroyed) return Promise.reject(new Error('Object has been destroyed'));
    this.world.printed.push({ address: this.mainFrame.url, options });
    return Promise.resolve(Buffer.from('%PDF-1.7 of a stand-in'));
  }

  reload(): void {
    void this.#renderer.reload();
  }

  /** Documented: `render-process-gone` follows. */
  forcefullyCrashRenderer(): void {
    void this.#renderer.crash();
  }

  resize(width: number, height: number): void {
    this.#renderer.resize(width, height);
  }

  /** A new document has a new frame host at the same place in the tree. */
  beginDocument(address: string, page: LoadedPage): StandInFrame {
    this.mainFrame.page = null;
    const frame = new StandInFrame(address, null, this.mainFrame.frameTreeNodeId);
    frame.page = page;
    this.mainFrame = frame;
    return frame;
  }

  processGone(reason: RenderProcessGoneDetails['reason']): void {
    this.mainFrame.page = null;
    this.emit('render-process-gone', {}, { reason, exitCode: 5 });
  }

  /** What `ipcRenderer.send` causes in main. */
  sendToMain(channel: string, message: unknown, frame: StandInFrame): void {
    // Copied as the structured clone algorithm copies it, on its way between processes.
    const copy: unknown = structuredClone(message);
    this.world.ipcMain.emit(channel, { sender: this, senderFrame: frame }, copy);
  }

  /** A link, a script or a form in the page asks to go elsewhere. */
  async navigate(url: string, frame: StandInFrame = this.mainFrame): Promise<'went' | 'refused'> {
    if (this.asksToGo(url, frame) === 'refused') return 'refused';
    if (frame.parent === null) await this.load(url);
    return 'went';
  }

  /** The events alone: documented in this order, the second for the main frame only. */
  asksToGo(url: string, frame: StandInFrame = this.mainFrame): 'may' | 'refused' {
    const isMainFrame = frame.parent === null;
    for (const name of ['will-frame-navigate', 'will-navigate'] as const) {
      if (name === 'will-navigate' && !isMainFrame) continue;
      const details = preventable({ url, isSameDocument: false, isMainFrame, frame });
      this.emit(name, details);
      if (details.defaultPrevented) return 'refused';
    }
    return 'may';
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

  destroy(): void {
    this.#destroyed = true;
    this.mainFrame.page = null;
    this.#renderer.close();
  }
}
