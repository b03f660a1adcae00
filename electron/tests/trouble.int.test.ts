import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageBoxOptions } from 'electron';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { StandIn } from '../standin/stand-in.ts';
import { NOTHING_SEEN } from '../main/glance.ts';
import { smallCoreOver } from './listening.ts';
import { connectShell, openShell, pageOf, startShell } from './opened.ts';
import { until } from './until.ts';

// Processes and bundles: a machine that does much else takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'ota-trouble-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};
/** Presses the button of this name; the one that cancels where a box has none. */
const press =
  (...names: string[]) =>
  ({ buttons = [], cancelId = 0 }: MessageBoxOptions): Promise<number> => {
    const at = buttons.indexOf(names.shift() ?? '');
    return Promise.resolve(at < 0 ? cancelId : at);
  };

/** The page that comes when the one that is there is loaded again. */
async function reloadedPage(standIn: StandIn, act: () => void): ReturnType<typeof pageOf> {
  const { webContents } = standIn.windows[0]!;
  const before = webContents.mainFrame;
  act();
  await until(() => webContents.mainFrame !== before);
  return pageOf(standIn);
}

it('leads from a workspace that cannot be opened to another, says why in the language of the person, and keeps to it', async () => {
  const good = folder();
  const { standIn } = await startShell({
    files: ['refuse'],
    prepare: (world) => {
      world.languages = ['de-DE'];
      world.boxAnswer = () => new Promise((resolve) => (choose = resolve));
    },
  });
  let choose: (way: number) => void = () => undefined;
  await until(() => standIn.boxes.length === 1);
  expect(standIn.boxes[0]).toMatchObject({
    message: 'Der Arbeitsbereich ist bereits geöffnet',
    buttons: ['Erneut versuchen', 'Anderen Ordner wählen …', 'Protokollordner öffnen', 'Beenden'],
  });
  // Whoever thinks better of it, or looks at the logs first, is asked once more.
  choose(1);
  await until(() => standIn.boxes.length === 2);
  choose(2);
  await until(() => standIn.boxes.length === 3);
  expect(standIn.openedPaths).toEqual([join(standIn.userData, 'logs')]);
  standIn.chosen = good;
  const { page, nextPort } = await reloadedPage(standIn, () => choose(1));
  page.otaBench!.ready();
  expect(await smallCoreOver(await nextPort()).whoami()).toMatchObject({ workspace: good });
  const kept = readFileSync(join(standIn.userData, 'windows.json'), 'utf8');
  expect(JSON.parse(kept)).toMatchObject({ workspace: good });
});

it('says that the workspace went away, and opens it again where it was put back', async () => {
  const { standIn, core } = await connectShell();
  const { pid } = await core.whoami();
  const gone = { code: 'WORKSPACE_GONE', reason: 'It was moved.', next: 'Put it back.' };
  let answer: (way: number) => void = () => undefined;
  standIn.boxAnswer = () => new Promise((resolve) => (answer = resolve));
  await core.pretend({ ...NOTHING_SEEN, gone });
  // Each role says so, and a person is asked once.
  await core.pretend({ ...NOTHING_SEEN, gone });
  await core.whoami();
  await until(() => standIn.boxes.length === 1);
  expect(standIn.boxes[0]).toMatchObject({ message: 'The workspace is gone' });
  expect(standIn.boxes[0]!.detail).toContain('It was moved.\nWORKSPACE_GONE');
  const again = await reloadedPage(standIn, () => answer(0));
  again.page.otaBench!.ready();
  expect((await smallCoreOver(await again.nextPort()).whoami()).pid).not.toBe(pid);
  expect(standIn.boxes).toHaveLength(1);
  expect(standIn.notifications).toEqual([]);
});

it('opens another workspace from the menu, asks while a vehicle is updated, and says what runs there', async () => {
  // Among other files it gets a folder of its own.
  const documents = folder();
  writeFileSync(join(documents, 'letter.txt'), '');
  const { standIn, core, userData } = await connectShell();
  const update = {
    ...{ updateId: 'u-1', vin: 'V1', ecuId: 'gateway', version: '3', stage: 'installing' },
    ...{ progress: 40, paused: false, heardAt: Date.now() },
  };
  await core.pretend({ ...NOTHING_SEEN, running: [update] });
  await until(() => standIn.powerSaveBlocker.started.size === 1);
  standIn.chosen = documents;
  const open = (): void => standIn.menu!.getMenuItemById('open-workspace')!.click();
  open();
  await until(() => standIn.boxes.length === 1);
  expect(standIn.boxes[0]).toMatchObject({ buttons: ['Cancel', 'Open Anyway'], cancelId: 0 });
  expect(await core.whoami()).toMatchObject({ workspace: userData });
  standIn.boxAnswer = press('Open Anyway');
  const again = await reloadedPage(standIn, open);
  again.page.otaBench!.ready();
  const { workspace, roles } = await smallCoreOver(await again.nextPort()).whoami();
  expect([workspace, roles]).toEqual([join(documents, 'OTA Bench'), []]);
  expect(existsSync(join(userData, 'closed-in-order'))).toBe(true);
  expect(standIn.powerSaveBlocker.started.size).toBe(0);
});

