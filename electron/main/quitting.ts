import { app, dialog, powerMonitor, type BrowserWindow, type Event } from 'electron';
import type { CoreOwner } from './core-owner.ts';
import type { GlanceUpdate } from './glance.ts';
import { updateLine, type Words } from './words.ts';

/** So many are named; a dialog does not scroll. */
const NAMED_LIMIT = 8;

export type Quitting = {
  /** Asks before the last window goes, where that would end the application. */
  guardWindow(window: BrowserWindow, isLast: () => boolean): void;
  /** Quits without a further question: there is nothing to lose, or it was answered already. */
  now(): void;
  /** Asks where what runs is to stop but the application goes on; true when nothing speaks against it. */
  mayStop(): Promise<boolean>;
};

export type QuitOptions = {
  core: Pick<CoreOwner, 'close'>;
  /** What a vehicle is doing now, by what the core told last: one that hangs is not asked. */
  busy: () => readonly GlanceUpdate[];
  words: () => Words;
  windows: () => readonly BrowserWindow[];
  /** What else has to end with the application. */
  onEnd: () => void;
};

/**
 * The ways out: a person quits, closes the last window, or the computer shuts down. Each asks where a
 * vehicle is in the middle of an update, then holds the end back until the core has closed in order or
 * has been killed; both within bounds, so that nothing keeps the application for ever.
 */
export function guardQuit(options: QuitOptions): Quitting {
  const { core, busy, words, windows } = options;
  let state: 'open' | 'asking' | 'agreed' = 'open';
  const now = (): void => {
    state = 'agreed';
    app.quit();
  };
  const ask = async (): Promise<void> => {
    if (state !== 'open') return;
    state = 'asking';
    const isSure = await isWanted(busy(), words(), windows()[0], 'quit');
    if (isSure) now();
    else state = 'open';
  };
  /** True where the way out is free; otherwise the question is on its way. */
  const isFree = (): boolean => {
    if (state === 'agreed' || busy().length === 0) return true;
    void ask();
    return false;
  };

  app.on('before-quit', (event) => {
    if (isFree()) state = 'agreed';
    else event.preventDefault();
  });

  // macOS and Linux give a moment; a question would use it up. What was begun resumes by its journal.
  // The declaration leaves the event out, which the documentation of `shutdown` has.
  const onShutdown = (event: Event): void => {
    event.preventDefault();
    now();
  };
  powerMonitor.on('shutdown', onShutdown as () => void);

  let ending: Promise<void> | null = null;
  let ended = false;
  app.on('will-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    options.onEnd();
    ending ??= core.close().finally(() => {
      ended = true;
      app.quit();
    });
  });

  return {
    now,
    mayStop: async () =>
      busy().length === 0 || (await isWanted(busy(), words(), windows()[0], 'open-other')),
    guardWindow: (window, isLast) => {
      window.on('close', (event) => {
        // On macOS the application, and with it the bench, outlives its windows.
        if (process.platform === 'darwin' || !isLast()) return;
        if (!isFree()) event.preventDefault();
      });
      // Windows asks each window; while one says no, the person sees who holds the shutdown up.
      window.on('query-session-end', (event) => {
        if (!isFree()) event.preventDefault();
      });
      window.on('session-end', () => {
        void core.close();
      });
    },
  };
}

async function isWanted(
  updates: readonly GlanceUpdate[],
  words: Words,
  window: BrowserWindow | undefined,
  purpose: 'quit' | 'open-other',
): Promise<boolean> {
  const [detail, anyway] =
    purpose === 'quit'
      ? [words.busyDetail, words.quitAnyway]
      : [words.otherWorkspaceDetail, words.openAnyway];
  // A box that belongs to a window in the taskbar is not seen either.
  if (window?.isMinimized() === true) window.restore();
  const named = updates.slice(0, NAMED_LIMIT).map((each) => `•  ${updateLine(each)}`);
  const rest = updates.length - named.length;
  const lines = [...named, ...(rest > 0 ? [words.moreUpdates(rest)] : [])];
  const box = {
    type: 'warning' as const,
    title: words.busyTitle,
    message: words.busyMessage(new Set(updates.map(({ vin }) => vin)).size),
    detail: `${lines.join('\n')}\n\n${detail}`,
    buttons: [words.cancel, anyway],
    // Return, Escape and the cross all keep the bench running.
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
  const { response } = await (window === undefined
    ? dialog.showMessageBox(box)
    : dialog.showMessageBox(window, box));
  return response === 1;
}
