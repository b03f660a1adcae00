import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type {
  Display,
  NativeTheme,
  NotificationConstructorOptions,
  PowerSaveBlocker,
} from 'electron';
import type { StandInMenu } from './menu.ts';

/** An image as far as it matters here: whether there is one. */
export class StandInImage {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Documented for `createFromPath`: empty where the path does not exist. */
  isEmpty(): boolean {
    return !existsSync(this.path);
  }
}

export class StandInTray extends EventEmitter {
  readonly image: StandInImage;
  menu: StandInMenu | null = null;
  toolTip = '';
  #destroyed = false;

  constructor(image: StandInImage) {
    super();
    if (image.isEmpty()) throw new Error('Failed to load image');
    this.image = image;
  }

  setContextMenu(menu: StandInMenu | null): void {
    this.menu = menu;
  }

  setToolTip(text: string): void {
    this.toolTip = text;
  }

  destroy(): void {
    this.#destroyed = true;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }
}

export class StandInNotification extends EventEmitter {
  readonly title: string;
  readonly body: string;
  shown = false;

  constructor({ title = '', body = '' }: NotificationConstructorOptions = {}) {
    super();
    this.title = title;
    this.body = body;
  }

  show(): void {
    this.shown = true;
    this.emit('show', {});
  }
}

/** Documented: `start` returns an integer; `stop` says whether it has been stopped. */
export class StandInPowerSaveBlocker implements PowerSaveBlocker {
  readonly started = new Map<number, string>();
  #last = 0;

  start(type: 'prevent-app-suspension' | 'prevent-display-sleep'): number {
    this.#last += 1;
    this.started.set(this.#last, type);
    return this.#last;
  }

  stop(id: number): boolean {
    return this.started.delete(id);
  }

  isStarted(id: number): boolean {
    return this.started.has(id);
  }
}

/** Documented: setting `themeSource` overrides what the system says, and `updated` follows. */
export class StandInTheme
  extends EventEmitter
  implements Pick<NativeTheme, 'shouldUseDarkColors' | 'themeSource'>
{
  systemIsDark = true;
  #source: NativeTheme['themeSource'] = 'system';

  get themeSource(): NativeTheme['themeSource'] {
    return this.#source;
  }

  set themeSource(source: NativeTheme['themeSource']) {
    if (!['system', 'light', 'dark'].includes(source)) throw new TypeError(`themeSource ${source}`);
    const before = this.shouldUseDarkColors;
    this.#source = source;
    if (this.shouldUseDarkColors !== before) this.emit('updated');
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'system' ? this.systemIsDark : this.#source === 'dark';
  }
}

export type StandInDisplay = Pick<Display, 'id' | 'workArea' | 'bounds'>;

export const LAPTOP: StandInDisplay = {
  id: 1,
  bounds: { x: 0, y: 0, width: 1440, height: 900 },
  workArea: { x: 0, y: 25, width: 1440, height: 875 },
};
