import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { NOTHING_SEEN, type Glance, type GlanceUpdate } from '../main/glance.ts';
import { smallCoreOver } from './listening.ts';
import { connectShell, openShell, pageOf, startShell } from './opened.ts';
import { until } from './until.ts';

// Processes and bundles: a machine that does much else takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const update = (change: Partial<GlanceUpdate> = {}): GlanceUpdate => ({
  ...{ updateId: 'u-1', vin: 'VIN1234567890', ecuId: 'gateway', version: '3.0.1' },
  ...{ stage: 'installing', progress: 40, paused: false, heardAt: Date.now(), ...change },
});
const glance = (change: Partial<Glance> = {}): Glance => ({
  ...{ ...NOTHING_SEEN, roles: { broker: 'on', backend: 'on', dcu: 'on' }, ...change },
});
const busy = glance({ running: [update()] });
const ended = glance({ ended: [update({ stage: 'completed', progress: 100 })] });

it('keeps the computer awake while a vehicle is updated, and shows how far it is', async () => {
  const { standIn, core } = await connectShell();
  const { started } = standIn.powerSaveBlocker;
  expect(started.size).toBe(0);
  await core.pretend(busy);
  await until(() => started.size === 1);
  expect([...started.values()]).toEqual(['prevent-app-suspension']);
  expect(standIn.windows[0]!.progress).toBeCloseTo(0.4);
  await core.pretend(busy);
  await core.pretend(ended);
  await until(() => started.size === 0);
  expect(standIn.windows[0]!.progress).toBe(-1);
});

it('tells of an end only whom no window tells, and a click leads to it', async () => {
  const { standIn, core, told } = await connectShell();
  await core.pretend(ended);
  await core.pretend(glance());
  const [window] = standIn.windows;
  window!.blur();
  expect(standIn.notifications).toEqual([]);
  await core.pretend(glance({ ended: [update({ stage: 'rolled_back' })] }));
  await until(() => standIn.notifications.length === 1);
  expect(standIn.notifications[0]).toMatchObject({
    ...{ shown: true, title: 'Rolled back to the previous version' },
    body: 'VIN1234567890 · gateway → 3.0.1 (40 %)',
  });
  standIn.notifications[0]!.emit('click', {});
  expect(window!.isFocused()).toBe(true);
  await until(() => told.length === 1);
  expect(told).toEqual([{ kind: 'go', place: { kind: 'update', updateId: 'u-1' } }]);
  // A campaign that ends by the hundred is one notice.
  window!.blur();
  const many = Array.from({ length: 100 }, (_, n) => update({ updateId: `u-${n}` }));
  await core.pretend(glance({ ended: many }));
  await until(() => standIn.notifications.length === 2);
  expect(standIn.notifications[1]).toMatchObject({ title: '100 updates have ended' });
});

it('asks before it quits in the middle of an update, names it, and stays on Cancel', async () => {
  const { standIn, core } = await connectShell();
  await core.pretend(busy);
  await until(() => standIn.powerSaveBlocker.started.size === 1);
  const [window] = standIn.windows;
  // By the menu, by the cross of the last window, and as Windows shuts down.
  standIn.app.quit();
  await until(() => standIn.boxes.length === 1);
  expect(standIn.boxes[0]).toMatchObject({
    ...{ message: 'A vehicle is being updated.', buttons: ['Cancel', 'Quit Anyway'] },
    ...{ defaultId: 0, cancelId: 0 },
  });
  expect(standIn.boxes[0]!.detail).toContain('VIN1234567890 · gateway → 3.0.1 (40 %)');
  window!.close();
  await until(() => standIn.boxes.length === 2);
  const sessionEnd = { preventDefault: vi.fn() };
  await until(() => {
    window!.emit('query-session-end', sessionEnd);
    return standIn.boxes.length === 3;
  });
  expect(sessionEnd.preventDefault).toHaveBeenCalled();
  expect(window!.isDestroyed()).toBe(false);
  expect(await core.whoami()).toBeTruthy();
  // And goes when that is what is wanted, the core in order.
  standIn.boxAnswer = () => Promise.resolve(1);
  window!.close();
  await standIn.ended;
  expect(standIn.boxes).toHaveLength(4);
  expect(readFileSync(join(standIn.userData, 'closed-in-order'), 'utf8')).toBe('');
});

