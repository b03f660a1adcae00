/** What main, preload and the page agree on. Nothing else crosses between them but the port. */

/** Origin of the page; `app` is registered as a standard scheme, so Chromium gives it this origin. */
export const APP_ORIGIN = 'app://bench';
export const APP_SCHEME = 'app';
export const APP_HOST = 'bench';
export const APP_PAGE = `${APP_ORIGIN}/`;

/** The one IPC channel between main and preload, both ways. */
export const CHANNEL = 'ota-bench';

/** Message from preload to the page that carries the port to the core. */
export const PORT_MESSAGE = 'ota-bench:port';
/** Message from preload to the page: the core ended and is being restarted; a new port follows. */
export const LOST_MESSAGE = 'ota-bench:lost';

/** Preload → main. */
export type FromWindow = { kind: 'ready' };
/** Main → preload. `port` travels with one MessagePort. */
export type ToWindow = { kind: 'port' } | { kind: 'lost' };

/** What the page sees as `window.otaBench`. */
export type OtaBenchBridge = {
  /** `process.platform` of the machine, for key names in the UI. */
  readonly platform: string;
  /** Says that the page listens; a `PORT_MESSAGE` follows, and again after every restart of the core. */
  ready(): void;
};
