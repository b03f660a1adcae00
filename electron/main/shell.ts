import { app, nativeTheme, powerMonitor, protocol, session, shell } from 'electron';
import { join } from 'node:path';
import { systemClock, unreachable, type Refusal } from '#core/ports';
import { APP_SCHEME, LINK_SCHEME, type ScreenName, type ToPage } from '../channel/index.ts';
import { createAwake } from './awake.ts';
import { createCoreOwner } from './core-owner.ts';
import { chooseFile, showRefusal } from './dialogs.ts';
import { askForDownloads } from './downloads.ts';
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
import { missingPart, type ShellPaths } from './paths.ts';
import { guardQuit } from './quitting.ts';
import { savePdf } from './save-pdf.ts';
import { takeRequests } from './requests.ts';
import { openStateFile } from './state-file.ts';
import { createTray, type RoleTray } from './tray.ts';
import type { UpdateReminder } from './update-reminder.ts';
import { createWindows } from './windows.ts';
import { openWindow } from './window.ts';
import { languageOf, wordsOf, type Words } from './words.ts';

/** As electron/builder/config.mjs has it. */
const APP_ID = 'dev.ota-bench.app';

/**
 * The application: some windows, one core. What must precede Electron's `ready` happens before this
 * returns, so call it from the entry's first tick.
 */
export function runShell(paths: ShellPaths): void {
  // The lock goes with the userData folder, which is also the workspace.
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  app.on('web-contents-created', (_event, contents) => {
    guardContents(contents);
  });

  const clock = systemClock;
  const userData = app.getPath('userData');
  const logs = app.getPath('logs');
  const log = createLogFile(logs, 'main', clock);
  const states = openStateFile(join(userData, 'windows.json'));
  const opened = createOpenedFiles();
  let screens: readonly ScreenName[] = [];
  let tray: RoleTray | null = null;
  let ownUpdate: UpdateReminder | null = null;
  const words = (): Words =>
    wordsOf(states.state.language ?? languageOf(app.getPreferredSystemLanguages()));
  const awake = createAwake(clock);

  const windows = createWindows((kind) => {
    const icon = process.platform === 'linux' ? join(paths.icons, 'icon.png') : null;
    const window = openWindow(kind, { preload: paths.preload, states, icon }, (error) => {
      log('error', 'the page did not load', { error });
      void refuse({
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
      onGivenUp: (refusal) => void refuse(refusal),
    });
    return window;
  });
  const tellAll = (message: ToPage): void => {
    for (const window of windows.all()) ports.tell(window, message);
  };
  const tellFront = (message: ToPage): void => {
    ports.tell(windows.show('main'), message);
  };
  const refuse = async (refusal: Refusal): Promise<void> => {
    log('error', refusal.reason, { code: refusal.code });
    await showRefusal(refusal, [words().ok]);
  };

  const core = createCoreOwner({
    entry: paths.core,
    workspace: userData,
    version: app.getVersion(),
    ...{ logs, clock, log },
    onLost: (exitCode) => {
      log('error', 'the core ended and is being restarted', { exitCode });
      ports.lost();
    },
    onRestarted: () => {
      ports.renew();
      tellAll({ kind: 'news', news: 'core-restarted' });
      notices.coreRestarted(words());
    },
    onFailed: (refusal) => {
      ports.lost();
      void offerRestart(refusal);
    },
    onGlance: see,
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
        void showLogs();
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
      case 'tear-off':
        windows.show('traffic');
        return;
      case 'show-logs':
        void showLogs();
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

  async function showLogs(): Promise<void> {
    const failure = await shell.openPath(logs);
    if (failure === '') return;
    await refuse({
      code: 'LOGS_UNREACHABLE',
      reason: `The log folder ${logs} could not be opened: ${failure}`,
      next: 'Open it by hand in the file manager.',
    });
  }

  async function offerRestart(refusal: Refusal): Promise<void> {
    log('error', refusal.reason, { code: refusal.code, next: refusal.next });
    const { startAgain, showLogs: label, quit } = words();
    const answer = await showRefusal(refusal, [startAgain, label, quit]);
    if (answer === 0) core.start();
    else if (answer === 2) quitting.now();
    else {
      await showLogs();
      await offerRestart(refusal);
    }
  }

  app.on('window-all-closed', () => {
    // On macOS an application outlives its windows, and so do the bench's running roles.
    if (process.platform !== 'darwin') app.quit();
  });

  void app.whenReady().then(async () => {
    log('info', `OTA Bench ${app.getVersion()}`, { electron: process.versions['electron'] });
    const missing = missingPart(paths);
    if (missing !== null) {
      await refuse(missing);
      quitting.now();
      return;
    }
    if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
    // Windows shows notifications of an application whose shortcut has this id, the installer's own.
    if (process.platform === 'win32') app.setAppUserModelId(APP_ID);
    nativeTheme.themeSource = states.state.theme ?? 'system';
    denyPermissions(session.defaultSession);
    askForDownloads(session.defaultSession);
    const page = servePage(paths.page);
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
  });
}
