import { Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron';
import { join } from 'node:path';
import type { Glance, Role } from './glance.ts';
import type { Words } from './words.ts';

export type RoleTray = {
  show(glance: Glance, words: Words): void;
  close(): void;
};

const NO_TRAY: RoleTray = { show: () => undefined, close: () => undefined };

type Acts = { open: () => void; quit: () => void };

/** The roles and how they are, where a person looks when no window is open. */
export function createTray(icons: string, acts: Acts): RoleTray {
  // macOS colours a template image itself, for light and dark menu bars.
  const file = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png';
  const image = nativeImage.createFromPath(join(icons, file));
  // Documented: an image that is not there is an empty one.
  if (image.isEmpty()) return NO_TRAY;
  let tray: Tray;
  try {
    tray = new Tray(image);
  } catch {
    // What it is made of differs with the desktop; none of it is worth not starting for.
    return NO_TRAY;
  }
  // On macOS and most of Linux a click opens the menu by itself.
  if (process.platform === 'win32') tray.on('click', acts.open);
  let shown = '';
  return {
    show: ({ roles }, words) => {
      const lines = trayLines(roles, words);
      // Linux draws the menu anew, and closes one that is open.
      const key = [...lines, words.quit].join('\n');
      if (key === shown) return;
      shown = key;
      tray.setToolTip(['OTA Bench', ...lines].join('\n'));
      tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(lines, words, acts)));
    },
    close: () => {
      tray.destroy();
    },
  };
}

const trayLines = (roles: Glance['roles'], words: Words): string[] =>
  (['backend', 'broker', 'dcu'] as const satisfies readonly Role[]).map(
    (role) => `${words.role[role]}: ${words.state[roles[role]]}`,
  );

function trayTemplate(
  lines: readonly string[],
  words: Words,
  acts: Acts,
): MenuItemConstructorOptions[] {
  return [
    { id: 'show', label: words.show, click: acts.open },
    { type: 'separator' },
    ...lines.map((label): MenuItemConstructorOptions => ({ label, enabled: false })),
    { type: 'separator' },
    { id: 'quit', label: words.quit, click: acts.quit },
  ];
}
