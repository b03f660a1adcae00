import type { MenuItemConstructorOptions } from 'electron';
import type { ScreenName, Wish } from '../channel/index.ts';
import type { Words } from './words.ts';

export type MenuAction =
  | { kind: 'go'; screen: string }
  | { kind: 'wish'; wish: Wish }
  | { kind: 'open-file' }
  | { kind: 'open-workspace' }
  | { kind: 'tear-off' }
  | { kind: 'show-logs' }
  | { kind: 'about' };

export type MenuInputs = {
  platform: NodeJS.Platform;
  /** A packaged application is not the place to type into a console. */
  packaged: boolean;
  words: Words;
  /** As the page lists them, in its own words; the first nine get a number. */
  screens: readonly ScreenName[];
  act: (action: MenuAction) => void;
};

type Item = MenuItemConstructorOptions;
const LINE: Item = { type: 'separator' };

/**
 * The menu of each platform as its users know it: macOS has an application menu with About, Settings
 * and Quit; elsewhere these are under Help, File and File. Roles keep what the system names itself.
 */
export function menuTemplate({ platform, packaged, words, screens, act }: MenuInputs): Item[] {
  const mac = platform === 'darwin';
  const item = (id: string, label: string, action: MenuAction, accelerator?: string): Item => ({
    ...{ id, label, click: () => act(action) },
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const wish = (id: Wish, label: string, accelerator?: string): Item =>
    item(id, label, { kind: 'wish', wish: id }, accelerator);
  const settings = item(
    'settings',
    words.settings,
    { kind: 'go', screen: 'settings' },
    'CmdOrCtrl+,',
  );
  const about = item('about', words.about, { kind: 'about' });

  const application: Item = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      LINE,
      settings,
      LINE,
      { role: 'services' },
      LINE,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      LINE,
      { role: 'quit' },
    ],
  };
  const file: Item = {
    label: words.file,
    submenu: [
      wish('new-update', words.newUpdate, 'CmdOrCtrl+N'),
      item('open-file', words.openFile, { kind: 'open-file' }, 'CmdOrCtrl+O'),
      item('open-workspace', words.openWorkspace, { kind: 'open-workspace' }),
      LINE,
      ...(mac ? [] : [settings, LINE]),
      { role: 'close', label: words.close },
      ...(mac ? [] : [LINE, { role: 'quit', label: words.quit } satisfies Item]),
    ],
  };
  const view: Item = {
    label: words.view,
    submenu: [
      wish('find', words.find, 'CmdOrCtrl+K'),
      LINE,
      item('tear-off', words.trafficWindow, { kind: 'tear-off' }, 'CmdOrCtrl+Shift+T'),
      LINE,
      { role: 'reload' },
      ...(packaged ? [] : [{ role: 'toggleDevTools' } satisfies Item]),
      LINE,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      LINE,
      { role: 'togglefullscreen' },
    ],
  };
  const go: Item = {
    label: words.go,
    submenu: screens.map(({ screen, label }, n) =>
      item(
        `go-${screen}`,
        escape(label),
        { kind: 'go', screen },
        n < 9 ? `CmdOrCtrl+${n + 1}` : undefined,
      ),
    ),
  };
  const help: Item = {
    role: 'help',
    label: words.help,
    submenu: [
      wish('find-help', words.findHelp, 'F1'),
      LINE,
      item('show-logs', words.showLogs, { kind: 'show-logs' }),
      wish('diagnostics', words.diagnostics),
      ...(mac ? [] : [LINE, about]),
    ],
  };
  return [
    ...(mac ? [application] : []),
    file,
    { role: 'editMenu', label: words.edit },
    view,
    ...(screens.length === 0 ? [] : [go]),
    { role: 'windowMenu', label: words.window },
    help,
  ];
}

/** An ampersand would be taken for the mark before an access key. */
const escape = (label: string): string => label.replaceAll('&', '&&');
