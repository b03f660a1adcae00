import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from '@playwright/test';
import { strToU8, zipSync } from 'fflate';
import { expect, test, type Shell } from '../fixtures/shell.ts';

/** Long enough for an update, at the speed of real ECUs, on a machine that does much else. */
const UPDATE_LIMIT_MS = 270_000;

// Each opens the application, most of them run an update as well. What is waited for are states;
// these limits only end a test in which one never comes.
test.describe.configure({ timeout: 600_000 });
test.use({ actionTimeout: 60_000, navigationTimeout: 60_000 });

/** 8883 may be a broker of this machine. */
const takeAnyPort = async (shell: Shell): Promise<void> => {
  const { page } = await shell.page();
  await page.getByTestId('nav-settings').click();
  const port = page.getByTestId('listener-tls').getByLabel(/port/i);
  await port.fill('0');
  await page.getByTestId('settings-save').click();
  await expect(page.getByTestId('settings-save')).toBeDisabled();
};

/** Clicks an item of the application's menu. */
const menu = (shell: Shell, id: string): Promise<void> =>
  shell.main(({ Menu }, wanted) => {
    Menu.getApplicationMenu()?.getMenuItemById(wanted)?.click();
  }, id);

/** Message boxes are answered at once, by their last button or by the one that cancels. */
const answerBoxes = (shell: Shell, answer: 'cancel' | 'last'): Promise<void> =>
  shell.main(({ dialog }, how) => {
    const seen: string[] = [];
    Object.assign(globalThis, { seenBoxes: seen });
    Object.assign(dialog, {
      showMessageBox: (...given: Electron.MessageBoxOptions[]) => {
        const { message, detail, buttons = [], cancelId = 0 } = given.at(-1) ?? { message: '' };
        seen.push(`${message}\n${detail ?? ''}`);
        const response = how === 'cancel' ? cancelId : buttons.length - 1;
        return Promise.resolve({ response, checkboxChecked: false });
      },
    });
  }, answer);
const boxes = (shell: Shell): Promise<string[]> =>
  shell.main(() => (globalThis as unknown as { seenBoxes: string[] }).seenBoxes);

const corePid = (shell: Shell): Promise<number | null> =>
  shell.main(({ app }) => {
    const core = app.getAppMetrics().find(({ name }) => name === 'OTA Bench core');
    return core?.pid ?? null;
  });

/** True while the computer is kept awake: blockers are numbered from a small number on. */
const isKeptAwake = (shell: Shell): Promise<boolean> =>
  shell.main(({ powerSaveBlocker }) =>
    Array.from({ length: 20 }, (_, id) => powerSaveBlocker.isStarted(id)).includes(true),
  );

test('starts: the built page gets its port, menus lead to screens in its language, a workspace that cannot be opened to another', async ({
  launch,
  userData,
}) => {
  const shell = await launch();
  const { page } = await shell.page();
  await expect(page.getByTestId('demo-run')).toBeEnabled();
  await menu(shell, 'go-traffic');
  await expect(page.getByTestId('nav-traffic')).toHaveAttribute('aria-current', 'page');
  await menu(shell, 'settings');
  await expect(page.getByTestId('nav-settings')).toHaveAttribute('aria-current', 'page');
  await menu(shell, 'find');
  await expect(page.getByPlaceholder(/Find a screen/)).toBeVisible();
  await page.keyboard.press('Escape');
  const firstLabel = (): Promise<string[]> =>
    shell.main(({ Menu }) => (Menu.getApplicationMenu()?.items ?? []).map(({ label }) => label));
  expect(await firstLabel()).toContain('File');
  await page.getByRole('button', { name: 'Auf Deutsch' }).click();
  await expect.poll(firstLabel).toContain('Datei');
  // The page asks for nothing that the policy refuses: a refusal would be an error on the console.
  const errors: string[] = [];
  page.on('console', (line) => {
    if (line.type() === 'error') errors.push(line.text());
  });
  await menu(shell, 'go-vehicles');
  await expect(page.getByTestId('nav-vehicles')).toHaveAttribute('aria-current', 'page');
  expect(errors).toEqual([]);
  await leavesWorkspacesThatCannotBeOpened(shell, page, await mkdtemp(join(userData, 'w-')));
});

