import { app, dialog, protocol, session, type BrowserWindow } from 'electron';
import { systemClock, type Refusal } from '#core/ports';
import { APP_SCHEME } from '../channel/index.ts';
import { createCoreOwner, type CoreOwner } from './core-owner.ts';
import { denyPermissions, guardContents } from './guards.ts';
import { handOverPorts } from './handover.ts';
import { installMenu } from './menu.ts';
import { servePage } from './page.ts';
import { openWindow } from './window.ts';

/** Where the built parts lie. */
export type ShellPaths = { core: string; preload: string; page: string };

/**
 * The application: one window, one core. What must precede Electron's `ready` happens before this
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

  let window: BrowserWindow | null = null;
  const show = (): void => {
    window = openWindow(paths.preload);
    window.once('closed', () => {
      window = null;
    });
  };
  const core = createCoreOwner({
    entry: paths.core,
    workspace: app.getPath('userData'),
    version: app.getVersion(),
    clock: systemClock,
    onLost: (exitCode) => {
      console.error(`the core ended with exit code ${String(exitCode)} and is being restarted`);
      ports.lost();
    },
    onRestarted: () => {
      ports.renew();
    },
    onFailed: (refusal) => {
      ports.lost();
      void offerRestart(refusal, core);
    },
  });
  const ports = handOverPorts(() => window, core);

  app.on('second-instance', () => {
    if (window === null) {
      show();
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });
  app.on('window-all-closed', () => {
    // On macOS an application outlives its windows, and so do the bench's running roles.
    if (process.platform !== 'darwin') app.quit();
  });
  closeCoreBeforeQuit(core);

  void app.whenReady().then(() => {
    denyPermissions(session.defaultSession);
    protocol.handle(APP_SCHEME, servePage(paths.page));
    installMenu(process.platform);
    core.start();
    show();
    app.on('activate', () => {
      if (window === null) show();
    });
  });
}

/** Holds the quit back until the core has closed in order, or has been killed. */
function closeCoreBeforeQuit(core: CoreOwner): void {
  let closed = false;
  let closing = false;
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    if (closing) return;
    closing = true;
    void core.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

async function offerRestart(refusal: Refusal, core: CoreOwner): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: 'OTA Bench',
    message: refusal.reason,
    detail: `${refusal.next}\n\n${refusal.code}`,
    buttons: ['Start again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) core.start();
  else app.quit();
}