it('closes in order without a question when the computer shuts down, as far as that can be held', async () => {
  const { standIn, core } = await connectShell();
  await core.pretend(busy);
  await until(() => standIn.powerSaveBlocker.started.size === 1);
  const event = { preventDefault: vi.fn() };
  standIn.powerMonitor.emit('shutdown', event);
  await standIn.ended;
  expect(event.preventDefault).toHaveBeenCalled();
  expect(standIn.boxes).toEqual([]);
});

it('starts again what ran when the core dies, also when it dies once more before it could', async () => {
  const { standIn, core, nextPort, told } = await connectShell();
  await core.pretend(glance({ roles: { broker: 'on', backend: 'starting', dcu: 'failed' } }));
  const { pid } = await core.whoami();
  process.kill(pid, 'SIGKILL');
  const second = smallCoreOver(await nextPort());
  const { roles, pid: next } = await second.whoami();
  expect(roles).toEqual(['broker', 'backend']);
  await second.pretend(NOTHING_SEEN);
  process.kill(next, 'SIGKILL');
  expect(await smallCoreOver(await nextPort()).whoami()).toMatchObject({ roles });
  expect(told).toContainEqual({ kind: 'news', news: 'core-restarted' });
  expect(standIn.notifications[0]).toMatchObject({ title: 'The bench was restarted' });
});

it('wakes the core and tells the page when the computer has slept', async () => {
  const { standIn, told, core } = await connectShell();
  standIn.powerMonitor.emit('suspend');
  standIn.powerMonitor.emit('resume');
  await until(() => told.length === 1);
  expect(told).toEqual([{ kind: 'news', news: 'woke' }]);
  // It came over the same pipe, before the question.
  await core.whoami();
  expect(existsSync(join(standIn.userData, 'woken'))).toBe(true);
});

it('gives each window a port of its own, and each a new one after a restart of the core', async () => {
  const first = await connectShell();
  first.page.otaBench!.tell({ kind: 'tear-off' });
  await until(() => first.standIn.windows.length === 2);
  const second = await pageOf(first.standIn);
  second.page.otaBench!.ready();
  const { pid } = await smallCoreOver(await second.nextPort()).whoami();
  expect(await first.core.whoami()).toMatchObject({ pid });
  expect(first.standIn.windows[1]!.webContents.getURL()).toBe(
    'app://bench/?window=traffic#/traffic',
  );
  // Torn off once more it only comes to the front.
  first.page.otaBench!.tell({ kind: 'tear-off' });
  await until(() => first.standIn.windows[1]!.focused === 1);
  process.kill(pid, 'SIGKILL');
  for (const { nextPort } of [first, second]) {
    expect((await smallCoreOver(await nextPort()).whoami()).pid).not.toBe(pid);
  }
  // The application lives as long as one of them.
  first.standIn.windows[0]!.close();
  expect(first.standIn.windows[1]!.isDestroyed()).toBe(false);
});

it('opens links that only show a place, refuses others, and hands those of a second instance on', async () => {
  const { standIn, told } = await connectShell({ argv: ['otabench://vehicle/VIN1234567890'] });
  expect(told).toEqual([{ kind: 'go', place: { kind: 'vehicle', vin: 'VIN1234567890' } }]);
  expect(standIn.protocols).toEqual(['otabench']);
  const event = { preventDefault: vi.fn() };
  standIn.app.emit('open-url', event, 'otabench://help/CERT_EXPIRED');
  expect(event.preventDefault).toHaveBeenCalled();
  const argv = ['/opt/ota-bench', '--allow-file-access', 'otabench://update/u-1/install'];
  standIn.app.emit('second-instance', {}, argv, '/');
  await until(() => told.length === 3);
  expect(told[1]).toEqual({ kind: 'go', place: { kind: 'help', code: 'CERT_EXPIRED' } });
  expect(told[2]).toMatchObject({ kind: 'refused', refusal: { code: 'LINK_INVALID' } });
});

