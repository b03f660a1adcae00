import { EventEmitter } from 'node:events';
import type { SaveDialogOptions, Session } from 'electron';
import { preventable } from './events.ts';
import type { StandInContents } from './contents.ts';

type Handler<K extends keyof Session> = Session[K] extends (handler: infer H) => void
  ? Exclude<H, null>
  : never;

/** The parts of a session that decide what a page may have. */
export class StandInSession
  extends EventEmitter
  implements
    Pick<
      Session,
      | 'setPermissionRequestHandler'
      | 'setPermissionCheckHandler'
      | 'setDevicePermissionHandler'
      | 'setDisplayMediaRequestHandler'
      | 'setBluetoothPairingHandler'
    >
{
  #request: ((...args: never[]) => void) | null = null;
  #check: ((...args: never[]) => boolean) | null = null;
  #device: Handler<'setDevicePermissionHandler'> | null = null;
  #display: ((...args: never[]) => void) | null = null;
  #bluetooth: ((...args: never[]) => void) | null = null;

  setPermissionRequestHandler(handler: ((...args: never[]) => void) | null): void {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: ((...args: never[]) => boolean) | null): void {
    this.#check = handler;
  }

  setDevicePermissionHandler(handler: Handler<'setDevicePermissionHandler'> | null): void {
    this.#device = handler;
  }

  setDisplayMediaRequestHandler(handler: ((...args: never[]) => void) | null): void {
    this.#display = handler;
  }

  setBluetoothPairingHandler(handler: ((...args: never[]) => void) | null): void {
    this.#bluetooth = handler;
  }

  /** A page asks. Without a handler Electron grants, so the stand-in does too. */
  requests(contents: StandInContents, permission: string): Promise<boolean> {
    const handler = this.#request as
      | ((
          contents: unknown,
          permission: string,
          answer: (granted: boolean) => void,
          d: object,
        ) => void)
      | null;
    if (handler === null) return Promise.resolve(true);
    return new Promise((resolve) => {
      handler(contents, permission, resolve, {
        isMainFrame: true,
        requestingUrl: contents.getURL(),
      });
    });
  }

  checks(contents: StandInContents | null, permission: string): boolean {
    const handler = this.#check as
      ((contents: unknown, permission: string, origin: string, details: object) => boolean) | null;
    return handler === null || handler(contents, permission, 'app://bench/', { isMainFrame: true });
  }

  deviceAllowed(): boolean {
    return (
      this.#device === null ||
      this.#device({ deviceType: 'usb', origin: 'app://bench', device: {} as never })
    );
  }

  /** What the page gets from a screen-capture request: the streams, or null. */
  capturesScreen(): Promise<unknown> {
    const handler = this.#display as
      ((request: object, answer: (s: unknown) => void) => void) | null;
    if (handler === null) return Promise.resolve({});
    return new Promise((resolve) => {
      handler({}, resolve);
    });
  }

  pairsBluetooth(): Promise<boolean> {
    const handler = this.#bluetooth as
      ((details: object, answer: (response: { confirmed: boolean }) => void) => void) | null;
    if (handler === null) return Promise.resolve(true);
    return new Promise((resolve) => {
      handler({}, ({ confirmed }) => {
        resolve(confirmed);
      });
    });
  }

  /**
   * A page saves a file. Documented: preventing the default cancels it; else the person is asked, and
   * `done` says how it ended.
   */
  downloads(
    contents: StandInContents,
    name: string,
    end: 'completed' | 'cancelled' | 'interrupted' = 'completed',
  ): 'cancelled' | { defaultPath: string | undefined } {
    let options: SaveDialogOptions = {};
    const item = Object.assign(new EventEmitter(), {
      getFilename: () => name,
      getSavePath: () => options.defaultPath ?? '',
      setSaveDialogOptions: (given: SaveDialogOptions) => {
        options = given;
      },
    });
    const event = preventable({});
    this.emit('will-download', event, item, contents);
    if (event.defaultPrevented) return 'cancelled';
    item.emit('done', {}, end);
    return { defaultPath: options.defaultPath };
  }

  /** Electron takes the first device unless the listener prevents the default and chooses. */
  selectsDevice(event: 'select-hid-device' | 'select-usb-device' | 'select-serial-port'): unknown {
    let chosen: unknown = 'first-device';
    const choose = (id?: unknown): void => {
      chosen = id;
    };
    const details = preventable({});
    if (event === 'select-serial-port') this.emit(event, details, [], {}, choose);
    else this.emit(event, details, {}, choose);
    return details.defaultPrevented ? chosen : 'first-device';
  }
}
