import type { MenuItemConstructorOptions } from 'electron';
import { expect, it } from 'vitest';
import { menuTemplate, type MenuAction } from './menu-template.ts';
import { languageOf, updateLine, wordsOf } from './words.ts';

type Item = MenuItemConstructorOptions;
const screens = ['bench', 'compose', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'settings'].map(
  (screen) => ({ screen, label: `Screen & ${screen}` }),
);

const itemsOf = (template: readonly Item[]): Item[] =>
  template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);

const built = (platform: NodeJS.Platform, language: 'en' | 'de' = 'en', packaged = true) => {
  const done: MenuAction[] = [];
  const act = (action: MenuAction) => done.push(action);
  const words = wordsOf(language);
  const template = menuTemplate({ platform, packaged, words, screens, act });
  return { template, all: itemsOf(template), done };
};

it.each(['darwin', 'win32', 'linux'] as const)('has no key twice on %s', (platform) => {
  for (const language of ['en', 'de'] as const) {
    const keys = built(platform, language).all.flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toEqual(
      expect.arrayContaining(['CmdOrCtrl+1', 'CmdOrCtrl+9', 'CmdOrCtrl+,', 'CmdOrCtrl+O', 'F1']),
    );
    expect(keys).not.toContain('CmdOrCtrl+10');
  }
});

it('follows the platform: About, Settings and Quit are in the application menu on macOS only', () => {
  const [first, file] = built('darwin').template;
  expect(first?.role).toBe('appMenu');
  const application = itemsOf([first!]);
  expect(application.map(({ role, id }) => role ?? id)).toEqual(
    expect.arrayContaining(['about', 'settings', 'services', 'hideOthers', 'quit']),
  );
  expect(itemsOf([file!]).some(({ role }) => role === 'quit')).toBe(false);

  const { template } = built('linux');
  expect(template.map(({ label }) => label)).toEqual([
    ...['File', 'Edit', 'View', 'Go', 'Window', 'Help'],
  ]);
  expect(itemsOf([template[0]!]).map(({ id, role }) => role ?? id)).toEqual(
    expect.arrayContaining(['new-update', 'open-file', 'settings', 'close', 'quit']),
  );
  expect(itemsOf([template.at(-1)!]).some(({ id }) => id === 'about')).toBe(true);
});

it('has developer tools only in an application that is not packaged', () => {
  const tools = (packaged: boolean) =>
    built('linux', 'en', packaged).all.some(({ role }) => role === 'toggleDevTools');
  expect([tools(true), tools(false)]).toEqual([false, true]);
});

it('speaks German, and every item that is not the system’s own does something', () => {
  const { template, all, done } = built('win32', 'de');
  expect(template.map(({ label }) => label)).toEqual([
    ...['Datei', 'Bearbeiten', 'Ansicht', 'Gehe zu', 'Fenster', 'Hilfe'],
  ]);
  for (const { click } of all) click?.(...([] as unknown as Parameters<typeof click>));
  expect(done).toHaveLength(all.filter(({ id }) => id !== undefined).length);
  expect(done).toContainEqual({ kind: 'go', screen: 'compose' });
  expect(all.find(({ id }) => id === 'go-bench')?.label).toBe('Screen && bench');
});

it('leaves out what it does not know yet: before a page said so there are no screens', () => {
  const template = menuTemplate({
    ...{ platform: 'linux', packaged: true, words: wordsOf('en'), screens: [], act: () => {} },
  });
  expect(template.map(({ label }) => label)).not.toContain('Go');
});

it('takes the first language of the system that it speaks', () => {
  expect(languageOf(['fr-CA', 'de-AT', 'en'])).toBe('de');
  expect(languageOf(['en_GB.UTF-8', 'de'])).toBe('en');
  expect(languageOf(['fr', 'x'])).toBe('en');
  expect(languageOf([])).toBe('en');
});

it('says which vehicle, which ECU and how far', () => {
  const update = { vin: 'V1', ecuId: '', version: '3.1', progress: 41.6 };
  const rest = { updateId: 'u', stage: 'installing', paused: false, heardAt: 0 };
  expect(updateLine({ ...update, ...rest })).toBe('V1 → 3.1 (42 %)');
  expect(updateLine({ ...update, ...rest, ecuId: 'gateway' })).toBe('V1 · gateway → 3.1 (42 %)');
});
