/**
 * A STAND-IN for the `electron` module, for tests on machines without Electron's binary.
 *
 * It plays the part of Electron's documented API that the shell uses, and enforces what the
 * documentation promises: what is allowed only before or after `ready`, that a port's messages wait
 * for `start()`, that a transferred port is neutered, that a utility process is a process of its own
 * with real exits and signals, that a preload is CommonJS, that `window.postMessage` respects its
 * target origin, that `before-quit`, `close` and `will-quit` come in this order and can each be
 * prevented. Its classes are compiled against Electron's own type declarations, so a change of the API
 * stops it from compiling.
 *
 * A window's page is either a page in Node (`page.ts`: the preload alone) or one of Chromium
 * (`chromium.ts`: the built renderer as well, with real MessagePorts).
 *
 * What it does NOT prove: that Electron's own Chromium honours `sandbox` or `contextIsolation`; that
 * Electron emits these events when a real page navigates; that native modules load inside Electron's
 * Node; anything about drawing, menus on screen, or the three operating systems.
 */
import type * as Electron from 'electron';
import { StandInImage, StandInNotification, StandInTray } from './desktop.ts';
import { StandInMenu } from './menu.ts';
import { StandInChannel } from './ports.ts';
import { StandIn } from './stand-in.ts';
import { StandInWindow } from './window.ts';

export const standIn = new StandIn();

export const { app, ipcMain, powerMonitor, powerSaveBlocker, nativeTheme } = standIn;
export const MessageChannelMain = StandInChannel;

export const protocol = {
  registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => {
    standIn.registerSchemes(schemes);
  },
  handle: (scheme: string, handler: Parameters<Electron.Protocol['handle']>[1]) => {
    standIn.handle(scheme, handler);
  },
} satisfies Partial<Electron.Protocol>;

export const session = {
  get defaultSession() {
    if (!standIn.ready) throw new Error('Session can only be received when app is ready');
    return standIn.session;
  },
};

export const utilityProcess = {
  fork: (modulePath: string, args?: string[], options?: Electron.ForkOptions) =>
    standIn.fork(modulePath, args, options),
};

/** Documented for all of them: the window comes first and may be left out. */
export const dialog = {
  showMessageBox: (...args: unknown[]) =>
    standIn.showMessageBox(args.at(-1) as Electron.MessageBoxOptions),
  showOpenDialog: () => standIn.showOpenDialog(),
  showSaveDialog: (...args: unknown[]) =>
    standIn.showSaveDialog(args.at(-1) as Electron.SaveDialogOptions),
};

/** Documented: usable only after `ready`. */
export const screen = {
  getAllDisplays: () => standIn.displays,
  getPrimaryDisplay: () => {
    const [primary] = standIn.displays;
    if (!standIn.ready || primary === undefined) throw new Error('there is no display yet');
    return primary;
  },
};

/** Documented: resolves with the error message, or with nothing. */
export const shell = {
  openPath: (path: string) => {
    standIn.openedPaths.push(path);
    return Promise.resolve('');
  },
} satisfies Partial<Electron.Shell>;

export const nativeImage = { createFromPath: (path: string) => new StandInImage(path) };

export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => new StandInMenu(template),
  setApplicationMenu: (menu: StandInMenu | null) => {
    standIn.menu = menu;
  },
  getApplicationMenu: () => standIn.menu,
};

/** Called with `new`, as the three below. */
export const BrowserWindow = Object.assign(
  function (options: Electron.BrowserWindowConstructorOptions) {
    return standIn.openWindow(options);
  },
  {
    getFocusedWindow: () => StandInWindow.getFocusedWindow(),
    getAllWindows: () => standIn.windows.filter((window) => !window.isDestroyed()),
  },
);

export const Tray = function (image: StandInImage) {
  const tray = new StandInTray(image);
  standIn.trays.push(tray);
  return tray;
};

export const Notification = Object.assign(
  function (options: Electron.NotificationConstructorOptions) {
    const notification = new StandInNotification(options);
    standIn.notifications.push(notification);
    return notification;
  },
  { isSupported: () => true },
);
