import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { APP_PAGE, CHANNEL } from '../channel/index.ts';
import { StandInFrame } from '../standin/frames.ts';
import { smallCoreOver } from './listening.ts';
import { openShell, pageOf, startShell } from './opened.ts';
import { until } from './until.ts';

// Processes and bundles: a machine that does much else takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

describe('the window', () => {
  it('is sandboxed, isolated, without Node, webviews or spell checking, and shows once painted', async () => {
    const { standIn } = await openShell();
    const [window] = standIn.windows;
    expect(standIn.windows).toHaveLength(1);
    expect(standIn.sandboxed).toBe(true);
    expect(window!.options).toMatchObject({ show: false, backgroundColor: '#14171a' });
    expect(window!.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    });
    expect(window!.webContents.getURL()).toBe(APP_PAGE);
    await until(() => window!.isVisible());
  });

  it('registers app:// as standard and secure before ready, and no further privilege', async () => {
    const { standIn } = await openShell();
    expect(standIn.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
  });

  it('has a menu with the platform roles and no developer tools when packaged', async () => {
    const { standIn } = await openShell();
    const roles = standIn.menu!.items.flatMap(({ role, submenu }) => [
      role,
      ...(submenu?.items.map((item) => item.role) ?? []),
    ]);
    expect(roles).toContain('editMenu');
    expect(roles).not.toContain('toggleDevTools');
  });
});

describe('a report as PDF', () => {
  it('is printed by a window without scripts, on the paper that was asked for, and saved whole', async () => {
    const { standIn, page, userData, told } = await openShell();
    page.otaBench!.ready();
    standIn.chosen = join(userData, 'r.pdf');
    const ask = { kind: 'report-pdf', html: '<p>ä</p>', paper: 'Letter' } as const;
    // A name with a folder in it is no name.
    page.otaBench!.tell({ ...ask, name: '../r.pdf' });
    page.otaBench!.tell({ ...ask, name: 'report-1.pdf' });
    await until(() => told.some((message) => message.kind === 'news'));
    expect(told).toContainEqual({ kind: 'news', news: 'pdf-saved' });
    expect(await readFile(join(userData, 'r.pdf'), 'utf8')).toMatch(/^%PDF/);
    expect(standIn.savedAs.map((path) => basename(path))).toEqual(['report-1.pdf']);
    expect(standIn.printed).toEqual([
      {
        address: `data:text/html;base64,${Buffer.from('<p>ä</p>').toString('base64')}`,
        options: { pageSize: 'Letter', printBackground: true },
      },
    ]);
    const hidden = standIn.windows.at(-1)!;
    expect(hidden.isDestroyed()).toBe(true);
    expect(hidden.options).toMatchObject({
      show: false,
      webPreferences: { javascript: false, sandbox: true, partition: 'report-pdf' },
    });
    expect(hidden.options.webPreferences).not.toHaveProperty('preload');

    standIn.chosen = join(userData, 'no such folder', 'r.pdf');
    page.otaBench!.tell({ ...ask, name: 'report-1.pdf' });
    await until(() => told.some((message) => message.kind === 'refused'));
    expect(told.at(-1)).toMatchObject({ refusal: { code: 'FILE_NOT_WRITTEN' } });
  });
});

describe('a page that tries to leave', () => {
  it('is kept where it is, but for its own reload', async () => {
    const { standIn } = await openShell();
    const contents = standIn.windows[0]!.webContents;
    for (const url of [
      'https://example.org/',
      'file:///etc/passwd',
      'app://other/',
      'app://bench/assets/x.html',
      'app://bench/opened/x',
      'javascript:alert(1)',
    ]) {
      expect(await contents.navigate(url), url).toBe('refused');
      expect(contents.redirect(url), url).toBe('refused');
      expect(contents.windowOpen(url), url).toBe('deny');
    }
    expect(contents.getURL()).toBe(APP_PAGE);
    expect(await contents.navigate(`${APP_PAGE}#/traffic`)).toBe('went');
  });

  it('gets neither frames nor webviews nor windows, not even of our own page', async () => {
    const { standIn } = await openShell();
    const contents = standIn.windows[0]!.webContents;
    const frame = new StandInFrame('about:blank', contents.mainFrame);
    expect(await contents.navigate(APP_PAGE, frame)).toBe('refused');
    expect(contents.attachWebview()).toBe('refused');
    expect(contents.windowOpen(APP_PAGE)).toBe('deny');
  });
});