it('serves the page a file that a person opened, once, and no other', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ota-opened-'));
  const file = join(dir, 'release 3.otabundle');
  writeFileSync(file, 'the bytes');
  const { standIn, told } = await connectShell();
  standIn.app.emit('open-file', { preventDefault: vi.fn() }, file);
  standIn.chosen = file;
  standIn.menu!.getMenuItemById('open-file')!.click();
  standIn.app.emit('second-instance', {}, ['/opt/x', 'none.otabundle'], dir);
  await until(() => told.length === 3);
  const [first, , missing] = [...told].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  expect(missing).toMatchObject({ kind: 'refused', refusal: { code: 'FILE_UNREADABLE' } });
  expect(JSON.stringify(first)).not.toContain(dir);
  if (first?.kind !== 'file') throw new Error('no file');
  expect(first.name).toBe('release 3.otabundle');
  const get = (token: string) => standIn.fetch(`app://bench/opened/${token}`);
  const answer = await get(first.token);
  expect(await answer.text()).toBe('the bytes');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const token of [first.token, 'x', '../windows.json', encodeURIComponent(file)]) {
    expect((await get(token)).status, token).toBe(404);
  }
});

it('comes back where it was, in the theme and the language that the page had', async () => {
  const placed = JSON.stringify({
    ...{ version: 1, theme: 'light', language: 'de' },
    windows: { main: { bounds: { x: 60, y: 80, width: 1000, height: 700 }, maximized: true } },
  });
  const prepare = (world: { userData: string }): void =>
    writeFileSync(join(world.userData, 'windows.json'), placed);
  const { standIn, page } = await openShell({ prepare });
  const [window] = standIn.windows;
  expect(window!.options).toMatchObject({ x: 60, y: 80, width: 1000, height: 700 });
  expect(window!.options.backgroundColor).toBe('#f7f8f9');
  await until(() => window!.isMaximized());
  expect(standIn.menu!.items[0]!.label).toBe('Datei');
  // The page decides from here on.
  const screens = [{ screen: 'bench', label: 'Bench' }];
  page.otaBench!.tell({ kind: 'introduce', language: 'en', theme: 'dark', screens });
  await until(() => standIn.nativeTheme.themeSource === 'dark');
  expect(standIn.menu!.items[0]!.label).toBe('File');
  expect(standIn.menu!.getMenuItemById('go-bench')!.accelerator).toBe('CmdOrCtrl+1');
  window!.setBounds({ x: 100, y: 120 });
  window!.close();
  const kept = JSON.parse(readFileSync(join(standIn.userData, 'windows.json'), 'utf8')) as object;
  expect(kept).toMatchObject({
    ...{ version: 1, theme: 'dark', language: 'en' },
    windows: { main: { bounds: { x: 100, y: 120 }, maximized: true } },
  });
});

it('does what its menu says', async () => {
  const { standIn, told, page } = await connectShell();
  const screens = [{ screen: 'lab', label: 'Lab' }];
  page.otaBench!.tell({ kind: 'introduce', language: 'en', theme: 'system', screens });
  await until(() => standIn.menu!.getMenuItemById('go-lab') !== null);
  for (const id of [
    'go-lab',
    'settings',
    'new-update',
    'find',
    'find-help',
    'diagnostics',
    'about',
  ]) {
    standIn.menu!.getMenuItemById(id)!.click();
  }
  standIn.menu!.getMenuItemById('show-logs')!.click();
  await until(() => told.length === 6);
  expect(told).toEqual([
    { kind: 'go', place: { kind: 'screen', screen: 'lab' } },
    { kind: 'go', place: { kind: 'screen', screen: 'settings' } },
    ...['new-update', 'find', 'find-help', 'diagnostics'].map((wish) => ({ kind: 'wish', wish })),
  ]);
  expect(standIn.aboutShown).toBe(1);
  expect(standIn.openedPaths).toEqual([join(standIn.userData, 'logs')]);
  expect(readFileSync(join(standIn.userData, 'logs/main.log'), 'utf8')).toContain('OTA Bench');
  expect(standIn.session.downloads(standIn.windows[0]!.webContents, 'report.json')).toEqual({
    defaultPath: join(standIn.userData, 'downloads', 'report.json'),
  });
});

