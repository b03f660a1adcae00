import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { onTestFinished, vi } from 'vitest';
import type { StandIn } from '../standin/stand-in.ts';
import type { Page } from '../standin/page.ts';
import { listenOn, smallCoreOver, type Listening, type SmallCore } from './listening.ts';
import { until } from './until.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let preload: Promise<string> | null = null;

/** The real preload, bundled once per test file as a sandbox needs it. */
function builtPreload(): Promise<string> {
  preload ??= (async () => {
    const outDir = await mkdtemp(join(tmpdir(), 'ota-preload-'));
    await build({
      configFile: false,
      logLevel: 'error',
      build: {
        outDir,
        minify: false,
        lib: { entry: here('../preload/index.ts'), formats: ['cjs'], fileName: () => 'index.cjs' },
        rolldownOptions: { external: ['electron'] },
      },
    });
    return join(outDir, 'index.cjs');
  })();
  return preload;
}

export type Opened = Listening & { standIn: StandIn; userData: string };

export type OpenOptions = {
  core?: string;
  files?: string[];
  /** Folder of the icons. */
  icons?: string;
  /** More of the command line that the application is started with. */
  argv?: string[];
  prepare?: (standIn: StandIn) => void;
};

/** Runs the real shell on a fresh stand-in, up to `ready`; closes it when the test ends. */
export async function startShell(
  options: OpenOptions = {},
): Promise<{ standIn: StandIn; userData: string }> {
  const userData = await mkdtemp(join(tmpdir(), 'ota-shell-'));
  for (const file of options.files ?? []) await writeFile(join(userData, file), '');
  const page = join(userData, 'page');
  await mkdir(page);
  await writeFile(join(page, 'index.html'), '<!doctype html><title>OTA Bench</title>');
  const paths = {
    core: options.core ?? here('small-core.ts'),
    preload: await builtPreload(),
    page,
    icons: options.icons ?? here('../../resources/icons'),
  };

  vi.resetModules();
  vi.doMock('electron', () => import('../standin/index.ts'));
  const { standIn } = await import('../standin/index.ts');
  const { runShell } = await import('../main/shell.ts');
  standIn.userData = userData;
  options.prepare?.(standIn);
  const { argv } = process;
  process.argv = ['/opt/ota-bench', ...(options.argv ?? [])];
  runShell(paths);
  process.argv = argv;
  onTestFinished(async () => {
    if (!standIn.anotherInstanceRuns) {
      // Whatever the test left running is quit all the same.
      standIn.boxAnswer = () => Promise.resolve(1);
      standIn.app.quit();
      await standIn.ended;
    }
    await rm(userData, { recursive: true, force: true });
  });
  standIn.becomeReady();
  return { standIn, userData };
}

/** The shell with its window loaded and a page that listens but has not said ready. */
export async function openShell(options: OpenOptions = {}): Promise<Opened> {
  const { standIn, userData } = await startShell(options);
  return { ...(await pageOf(standIn)), standIn, userData };
}

/** The page that is loaded now, listening. */
export async function pageOf(standIn: StandIn): Promise<Listening> {
  const loaded = (): Page | null | undefined => {
    const page = standIn.windows.at(-1)?.webContents.mainFrame.page;
    // By its shape: modules are loaded afresh for every test.
    return page !== null && page !== undefined && 'otaBench' in page ? (page as Page) : null;
  };
  return listenOn(await until(loaded));
}

/** The shell with a page that is connected to the small core. */
export async function connectShell(
  options: OpenOptions = {},
): Promise<Opened & { core: SmallCore }> {
  const opened = await openShell(options);
  opened.page.otaBench?.ready();
  return { ...opened, core: smallCoreOver(await opened.nextPort()) };
}