describe('permissions', () => {
  it('are denied, but for writing plain text to the clipboard from our own page', async () => {
    const { standIn } = await openShell();
    const contents = standIn.windows[0]!.webContents;
    for (const name of [
      'media',
      'geolocation',
      'notifications',
      'usb',
      'openExternal',
      'unknown',
    ]) {
      expect(await standIn.session.requests(contents, name), name).toBe(false);
      expect(standIn.session.checks(contents, name), name).toBe(false);
    }
    expect(await standIn.session.requests(contents, 'clipboard-sanitized-write')).toBe(true);
    expect(standIn.session.checks(null, 'clipboard-sanitized-write')).toBe(false);
    contents.mainFrame.url = 'https://example.org/';
    expect(await standIn.session.requests(contents, 'clipboard-sanitized-write')).toBe(false);
  });

  it('leave no way to a device or the screen', async () => {
    const { standIn } = await openShell();
    expect(standIn.session.deviceAllowed()).toBe(false);
    expect(await standIn.session.capturesScreen()).toBeNull();
    expect(await standIn.session.pairsBluetooth()).toBe(false);
    expect(standIn.session.selectsDevice('select-usb-device')).toBeUndefined();
    expect(standIn.session.selectsDevice('select-hid-device')).toBeNull();
    expect(standIn.session.selectsDevice('select-serial-port')).toBe('');
  });
});

describe('a second instance', () => {
  it('quits and opens nothing', async () => {
    const { standIn } = await startShell({
      prepare: (world) => {
        world.anotherInstanceRuns = true;
      },
    });
    await standIn.ended;
    expect(standIn.windows).toEqual([]);
    expect(standIn.processes).toEqual([]);
  });

  it('brings the first one to the front', async () => {
    const { standIn } = await openShell();
    const window = standIn.windows[0]!;
    window.minimize();
    standIn.app.emit('second-instance', {}, [], '/');
    expect(window.isMinimized()).toBe(false);
    expect(window.focused).toBe(1);
    expect(standIn.windows).toHaveLength(1);
  });
});

describe('the port', () => {
  it('reaches the page after it said ready, and calls over it are answered by the core', async () => {
    const { page, nextPort, ports, userData, standIn } = await openShell();
    expect(ports()).toBe(0);
    page.otaBench!.ready();
    const core = smallCoreOver(await nextPort());
    const answer = await core.whoami();
    expect(answer).toEqual({
      pid: standIn.processes[0]!.pid,
      workspace: userData,
      version: '0.0.0-standin',
      roles: [],
    });
    expect(answer.pid).not.toBe(process.pid);
  });

  it('is fresh for each ready, so that a reloaded page works and the old one is closed', async () => {
    const first = await openShell();
    first.page.otaBench!.ready();
    const old = await first.nextPort();
    await smallCoreOver(old).whoami();
    const closed = new Promise((resolve) => old.once('close', resolve));
    expect(await first.standIn.windows[0]!.webContents.navigate(APP_PAGE)).toBe('went');
    await closed;
    const second = await pageOf(first.standIn);
    second.page.otaBench!.ready();
    expect(await smallCoreOver(await second.nextPort()).whoami()).toBeTruthy();
    expect(first.standIn.processes).toHaveLength(1);
  });

  it('is refused to a child frame, to a foreign page and to nonsense', async () => {
    const { standIn, page, ports, nextPort } = await openShell();
    const contents = standIn.windows[0]!.webContents;
    // The class of this run's stand-in: modules are loaded afresh for every test.
    const Frame = contents.mainFrame.constructor as typeof StandInFrame;
    const given = vi.spyOn(Frame.prototype, 'postMessage');
    const child = new Frame(APP_PAGE, contents.mainFrame);
    child.page = page;
    contents.sendToMain(CHANNEL, { kind: 'ready' }, child);
    const { frameTreeNodeId } = contents.mainFrame;
    for (const url of [
      'https://bench/',
      'app://other/',
      'app://bench.example.org/',
      'app://bench/x',
    ]) {
      const foreign = new Frame(url, null, frameTreeNodeId);
      foreign.page = page;
      contents.sendToMain(CHANNEL, { kind: 'ready' }, foreign);
    }
    // In our place in the tree and at our address: sandboxed, or hung below another frame.
    const sandboxed = new Frame(APP_PAGE, null, frameTreeNodeId);
    sandboxed.opaque = true;
    const hung = new Frame(APP_PAGE, contents.mainFrame, frameTreeNodeId);
    const gone = new Frame(APP_PAGE, null, frameTreeNodeId);
    for (const frame of [sandboxed, hung]) frame.page = page;
    for (const frame of [sandboxed, hung, gone]) {
      contents.sendToMain(CHANNEL, { kind: 'ready' }, frame);
    }
    standIn.ipcMain.emit(CHANNEL, { sender: contents, senderFrame: null }, { kind: 'ready' });
    contents.sendToMain(CHANNEL, { kind: 'close' }, contents.mainFrame);
    contents.sendToMain(CHANNEL, null, contents.mainFrame);
    expect(given).not.toHaveBeenCalled();
    // The same road is open to the right frame, so the refusals above were refusals.
    page.otaBench!.ready();
    await nextPort();
    expect(given).toHaveBeenCalledOnce();
    expect(ports()).toBe(1);
    given.mockRestore();
  });
});

