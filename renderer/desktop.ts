import type { FromWindow, OtaBenchBridge, ToPage } from '../electron/channel/index.ts';

/*
 * The only file that knows the desktop application around the page. In a browser there is none, and
 * everything here does nothing.
 */

export type { ToPage as DesktopMessage };
export type DesktopPlace = Extract<ToPage, { kind: 'go' }>['place'];

declare global {
  interface Window {
    /** Set by Electron's preload only. */
    readonly otaBench?: OtaBenchBridge;
  }
}

/** True in the desktop application, false in a browser. */
export const isDesktop = (): boolean => window.otaBench !== undefined;

export function tellDesktop(message: FromWindow): void {
  window.otaBench?.tell(message);
}

/** The last listener gets everything from now on, and what came before there was one. */
export function listenToDesktop(listener: (message: ToPage) => void): void {
  window.otaBench?.listen(listener);
}

/** True in a window that shows Traffic and nothing else. */
export const isTornOff: boolean =
  typeof location !== 'undefined' &&
  new URLSearchParams(location.search).get('window') === 'traffic';

/** Traffic in a window of its own, or in another tab. */
export function tearOffTraffic(): void {
  if (isDesktop()) tellDesktop({ kind: 'tear-off' });
  else window.open('?window=traffic#/traffic', '_blank', 'noopener');
}
