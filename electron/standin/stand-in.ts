import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import type {
  BrowserWindowConstructorOptions,
  CustomScheme,
  ForkOptions,
  MessageBoxOptions,
  MessageBoxReturnValue,
  OpenDialogReturnValue,
  SaveDialogOptions,
  SaveDialogReturnValue,
  Protocol,
  RelaunchOptions,
} from 'electron';
import { StandInApp } from './app.ts';
import {
  LAPTOP,
  type StandInNotification,
  StandInPowerSaveBlocker,
  StandInTheme,
  type StandInTray,
  type StandInDisplay,
} from './desktop.ts';
import type { StandInMenu } from './menu.ts';
import { nodePages } from './page.ts';
import type { PageMaker } from './rendering.ts';
import { StandInSession } from './session.ts';
import { StandInUtilityProcess } from './utility-process.ts';
import { StandInWindow } from './window.ts';
import type { World } from './world.ts';

type ProtocolHandler = Parameters<Protocol['handle']>[1];

/** The world behind the stand-in module: what a test sets before and looks at after. */
export class StandIn implements World {
  userData = tmpdir();
  anotherInstanceRuns = false;
  languages = ['en-GB'];
  displays: StandInDisplay[] = [LAPTOP];
  pages: PageMaker = nodePages;
  /** Which button a person presses in a message box. */
  boxAnswer: (options: MessageBoxOptions) => Promise<number> = (options) =>
    Promise.resolve(options.cancelId ?? 0);
  /** The file a person chooses; null: they think better of it. */
  chosen: string | null = null;

  ready = false;
  sandboxed = false;
  aboutShown = 0;
  schemes: CustomScheme[] = [];
  menu: StandInMenu | null = null;
  readonly protocols: string[] = [];
  readonly relaunched: RelaunchOptions[] = [];
  readonly windows: StandInWindow[] = [];
  readonly processes: StandInUtilityProcess[] = [];
  readonly boxes: MessageBoxOptions[] = [];
  readonly trays: StandInTray[] = [];
  readonly notifications: StandInNotification[] = [];
  readonly openedPaths: string[] = [];
  /** What save dialogs began with. */
  readonly savedAs: string[] = [];
  readonly printed: World['printed'] = [];
  readonly session = new StandInSession();
  readonly ipcMain = new EventEmitter();
  readonly powerMonitor = new EventEmitter();
  readonly powerSaveBlocker = new StandInPowerSaveBlocker();
  readonly nativeTheme = new StandInTheme();
  readonly app: StandInApp = new StandInApp(this);
  readonly whenReady: Promise<void>;
  /** Settles when the application has quit. */
  readonly ended: Promise<void>;
  readonly #handlers = new Map<string, ProtocolHandler>();
  #end: () => void = () => undefined;
  #ready: () => void = () => undefined;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.whenReady = new Promise((resolve) => {
      this.#ready = resolve;
    });
  }

  /** Electron becomes ready when the entry's own side effects are over; whoever ran it says so. */
  becomeReady(): void {
    this.ready = true;
    this.app.emit('ready');
    this.#ready();
  }

  end(): void {
    this.app.emit('quit', {}, 0);
    this.#end();
  }

  lastWindowClosed(): void {
    if (this.app.quitting) return;
    if (this.app.listenerCount('window-all-closed') === 0) this.app.quit();
    else this.app.emit('window-all-closed');
  }

  async fetch(address: string, init?: RequestInit): Promise<Response> {
    const handler = this.#handlers.get(new URL(address).protocol.slice(0, -1));
    if (handler === undefined) throw new Error(`ERR_UNKNOWN_URL_SCHEME ${address}`);
    return handler(new Request(address, init));
  }

  registerSchemes(schemes: CustomScheme[]): void {
    if (this.ready)
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    if (this.schemes.length > 0)
      throw new Error('registerSchemesAsPrivileged can be called only once');
    this.schemes = schemes;
  }

  handle(scheme: string, handler: ProtocolHandler): void {
    if (!this.ready) throw new Error('protocol.handle can only be used after app is ready');
    this.#handlers.set(scheme, handler);
  }

  fork(modulePath: string, args: string[] = [], options: ForkOptions = {}): StandInUtilityProcess {
    if (!this.ready) throw new Error('utilityProcess cannot be created before app is ready.');
    const child = new StandInUtilityProcess(modulePath, args, options);
    this.processes.push(child);
    return child;
  }

  /** Documented: aborting `signal` closes the box as if it was cancelled by the person. */
  async showMessageBox(options: MessageBoxOptions): Promise<MessageBoxReturnValue> {
    this.boxes.push(options);
    const cancelled = new Promise<number>((resolve) => {
      options.signal?.addEventListener('abort', () => {
        resolve(options.cancelId ?? 0);
      });
    });
    const response = await Promise.race([this.boxAnswer(options), cancelled]);
    return { response, checkboxChecked: false };
  }

  showOpenDialog(): Promise<OpenDialogReturnValue> {
    const { chosen } = this;
    return Promise.resolve({
      canceled: chosen === null,
      filePaths: chosen === null ? [] : [chosen],
    });
  }

  /** Documented: the path is empty where it was cancelled. */
  showSaveDialog(options: SaveDialogOptions): Promise<SaveDialogReturnValue> {
    this.savedAs.push(options.defaultPath ?? '');
    return Promise.resolve({ canceled: this.chosen === null, filePath: this.chosen ?? '' });
  }

  openWindow(options: BrowserWindowConstructorOptions): StandInWindow {
    return new StandInWindow(this, options);
  }
}
