import { app, Menu } from 'electron';
import type { ScreenName } from '../channel/index.ts';
import { menuTemplate, type MenuAction } from './menu-template.ts';
import type { Words } from './words.ts';

/** Sets the application's menu; again whenever the language or the screens change. */
export function installMenu(
  words: Words,
  screens: readonly ScreenName[],
  act: (action: MenuAction) => void,
): void {
  const { isPackaged: packaged } = app;
  const template = menuTemplate({ platform: process.platform, packaged, words, screens, act });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