async function leavesWorkspacesThatCannotBeOpened(
  shell: Shell,
  page: Page,
  dir: string,
): Promise<void> {
  const [held, newer, good] = [join(dir, 'held'), join(dir, 'newer'), join(dir, 'good')];
  for (const each of [held, newer, good]) await mkdir(each);
  const db = new DatabaseSync(join(newer, 'bench.db'));
  // As a workspace has it; that alone would be a change of the file.
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('CREATE TABLE migration (room TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT');
  db.exec("INSERT INTO migration VALUES ('bench', 999)");
  db.close();
  const before = await readFile(join(newer, 'bench.db'));
  // Another process, this one, has it open.
  const lock = new DatabaseSync(join(held, 'lock.db'));
  lock.exec('BEGIN EXCLUSIVE');
  await shell.main(
    ({ dialog }, folders) => {
      const seen: string[] = [];
      Object.assign(globalThis, { seenBoxes: seen });
      Object.assign(dialog, {
        showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: [folders.shift()] }),
        showMessageBox: ({ message, detail, buttons = [] }: Electron.MessageBoxOptions) => {
          seen.push(`${message}\n${detail ?? ''}`);
          return Promise.resolve({ response: buttons.indexOf('Anderen Ordner wählen …') });
        },
      });
    },
    [held, newer, good],
  );
  await menu(shell, 'open-workspace');
  await expect.poll(() => boxes(shell)).toHaveLength(2);
  // The window is loaded again for each, and connected to the one that runs.
  await expect.poll(() => existsSync(join(good, 'bench.db'))).toBe(true);
  await page.getByTestId('nav-bench').click();
  await expect(page.getByTestId('demo-run')).toBeEnabled();
  const [busy, later] = await boxes(shell);
  expect(busy).toMatch(/^Der Arbeitsbereich ist bereits geöffnet\nSchließen[^]*WORKSPACE_BUSY$/);
  expect(later).toMatch(/^Der Arbeitsbereich stammt aus einem neueren[^]*999[^]*NEWER_SCHEMA$/);
  expect((await readFile(join(newer, 'bench.db'))).equals(before)).toBe(true);
  lock.close();
}

