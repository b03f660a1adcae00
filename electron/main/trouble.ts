import { shell, type BrowserWindow } from 'electron';
import type { Log, Refusal } from '#core/ports';
import type { Language } from '../channel/index.ts';
import type { CoreOwner } from './core-owner.ts';
import { chooseFolder, showRefusal } from './dialogs.ts';
import type { Way, Words } from './words.ts';
import { workspaceWithin } from './workspace-place.ts';

/** What is said in a box of its own, because no page can say it, and what a person can do then. */
export type Trouble = {
  /** Only to be known. */
  tell(refusal: Refusal): Promise<void>;
  /** The bench does not run: once more, on another folder, or not at all. One box at a time. */
  ofCore(refusal: Refusal): Promise<void>;
  /** A window's page ended too often or is not all there; the bench goes on beside it. */
  ofPage(window: BrowserWindow, refusal: Refusal): Promise<void>;
  showLogs(): Promise<void>;
};

export type TroubleOptions = {
  log: Log;
  words: () => Words;
  language: () => Language;
  /** Folder of the logs. */
  logs: string;
  core: Pick<CoreOwner, 'reopen'>;
  workspace: { now(): string; use(folder: string): void };
  quit: () => void;
};

/** Codes that another folder does not help against. */
const OF_THE_INSTALLATION = new Set(['INSTALLATION_DAMAGED', 'RESOURCES_MISSING']);

export function createTrouble(options: TroubleOptions): Trouble {
  const { log, words, language, logs, core, workspace } = options;
  let asking = false;

  const ask = async (refusal: Refusal, ways: readonly [Way, ...Way[]]): Promise<Way> => {
    log('error', refusal.reason, { code: refusal.code, next: refusal.next });
    const spoken = { words: words(), language: language() };
    for (;;) {
      const way = await showRefusal(refusal, ways, spoken);
      if (way !== 'logs') return way;
      await showLogs();
    }
  };

  const showLogs = async (): Promise<void> => {
    const failure = await shell.openPath(logs);
    if (failure === '') return;
    const refusal = {
      code: 'LOGS_UNREACHABLE',
      reason: `The log folder ${logs} could not be opened: ${failure}`,
      next: 'Open it by hand in the file manager.',
    };
    log('error', refusal.reason, { code: refusal.code });
    await showRefusal(refusal, ['ok'], { words: words(), language: language() });
  };

  /** Resolves when the core is on its way again, or the application to its end. */
  const wayOut = async (refusal: Refusal): Promise<void> => {
    const elsewhere: Way[] = OF_THE_INSTALLATION.has(refusal.code) ? [] : ['other-workspace'];
    for (;;) {
      const way = await ask(refusal, ['again', ...elsewhere, 'logs', 'quit']);
      if (way === 'quit') {
        options.quit();
        return;
      }
      if (way === 'other-workspace') {
        const folder = await chooseFolder(workspace.now(), words());
        if (folder === null) continue;
        workspace.use(workspaceWithin(folder));
      }
      await core.reopen();
      return;
    }
  };

  return {
    showLogs,
    tell: async (refusal) => {
      await ask(refusal, ['ok']);
    },
    ofCore: async (refusal) => {
      if (asking) return;
      asking = true;
      await wayOut(refusal).finally(() => {
        asking = false;
      });
    },
    ofPage: async (window, refusal) => {
      // A page that never painted left its window unseen.
      if (!window.isDestroyed()) window.show();
      // Closing the box does nothing: roles may be running beside the page.
      const way = await ask(refusal, ['again', 'logs', 'ok']);
      if (way === 'again' && !window.isDestroyed()) window.webContents.reload();
    },
  };
}
