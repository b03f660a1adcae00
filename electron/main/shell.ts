import { app, nativeTheme, powerMonitor, protocol, session } from 'electron';
import { join } from 'node:path';
import { systemClock, unreachable } from '#core/ports';
import {
  APP_SCHEME,
  LINK_SCHEME,
  type Language,
  type ScreenName,
  type ToPage,
} from '../channel/index.ts';
import { createAwake } from './awake.ts';
import { createCoreOwner } from './core-owner.ts';
import { chooseFile, chooseFolder } from './dialogs.ts';
import { askForDownloads } from './downloads.ts';
import { isFirstInstance, placesOfApp } from './first-instance.ts';
import { atWork, progressOf, type Glance } from './glance.ts';
import { denyPermissions, guardContents } from './guards.ts';
import { handOverPorts } from './handover.ts';
import { createLogFile } from './log-file.ts';
import type { MenuAction } from './menu-template.ts';
import { installMenu } from './menu.ts';
import { createNotices } from './notices.ts';
import { createOpenedFiles } from './opened-files.ts';
import { lookForOwnUpdate } from './own-update.ts';
import { guardPage } from './page-life.ts';
import { servePage } from './page.ts';
import { missingDeeper, missingPart, refusalFor, type ShellPaths } from './paths.ts';
import { guardQuit } from './quitting.ts';
import { savePdf } from './save-pdf.ts';
import { takeRequests } from './requests.ts';
import { openStateFile } from './state-file.ts';
import { createTray, type RoleTray } from './tray.ts';
import { createTrouble } from './trouble.ts';
import type { UpdateReminder } from './update-reminder.ts';
import { createWindows } from './windows.ts';
import { openWindow } from './window.ts';
import { languageOf, wordsOf, type Words } from './words.ts';
import { workspaceWithin } from './workspace-place.ts';

/** As electron/builder/config.mjs has it. */
const APP_ID = 'dev.ota-bench.app';

/**
 * The application: some windows, one core. What must precede Electron's `ready` happens before this
 * returns, so call it from the entry's first tick.
 */
