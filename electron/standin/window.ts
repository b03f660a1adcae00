import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { StandInContents } from './contents.ts';
import { preventable } from './events.ts';
import type { World } from './world.ts';

/** One desktop has one focused window. */
let focused: StandInWindow | null = null;

type Part = Pick<
  BrowserWindow,
  | 'close'
  | 'destroy'
  | 'focus'
  | 'getNormalBounds'
  | 'isDestroyed'
  | 'isFocused'
  | 'isMaximized'
  | 'isMinimized'
  | 'isVisible'
  | 'loadURL'
  | 'maximize'
  | 'minimize'
  | 'restore'
  | 'setProgressBar'
  | 'show'
>;

export class StandInWindow extends EventEmitter implements Part {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: StandInContents;
  /** What the taskbar shows; less than 0 is nothing. */
  progress = -1;
  /** How often it was brought to the front. */
  focused = 0;
  readonly #standIn: World;
  #bounds: Rectangle;
  #state: 'normal' | 'maximized' = 'normal';
  #minimized = false;
  #visible: boolean;
  #destroyed = false;

  constructor(standIn: World, options: BrowserWindowConstructorOptions) {
    super();
    if (!standIn.ready) throw new Error('Cannot create BrowserWindow before app is ready');
    this.#standIn = standIn;
    this.options = options;
    this.#visible = options.show ?? true;
    // Documented defaults: 800×600, in the middle.
    const { width = 800, height = 600, x = 0, y = 0 } = options;
    this.#bounds = { x, y, width, height };
    standIn.windows.push(this);
    const id = standIn.windows.length;
    this.webContents = new StandInContents(standIn, id, options.webPreferences?.preload);
    this.webContents.resize(width, height);
    standIn.app.emit('web-contents-created', {}, this.webContents);
  }

  static getFocusedWindow(): StandInWindow | null {
    return focused;
  }

  async loadURL(address: string): Promise<void> {
    await this.webContents.load(address);
    if (!this.#destroyed) this.emit('ready-to-show');
  }

  show(): void {
    this.#visible = true;
    this.#setFocus(true);
    this.emit('show');
  }

  isVisible(): boolean {
    return this.#visible;
  }

  focus(): void {
    this.focused += 1;
    this.#setFocus(true);
  }

  /** The person turned to another application. */
  blur(): void {
    this.#setFocus(false);
  }

  isFocused(): boolean {
    return focused === this;
  }

  restore(): void {
    this.#minimized = false;
  }

  minimize(): void {
    this.#minimized = true;
    this.#setFocus(false);
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  maximize(): void {
    this.#state = 'maximized';
    // Documented: also shows (but does not focus) the window.
    this.#visible = true;
    this.emit('maximize');
  }

  isMaximized(): boolean {
    return this.#state === 'maximized';
  }

  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#bounds = { ...this.#bounds, ...bounds };
    this.webContents.resize(this.#bounds.width, this.#bounds.height);
  }

  setProgressBar(progress: number): void {
    this.progress = progress;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  /** Documented: `close` first, which can be prevented, then `closed`. */
  close(): void {
    if (this.#destroyed) return;
    const event = preventable({});
    this.emit('close', event);
    if (event.defaultPrevented) return;
    this.destroy();
  }

  /** Documented: `close` is not emitted, `closed` is. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#setFocus(false);
    this.webContents.destroy();
    this.emit('closed');
    if (this.#standIn.windows.every((window) => window.isDestroyed()))
      this.#standIn.lastWindowClosed();
  }

  #setFocus(on: boolean): void {
    const isFocused = focused === this;
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- which window has it, is the point
    if (on) focused = this;
    else if (isFocused) focused = null;
  }
}
