/**
 * A STAND-IN for the `electron` module, for tests on machines without Electron's binary.
 *
 * It plays the part of Electron's documented API that the shell uses, and enforces what the
 * documentation promises: what is allowed only before or after `ready`, that a port's messages wait
 * for `start()`, that a transferred port is neutered, that a utility process is a process of its own
 * with real exits and signals, that a preload is CommonJS, that `window.postMessage` respects its
 * target origin. Its classes are compiled against Electron's own type declarations, so a change of
 * the API stops it from compiling.
 *
 * What it does NOT prove: that Chromium honours `sandbox`, `contextIsolation` or the content policy;
 * that Electron emits these events when a real page navigates; that native modules load inside
 * Electron's Node; anything about drawing, menus on screen, or the three operating systems.
 */
import type * as Electron from 'electron';
import { StandIn, StandInChannel } from './stand-in.ts';

export const standIn = new StandIn();

export const app = standIn.app;
export const ipcMain = standIn.ipcMain;
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

export const dialog = {
  showMessageBox: (options: Electron.MessageBoxOptions) => standIn.showMessageBox(options),
};

export const nativeTheme = { shouldUseDarkColors: true } satisfies Partial<Electron.NativeTheme>;

export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (menu: Electron.MenuItemConstructorOptions[] | null) => {
    standIn.menu = menu;
  },
};

/** Called with `new`; returns the stand-in's window. */
export const BrowserWindow = function (options: Electron.BrowserWindowConstructorOptions) {
  return standIn.openWindow(options);
};