export function runShell(paths: ShellPaths): void {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  const places = placesOfApp();
  // The lock goes with the userData folder, which is also the workspace unless another was chosen.
  if (!isFirstInstance(places)) return;
  app.on('web-contents-created', (_event, contents) => {
    guardContents(contents);
  });

  const clock = systemClock;
  const { userData, logs } = places;
  const log = createLogFile(logs, 'main', clock);
  const states = openStateFile(join(userData, 'windows.json'));
  const opened = createOpenedFiles();
  let screens: readonly ScreenName[] = [];
  let tray: RoleTray | null = null;
  let ownUpdate: UpdateReminder | null = null;
  /** It has been said that a part is missing. */
  let damaged = false;
  const language = (): Language =>
    states.state.language ?? languageOf(app.getPreferredSystemLanguages());
  const words = (): Words => wordsOf(language());
  const workspace = {
    now: () => states.state.workspace ?? userData,
    use: (folder: string) => {
      states.keep({ workspace: folder === userData ? undefined : folder });
    },
  };
  const awake = createAwake(clock);

  const windows = createWindows((kind) => {
    const icon = process.platform === 'linux' ? join(paths.icons, 'icon.png') : null;
    const window = openWindow(kind, { preload: paths.preload, states, icon }, (error) => {
      log('error', 'the page did not load', { error });
      void trouble.ofPage(window, {
        code: 'PAGE_UNUSABLE',
        reason: 'The window of OTA Bench could not be loaded.',
        next: 'Install OTA Bench again. The workspace is kept elsewhere and is not touched by that.',
      });
    });
    quitting.guardWindow(window, () => windows.all().length === 1);
    guardPage(window, {
      ...{ clock, log, words },
      onReloaded: (reloaded) => {
        ports.tell(reloaded, { kind: 'news', news: 'page-restarted' });
      },
      onGivenUp: (refusal) => void trouble.ofPage(window, refusal),
    });
    return window;
  });
  const tellAll = (message: ToPage): void => {
    for (const window of windows.all()) ports.tell(window, message);
  };
  const tellFront = (message: ToPage): void => {
    ports.tell(windows.show('main'), message);
  };
  const core = createCoreOwner({
    entry: paths.core,
    workspace: workspace.now,
    version: app.getVersion(),
    ...{ logs, clock, log },
    onLost: (exitCode) => {
      log('error', 'the core ended and is being restarted', { exitCode });
      ports.lost();
    },
    onRestarted: (why) => {
      if (why === 'asked') {
        // What the pages have in hand may be of another workspace.
        for (const { webContents } of windows.all()) webContents.reload();
        return;
      }
      ports.renew();
      tellAll({ kind: 'news', news: 'core-restarted' });
      notices.coreRestarted(words());
    },
    onFailed: (refusal) => {
      ports.lost();
      const isCrash = refusal.code === 'CORE_CRASHED';
      void trouble.ofCore((isCrash ? missingDeeper(paths) : null) ?? refusal);
    },
    onGlance: see,
  });
  const trouble = createTrouble({
    ...{ log, words, language, logs, core, workspace },
    quit: () => {
      quitting.now();
    },
  });
  const ports = handOverPorts(windows, core, (message, from) => {
    switch (message.kind) {
      case 'introduce': {
        const { theme, language } = message;
        screens = message.screens;
        nativeTheme.themeSource = theme;
        states.keep({ theme, language });
        showMenu();
        tray?.show(core.glance, words());
        return;
      }
      case 'tear-off':
        windows.show('traffic');
        return;
      case 'show-logs':
        void trouble.showLogs();
        return;
      case 'report-pdf':
        void savePdf(message, from).then((saved) => {
          if (saved === null || from.isDestroyed()) return;
          ports.tell(from, saved.kind === 'saved' ? { kind: 'news', news: 'pdf-saved' } : saved);
        });
        return;
      default:
        unreachable(message);
    }
  });
  const notices = createNotices((place) => {
    tellFront({ kind: 'go', place });
  });
  const quitting = guardQuit({
    ...{ core, words },
    busy: () => atWork(core.glance, clock.now()),
    windows: () => windows.all(),
    onEnd: () => {
      awake.close();
      ownUpdate?.close();
      tray?.close();
      tray = null;
    },
  });
  const requests = takeRequests({
    opened,
    tell: tellFront,
    show: () => {
      windows.show('main');
    },
  });

  function isBusy(): boolean {
    return atWork(core.glance, clock.now()).length > 0;
  }

  function see(glance: Glance): void {
    awake.see(glance);
    ownUpdate?.see(isBusy());
    tray?.show(glance, words());
    notices.ended(glance.ended, words());
    if (glance.gone !== null) void trouble.ofCore(glance.gone);
    // Less than nothing takes the bar away.
    const progress = progressOf(glance, clock.now()) ?? -1;
    for (const window of windows.all()) window.setProgressBar(progress);
  }

  function showMenu(): void {
    installMenu(words(), screens, act);
  }

  function act(action: MenuAction): void {
    switch (action.kind) {
      case 'go':
        tellFront({ kind: 'go', place: { kind: 'screen', screen: action.screen } });
        return;
      case 'wish':
        tellFront({ kind: 'wish', wish: action.wish });
        return;
      case 'open-file':
        void openFile();
        return;
      case 'open-workspace':
        void openWorkspace();
        return;
      case 'tear-off':
        windows.show('traffic');
        return;
      case 'show-logs':
        void trouble.showLogs();
        return;
      case 'about':
        app.showAboutPanel();
        return;
      default:
        unreachable(action);
    }
  }

  async function openFile(): Promise<void> {
    const path = await chooseFile(windows.show('main'), words());
    if (path !== null) await requests.file(path);
  }

  async function openWorkspace(): Promise<void> {
    if (!(await quitting.mayStop())) return;
    const folder = await chooseFolder(workspace.now(), words());
    if (folder === null) return;
    workspace.use(workspaceWithin(folder));
    await core.reopen();
  }

  // Chromium starts its own helpers again; what it says of them is the trace of a faulty driver.
  app.on('child-process-gone', (_event, { type, reason, exitCode, name = '' }) => {
    if (reason !== 'clean-exit') log('error', 'a helper ended', { type, reason, exitCode, name });
  });
  app.on('window-all-closed', () => {
    // On macOS an application outlives its windows, and so do the bench's running roles.
    if (process.platform !== 'darwin') app.quit();
  });

  const fail = async (error: unknown): Promise<void> => {
    log('error', 'the application could not start', { error });
    const reason = error instanceof Error ? error.message : String(error);
    const next = 'Start it again; if that does not help, install it again.';
    await trouble.tell({ code: 'SHELL_UNUSABLE', reason, next });
    quitting.now();
  };
  const begin = async (): Promise<void> => {
    log('info', `OTA Bench ${app.getVersion()}`, { electron: process.versions['electron'] });
    const missing = missingPart(paths);
    if (missing !== null) {
      await trouble.tell(missing);
      quitting.now();
      return;
    }
    if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
    // Windows shows notifications of an application whose shortcut has this id, the installer's own.
    if (process.platform === 'win32') app.setAppUserModelId(APP_ID);
    nativeTheme.themeSource = states.state.theme ?? 'system';
    denyPermissions(session.defaultSession);
    askForDownloads(session.defaultSession, (refusal) => void trouble.tell(refusal));
    const page = servePage(paths.page, (file) => {
      const refusal = damaged ? null : refusalFor([file]);
      if (refusal === null) return;
      damaged = true;
      void trouble.tell(refusal);
    });
    protocol.handle(APP_SCHEME, (request) => opened.serve(request) ?? page(request));
    app.setAboutPanelOptions({
      applicationName: 'OTA Bench',
      applicationVersion: app.getVersion(),
    });
    showMenu();
    tray = createTray(paths.icons, {
      open: () => {
        windows.show('main');
      },
      quit: () => {
        app.quit();
      },
    });
    tray.show(core.glance, words());
    powerMonitor.on('suspend', () => {
      log('info', 'the computer goes to sleep');
    });
    powerMonitor.on('resume', () => {
      log('info', 'the computer has slept');
      core.wake();
      tellAll({ kind: 'news', news: 'woke' });
    });
    core.start();
    windows.show('main');
    requests.begin();
    ownUpdate = lookForOwnUpdate({ clock, log, words, busy: isBusy });
    app.on('activate', () => {
      windows.show('main');
    });
  };
  app.whenReady().then(begin).catch(fail);
}
