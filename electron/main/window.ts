import { BrowserWindow, nativeTheme } from 'electron';
import { APP_PAGE } from '../channel/index.ts';

/** Painted before the first frame of the page, so that the window never flashes. */
const BACKGROUND = { dark: '#14171a', light: '#f7f8f9' } as const;

/** Opens the one window. It shows itself when its first frame is painted. */
export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1360,
    height: 880,
    minWidth: 880,
    minHeight: 600,
    show: false,
    title: 'OTA Bench',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => {
    window.show();
  });
  // A failed load leaves an empty window; shown, it can at least be closed or reloaded.
  window.loadURL(APP_PAGE).catch((error: unknown) => {
    console.error('the page did not load', error);
    if (!window.isDestroyed()) window.show();
  });
  return window;
}
