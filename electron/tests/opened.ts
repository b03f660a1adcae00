import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink, type SupportedMessagePort } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { build } from 'vite';
import { onTestFinished, vi } from 'vitest';
import type { BenchContract } from '#core/contract';
import { APP_PAGE, LOST_MESSAGE, PORT_MESSAGE } from '../channel/index.ts';
import type { Page } from '../standin/page.ts';
import type { StandIn } from '../standin/stand-in.ts';

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

export type Opened = {
  standIn: StandIn;
  userData: string;
  page: Page;
  /** The next port that the page receives. */
  nextPort: () => Promise<MessagePort>;
  /** How many ports the page has received. */
  ports: () => number;
  lost: () => number;
};

export type OpenOptions = {
  core?: string;
  files?: string[];
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
  };

  vi.resetModules();
  vi.doMock('electron', () => import('../standin/index.ts'));
  const { standIn } = await import('../standin/index.ts');
  const { runShell } = await import('../main/shell.ts');
  standIn.userData = userData;
  options.prepare?.(standIn);
  runShell(paths);
  onTestFinished(async () => {
    if (!standIn.anotherInstanceRuns) {
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
  return { ...(await pageOf(standIn)), userData };
}

export async function pageOf(standIn: StandIn): Promise<Omit<Opened, 'userData'>> {
  const page = await vi.waitUntil(() => standIn.windows.at(-1)?.webContents.mainFrame.page);
  const waiting: ((port: MessagePort) => void)[] = [];
  const held: MessagePort[] = [];
  let ports = 0;
  let lost = 0;
  page.addEventListener('message', (event) => {
    const {
      data,
      origin,
      ports: sent,
    } = event as MessageEvent as unknown as {
      data: unknown;
      origin: string;
      ports: MessagePort[];
    };
    if (`${origin}/` !== APP_PAGE) throw new Error(`message from ${origin}`);
    if (data === LOST_MESSAGE) lost += 1;
    const [port] = sent;
    if (data !== PORT_MESSAGE || port === undefined) return;
    ports += 1;
    const taker = waiting.shift();
    if (taker === undefined) held.push(port);
    else taker(port);
  });
  return {
    standIn,
    page,
    ports: () => ports,
    lost: () => lost,
    nextPort: () =>
      new Promise((resolve) => {
        const port = held.shift();
        if (port === undefined) waiting.push(resolve);
        else resolve(port);
      }),
  };
}

export type SmallCore = {
  whoami(): Promise<{ pid: number; workspace: string; version: string }>;
  count(): Promise<AsyncIterable<number>>;
};

export const smallCoreOver = (port: MessagePort): SmallCore => createORPCClient(linkOver(port));

/** The real contract, as the page uses it. */
export const benchOver = (port: MessagePort): ContractRouterClient<BenchContract> =>
  createORPCClient(linkOver(port));

function linkOver(port: MessagePort): RPCLink<object> {
  const link = new RPCLink({ port: port as SupportedMessagePort });
  port.start();
  return link;
}
