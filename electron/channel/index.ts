/** What main, preload and the page agree on. Nothing else crosses between them but the port. */
import type { FromWindow, ToPage } from './messages.ts';

export {
  FromWindow,
  Language,
  Paper,
  Place,
  Theme,
  ToWindow,
  type ScreenName,
  type ToPage,
  type Wish,
} from './messages.ts';

/** Origin of the page; `app` is registered as a standard scheme, so Chromium gives it this origin. */
export const APP_ORIGIN = 'app://bench';
export const APP_SCHEME = 'app';
export const APP_HOST = 'bench';
export const APP_PAGE = `${APP_ORIGIN}/`;
/** Scheme of the links that the operating system hands over. */
export const LINK_SCHEME = 'otabench';
/** Folder of the page's origin under which main serves a file that a person opened. */
export const OPENED_PATH = '/opened/';

/** The one IPC channel between main and preload, both ways. */
export const CHANNEL = 'ota-bench';

/** Message from preload to the page that carries the port to the core. */
export const PORT_MESSAGE = 'ota-bench:port';
/** Message from preload to the page: the core ended and is being restarted; a new port follows. */
export const LOST_MESSAGE = 'ota-bench:lost';

/** What the page sees as `window.otaBench`. */
export type OtaBenchBridge = {
  /** `process.platform` of the machine, for key names in the UI. */
  readonly platform: string;
  /** Says that the page listens; a `PORT_MESSAGE` follows, and again after every restart of the core. */
  ready(): void;
  /** Tells main something; what is not of its form is dropped. */
  tell(message: FromWindow): void;
  /** Takes what main has to say, from now on; what came before the first listener waits for it. */
  listen(listener: (message: ToPage) => void): void;
};