it.runIf(process.platform === 'linux')(
  'tells a folder that takes no lock from another instance, and is started again elsewhere',
  async () => {
    const elsewhere = folder();
    const { standIn } = await startShell({
      argv: ['otabench://screen/lab', '--user-data-dir=/proc/self'],
      prepare: (world) => {
        // Chromium's lock is a file in it; the same answer comes from Electron.
        world.anotherInstanceRuns = true;
        world.userData = '/proc/self';
        world.chosen = elsewhere;
        world.boxAnswer = press('Choose Another Folder…');
      },
    });
    await standIn.ended;
    expect(standIn.boxes[0]).toMatchObject({ buttons: ['Choose Another Folder…', 'Quit'] });
    expect(standIn.boxes[0]!.detail).toMatch(/\/proc\/self[^]*WORKSPACE_/);
    expect(standIn.relaunched).toEqual([
      { args: ['otabench://screen/lab', `--user-data-dir=${elsewhere}`] },
    ]);
    expect([standIn.windows, standIn.processes]).toEqual([[], []]);
  },
);

it('lets the computer sleep and the application go once a core is given up on', async () => {
  const { standIn, core, nextPort, userData } = await connectShell();
  const update = { updateId: 'u', vin: 'V', ecuId: 'e', version: '3', stage: 'downloading' };
  const heardAt = Date.now();
  await core.pretend({
    ...NOTHING_SEEN,
    running: [{ ...update, progress: 4, paused: false, heardAt }],
  });
  await until(() => standIn.powerSaveBlocker.started.size === 1);
  const { pid } = await core.whoami();
  // An error of V8's is told before the exit; Node throws one that nobody listens for.
  standIn.processes[0]!.emit('error', 'FatalError', 'v8::Oom', '{}');
  process.kill(pid, 'SIGKILL');
  await smallCoreOver(await nextPort()).whoami();
  // It comes again and resumes: until then the computer stays awake.
  expect(standIn.powerSaveBlocker.started.size).toBe(1);
  standIn.boxAnswer = () => new Promise(() => undefined);
  writeFileSync(join(userData, 'crash-at-start'), '');
  process.kill(standIn.processes[1]!.pid!, 'SIGKILL');
  await until(() => standIn.boxes.length === 1);
  expect(standIn.boxes[0]!.detail).toContain('CORE_CRASHED');
  expect(standIn.powerSaveBlocker.started.size).toBe(0);
  expect(standIn.windows[0]!.progress).toBe(-1);
  standIn.windows[0]!.close();
  await standIn.ended;
  expect(readFileSync(join(userData, 'logs/main.log'), 'utf8')).toContain('v8::Oom');
});

it('restarts a core also after a window was closed that had a port', async () => {
  const first = await connectShell();
  first.page.otaBench!.tell({ kind: 'tear-off' });
  await until(() => first.standIn.windows.length === 2);
  const second = await pageOf(first.standIn);
  second.page.otaBench!.ready();
  const { pid } = await smallCoreOver(await second.nextPort()).whoami();
  first.standIn.windows[1]!.close();
  process.kill(pid, 'SIGKILL');
  expect((await smallCoreOver(await first.nextPort()).whoami()).pid).not.toBe(pid);
});

it('names a part of the page that is missing, once, and a file that could not be saved', async () => {
  const { standIn } = await openShell();
  for (const name of ['index-1.js', 'index-2.css', 'index-1.js.map']) {
    expect((await standIn.fetch(`app://bench/assets/${name}`)).status).toBe(404);
  }
  await until(() => standIn.boxes.length === 1);
  expect(standIn.boxes[0]!.detail).toMatch(/index-1\.js\nINSTALLATION_DAMAGED$/);
  const { webContents } = standIn.windows[0]!;
  standIn.session.downloads(webContents, 'report.json', 'cancelled');
  standIn.session.downloads(webContents, 'report.json', 'interrupted');
  await until(() => standIn.boxes.length === 2);
  expect(standIn.boxes[1]!.detail).toMatch(/report\.json[^]*FILE_NOT_WRITTEN$/);
});