test('stays on its own page, whatever a link, a script or a drop asks for', async ({ launch }) => {
  const shell = await launch();
  const { page } = await shell.page();
  await expect(page.getByTestId('demo-run')).toBeEnabled();
  const at = page.url();
  await page.evaluate(() => {
    for (const href of ['https://example.org/', 'assets/none.html']) {
      const link = Object.assign(document.createElement('a'), { href });
      document.body.append(link);
      link.click();
    }
    window.open('https://example.org/');
    document.body.dispatchEvent(
      new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }),
    );
  });
  await page.getByTestId('nav-lab').click();
  await expect(page.getByTestId('nav-lab')).toHaveAttribute('aria-current', 'page');
  expect(page.url().replace(/#.*/, '')).toBe(at.replace(/#.*/, ''));
  expect(await shell.main(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('an update survives sleep and a killed core: each with a notice, and it completes', async ({
  launch,
}) => {
  const shell = await launch();
  const window = await shell.page();
  await takeAnyPort(shell);
  await window.show('bench');
  await window.demoButton.click();
  await expect(window.stage).toHaveAttribute('data-stage', /downloading|installing|finalizing/, {
    timeout: UPDATE_LIMIT_MS,
  });
  await expect.poll(() => isKeptAwake(shell)).toBe(true);
  const pid = await corePid(shell);
  // Asleep nothing runs, and the clock has gone on when it does again.
  process.kill(pid ?? 0, 'SIGSTOP');
  await shell.main(({ powerMonitor }) => {
    powerMonitor.emit('suspend');
  });
  process.kill(pid ?? 0, 'SIGCONT');
  await shell.main(({ powerMonitor }) => {
    powerMonitor.emit('resume');
  });
  await expect(window.page.getByTestId('news-woke')).toBeVisible();
  process.kill(pid ?? 0, 'SIGKILL');
  await expect(window.page.getByTestId('news-core-restarted')).toBeVisible();
  await expect(window.stage).toHaveAttribute('data-stage', 'completed', {
    timeout: UPDATE_LIMIT_MS,
  });
  expect(await corePid(shell)).not.toBe(pid);
  await expect.poll(() => isKeptAwake(shell)).toBe(false);
});

test('quitting in the middle of an update asks, stays on Cancel, and ends in order when confirmed', async ({
  launch,
}) => {
  const shell = await launch();
  const window = await shell.page();
  await takeAnyPort(shell);
  await window.show('bench');
  await answerBoxes(shell, 'cancel');
  await window.demoButton.click();
  await expect(window.stage).toHaveAttribute('data-stage', /downloading|installing|finalizing/, {
    timeout: UPDATE_LIMIT_MS,
  });
  await shell.main(({ app }) => {
    app.quit();
  });
  await expect.poll(() => boxes(shell)).toHaveLength(1);
  expect((await boxes(shell))[0]).toMatch(/A vehicle is being updated\.\n•/);
  await expect(window.stage).toBeVisible();
  await answerBoxes(shell, 'last');
  await shell.main(({ app }) => {
    app.quit();
  });
  await shell.ended;
  const log = await readFile(join(shell.userData, 'logs', 'core.log'), 'utf8');
  expect(log).toContain('bench process');
});

test('Traffic is torn off into a window with its own port, and both outlive a killed core', async ({
  launch,
}) => {
  const shell = await launch();
  const window = await shell.page();
  await takeAnyPort(shell);
  await window.show('traffic');
  await window.page.getByTestId('traffic-tear-off').click();
  const torn = await shell.page('window=traffic');
  await expect(torn.page.getByTestId('traffic-filter')).toBeVisible();
  await expect(torn.page.getByTestId('nav-bench')).toBeHidden();
  process.kill((await corePid(shell)) ?? 0, 'SIGKILL');
  for (const { page } of [window, torn]) {
    await expect(page.getByTestId('news-core-restarted')).toBeVisible();
  }
  await expect(torn.lostBanner).toBeHidden();
  await window.runDemo();
  await expect(torn.trafficRows.first()).toBeVisible();
});

test('links, a second instance and opened files lead to places and start nothing', async ({
  launch,
  userData,
}) => {
  const shell = await launch({ argv: ['otabench://screen/trust'] });
  const { page } = await shell.page();
  await expect(page.getByTestId('nav-trust')).toHaveAttribute('aria-current', 'page');
  await shell.main(({ app }) => {
    app.emit('open-url', { preventDefault: () => undefined }, 'otabench://vehicle/V1/rollback');
  });
  await expect(page.getByTestId('refusal')).toHaveAttribute('data-code', 'LINK_INVALID');

  const bundle = join(await mkdtemp(join(userData, 'b-')), 'spring.otabundle');
  const list = {
    version: '2026.3',
    members: [{ ecu: 'gateway', firmware: 'gateway.bin', version: '3.1.0' }],
  };
  await writeFile(
    bundle,
    zipSync({
      'bundle.json': strToU8(JSON.stringify(list)),
      'gateway.bin': new Uint8Array(50_000).fill(7),
    }),
  );
  // As Windows and Linux hand it over: by the arguments of a second instance.
  await shell.main(({ app }, path) => {
    app.emit('second-instance', {}, ['/opt/ota-bench', '--flag', path], '/');
  }, bundle);
  await expect(page.getByTestId('nav-compose')).toHaveAttribute('aria-current', 'page');
  await expect(page.getByTestId('bundle')).toContainText('2026.3');
  // Nobody has started a vehicle, so there is none to sign it for, and nothing has begun by itself.
  await expect(page.getByTestId('bundle-sign')).toBeDisabled();

  const second = await launch({ second: true });
  await second.ended;
});

test('a page that crashes is loaded again, and says so', async ({ launch }, { project }) => {
  test.skip(project.name === 'electron', 'Playwright cannot look again into a page that crashed');
  const shell = await launch();
  const first = await shell.page();
  await expect(first.demoButton).toBeEnabled();
  await shell.main(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  });
  // Until the next one is there, the page that is found is the crashed one.
  await expect
    .poll(async () => {
      const { page } = await shell.page();
      return page
        .getByTestId('news-page-restarted')
        .count()
        .catch(() => 0);
    })
    .toBe(1);
  await expect((await shell.page()).demoButton).toBeEnabled();
});

test('a window comes back where it was', async ({ launch }) => {
  const shell = await launch();
  await expect((await shell.page()).demoButton).toBeEnabled();
  await shell.main(({ BrowserWindow, app }) => {
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 120, y: 90, width: 1020, height: 720 });
    app.quit();
  });
  await shell.ended;
  const next = await launch();
  const bounds = await next.main(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.getNormalBounds(),
  );
  expect(bounds).toEqual({ x: 120, y: 90, width: 1020, height: 720 });
});