describe('a core that dies', () => {
  it('is restarted, the page is told and gets a new port without asking', async () => {
    const { standIn, page, nextPort, lost } = await openShell();
    page.otaBench!.ready();
    const { pid } = await smallCoreOver(await nextPort()).whoami();
    process.kill(pid, 'SIGKILL');
    const renewed = await smallCoreOver(await nextPort()).whoami();
    expect(renewed.pid).not.toBe(pid);
    expect(lost()).toBe(1);
    expect(standIn.boxes).toEqual([]);
  });

  it('ends the streams that ran over its port', async () => {
    const { page, nextPort } = await openShell();
    page.otaBench!.ready();
    const core = smallCoreOver(await nextPort());
    const { pid } = await core.whoami();
    const stream = await core.count();
    await expect(
      (async () => {
        for await (const n of stream) if (n === 2) process.kill(pid, 'SIGKILL');
      })(),
    ).rejects.toThrow();
  });

  it('three times within a minute is given up, with a box that offers to start again', async () => {
    const { standIn } = await startShell({ files: ['crash-at-start'] });
    await until(() => standIn.boxes.length === 1);
    expect(standIn.processes).toHaveLength(3);
    expect(standIn.boxes[0]!.message).toBe('The bench ended several times');
    expect(standIn.boxes[0]!.detail).toMatch(/exit code 7[^]*CORE_CRASHED/);
    await standIn.ended;
  });

  it('by refusing its workspace is not restarted: what, why, what to do and the code are shown', async () => {
    const { standIn } = await startShell({ files: ['refuse'] });
    await standIn.ended;
    expect(standIn.processes).toHaveLength(1);
    expect(standIn.boxes[0]).toMatchObject({
      message: 'The workspace is open already',
      buttons: ['Try Again', 'Choose Another Folder…', 'Open Log Folder', 'Quit'],
    });
    expect(standIn.boxes[0]!.detail).toMatch(
      /^Close the other one, or choose another folder\.\n\nAnother process uses the folder\.\nWORKSPACE_BUSY$/,
    );
  });
});

describe('quitting', () => {
  it('closes the core in order before the application ends', async () => {
    const { standIn, page, nextPort, userData } = await openShell();
    page.otaBench!.ready();
    await smallCoreOver(await nextPort()).whoami();
    standIn.windows[0]!.close();
    await standIn.ended;
    expect(existsSync(join(userData, 'closed-in-order'))).toBe(true);
    expect(standIn.processes[0]!.pid).toBeUndefined();
  });

  it(
    'kills a core that neither closes in time nor heeds SIGTERM',
    { timeout: 180_000 },
    async () => {
      const { standIn, userData } = await openShell({ files: ['hang-at-close'] });
      standIn.app.quit();
      await standIn.ended;
      expect(standIn.processes[0]!.pid).toBeUndefined();
      expect(existsSync(join(userData, 'closed-in-order'))).toBe(false);
    },
  );
});
