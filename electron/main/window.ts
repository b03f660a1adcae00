import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_PAGE } from '../channel/index.ts';
import type { StateFile } from './state-file.ts';
import { place, SMALLEST, type WindowKind } from './window-state.ts';

/** Painted before the first frame of the page, so that the window never flashes. */
const BACKGROUND = { dark: '#14171a', light: '#f7f8f9' } as const;

const TITLES = { main: 'OTA Bench', traffic: 'Traffic – OTA Bench' } as const;
const PAGES = { main: APP_PAGE, traffic: `${APP_PAGE}?window=traffic#/traffic` } as const;

/** Opens a window where its kind was last. It shows itself when its first frame is painted. */
export function openWindow(
  kind: WindowKind,
  { preload, states, icon }: { preload: string; states: StateFile; icon: string | null },
  onFailed: (error: unknown) => void,
): BrowserWindow {
  // The primary display comes first: a window without a place of its own opens there.
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const workAreas = [primary, ...others].map(({ workArea }) => workArea);
  const { maximized, ...bounds } = place(kind, states.state.windows[kind], workAreas);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: TITLES[kind],
    ...(icon === null ? {} : { icon }),
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
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  // On Windows the size given to a new window is scaled for the display it begins on, not its own.
  if (bounds.x !== undefined && bounds.y !== undefined) {
    window.setBounds({ ...bounds, x: bounds.x, y: bounds.y });
  }
  // The page's title is the same in every window; the taskbar has to tell them apart.
  window.on('page-title-updated', (event) => {
    event.preventDefault();
  });
  window.once('ready-to-show', () => {
    // Maximised only now: maximising shows the window, and it would flash unpainted.
    if (maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    const kept = { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    states.keep({ windows: { ...states.state.windows, [kind]: kept } });
  });
  window.loadURL(PAGES[kind]).catch((error: unknown) => {
    // Closed while it was loading is no failure.
    if (window.isDestroyed()) return;
    // An empty window can at least be closed or reloaded.
    window.show();
    onFailed(error);
  });
  return window;
}
