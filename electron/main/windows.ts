import type { BrowserWindow, WebContents } from 'electron';
import type { WindowKind } from './window-state.ts';

/** The windows that are open: at most one of each kind. */
export type Windows = {
  /** Brings the window of this kind to the front, opening it where there is none. */
  show(kind: WindowKind): BrowserWindow;
  /** The main window, else any other; null when none is open. */
  front(): BrowserWindow | null;
  all(): BrowserWindow[];
  /** The window whose page these are; null for contents of any other. */
  of(contents: WebContents): BrowserWindow | null;
};

export function createWindows(open: (kind: WindowKind) => BrowserWindow): Windows {
  const opened = new Map<WindowKind, BrowserWindow>();
  const all = (): BrowserWindow[] => [...opened.values()].filter((each) => !each.isDestroyed());
  return {
    show: (kind) => {
      const there = opened.get(kind);
      if (there !== undefined && !there.isDestroyed()) {
        if (there.isMinimized()) there.restore();
        there.show();
        there.focus();
        return there;
      }
      const window = open(kind);
      opened.set(kind, window);
      window.once('closed', () => {
        if (opened.get(kind) === window) opened.delete(kind);
      });
      return window;
    },
    front: () => all().find((each) => each === opened.get('main')) ?? all()[0] ?? null,
    all,
    // One that is gone answers no question, not even for its id.
    of: (contents) =>
      contents.isDestroyed()
        ? null
        : (all().find((window) => window.webContents.id === contents.id) ?? null),
  };
}
