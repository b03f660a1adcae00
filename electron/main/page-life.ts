import { dialog, type BrowserWindow } from 'electron';
import type { Clock, Log, Refusal } from '#core/ports';
import type { Words } from './words.ts';

/** A page that ends so often within the window is not cured by loading it again. */
const CRASH_LIMIT = 3;
const CRASH_WINDOW_MS = 60_000;

export type PageLife = {
  clock: Pick<Clock, 'now'>;
  log: Log;
  words: () => Words;
  /** It is loaded again, and should say so. */
  onReloaded(window: BrowserWindow): void;
  onGivenUp(refusal: Refusal): void;
};

/** Loads a page again whose process ended, and asks about one that does not answer. */
export function guardPage(window: BrowserWindow, life: PageLife): void {
  const { clock, log, words } = life;
  const { webContents: contents } = window;
  let crashes: number[] = [];
  /** Its end is our own doing, and the reload is on its way. */
  let isEnding = false;
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    // What we, or the page's own end, caused.
    if (reason === 'clean-exit' || isEnding || window.isDestroyed()) return;
    log('error', "a window's process is gone", { reason, exitCode });
    const now = clock.now();
    crashes = [...crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (crashes.length >= CRASH_LIMIT) {
      life.onGivenUp({
        code: 'PAGE_CRASHED',
        reason: `${words().pageKeepsEnding} (${reason}, ${exitCode})`,
        next: 'The bench itself goes on. Close the window and open it again; if it keeps ending, send the log.',
      });
      return;
    }
    contents.reload();
    life.onReloaded(window);
  });

  contents.on('preload-error', (_event, preload, error) => {
    log('error', 'the preload failed', { error });
    life.onGivenUp({
      code: 'PAGE_UNUSABLE',
      reason: `${preload}: ${error.message}`,
      next: 'Install OTA Bench again. The workspace is kept elsewhere and is not touched by that.',
    });
  });

  let asking: AbortController | null = null;
  window.on('unresponsive', () => {
    if (asking !== null) return;
    asking = new AbortController();
    log('warn', 'a window does not answer');
    void ask(window, words(), asking.signal).then((reload) => {
      asking = null;
      if (!reload || window.isDestroyed()) return;
      // Documented with `forcefullyCrashRenderer`: a page that hangs cannot be reloaded otherwise.
      isEnding = true;
      contents.forcefullyCrashRenderer();
      contents.reload();
      contents.once('did-finish-load', () => (isEnding = false));
      life.onReloaded(window);
    });
  });
  window.on('responsive', () => {
    // The question answers itself; aborting closes its box.
    asking?.abort();
  });
}

async function ask(window: BrowserWindow, words: Words, signal: AbortSignal): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    title: 'OTA Bench',
    message: words.unresponsiveMessage,
    detail: words.unresponsiveDetail,
    buttons: [words.wait, words.reload],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
    signal,
  });
  return response === 1;
}
