import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** The platform's own menu: roles keep labels, accelerators and their translations right. */
export function installMenu(platform: NodeJS.Platform): void {
  const view: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    // A packaged application is not the place to type into a console.
    ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  const mac = platform === 'darwin';
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(mac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
      { role: 'fileMenu' },
      { role: 'editMenu' },
      { label: 'View', submenu: view },
      { role: 'windowMenu' },
      // macOS keeps "About" in its application menu.
      ...(mac
        ? []
        : [{ role: 'help', submenu: [{ role: 'about' }] } satisfies MenuItemConstructorOptions]),
    ]),
  );
}