it('shows in the tray what runs, and lives without one where there are no icons', async () => {
  const icons = mkdtempSync(join(tmpdir(), 'ota-icons-'));
  for (const name of ['tray.png', 'trayTemplate.png']) writeFileSync(join(icons, name), '');
  const { standIn, core } = await connectShell({ icons });
  await core.pretend(glance({ roles: { broker: 'on', backend: 'failed', dcu: 'off' } }));
  const [tray] = standIn.trays;
  const labels = () => tray!.menu!.items.map(({ label }) => label).filter((label) => label !== '');
  await until(() => labels().includes('Broker: running'));
  expect(labels()).toEqual([
    ...['Show OTA Bench', 'Backend: failed', 'Broker: running', 'DCU: off', 'Quit OTA Bench'],
  ]);
  tray!.menu!.getMenuItemById('show')!.click();
  expect(standIn.windows[0]!.focused).toBe(1);
  tray!.menu!.getMenuItemById('quit')!.click();
  await standIn.ended;
  expect(tray!.isDestroyed()).toBe(true);
});

it('has no tray without icons', async () => {
  const { standIn } = await openShell({ icons: join(tmpdir(), 'no-such-folder') });
  expect(standIn.trays).toEqual([]);
});

it('loads a page again whose process ended, says so, and stops at the third within a minute', async () => {
  const { standIn } = await connectShell();
  const { webContents } = standIn.windows[0]!;
  for (const round of [1, 2]) {
    const loaded = new Promise((resolve) => webContents.once('did-finish-load', resolve));
    webContents.forcefullyCrashRenderer();
    await loaded;
    const again = await pageOf(standIn);
    again.page.otaBench!.ready();
    await again.nextPort();
    expect(again.told, String(round)).toEqual([{ kind: 'news', news: 'page-restarted' }]);
  }
  webContents.forcefullyCrashRenderer();
  await until(() => standIn.boxes.length === 1);
  expect(standIn.boxes[0]!.detail).toContain('PAGE_CRASHED');
});

it('asks about a window that does not answer, and takes the question back when it does', async () => {
  const { standIn } = await connectShell();
  const [window] = standIn.windows;
  standIn.boxAnswer = () => new Promise(() => undefined);
  window!.emit('unresponsive');
  window!.emit('unresponsive');
  await until(() => standIn.boxes.length === 1);
  expect(standIn.boxes[0]).toMatchObject({ buttons: ['Wait', 'Reload'], cancelId: 0 });
  window!.emit('responsive');
  await until(() => standIn.boxes[0]!.signal!.aborted);
  const old = window!.webContents.mainFrame;
  standIn.boxAnswer = () => Promise.resolve(1);
  await until(() => {
    window!.emit('unresponsive');
    return standIn.boxes.length === 2;
  });
  await until(() => window!.webContents.mainFrame !== old);
  expect((await pageOf(standIn)).page.otaBench).toBeDefined();
});

it('says what is missing of it instead of opening an empty window', async () => {
  const core = join(tmpdir(), 'no-such-core.js');
  const { standIn } = await startShell({ core });
  await standIn.ended;
  expect(standIn.windows).toEqual([]);
  expect(standIn.boxes[0]).toMatchObject({ message: 'Parts of OTA Bench are missing' });
  expect(standIn.boxes[0]!.detail).toMatch(/^Install OTA Bench again;/);
  expect(standIn.boxes[0]!.detail).toContain(`${core}\nINSTALLATION_DAMAGED`);
});
