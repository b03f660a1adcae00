import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log, Refusal } from '#core/ports';

/**
 * What this file needs of electron-updater. It checks the SHA-512 that the feed names, on Windows
 * the publisher of the installer's signature, on macOS (Squirrel.Mac) that the new application is
 * signed by whoever signed this one.
 */
export type UpdateEngine = {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  disableWebInstaller: boolean;
  logger: unknown;
  checkForUpdates(): Promise<{
    isUpdateAvailable: boolean;
    updateInfo: { version: string };
  } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(isSilent: boolean, isForceRunAfter: boolean): void;
};

export type UpdateQuestion = { kind: 'download' | 'install'; version: string };

export type UpdaterState =
  /** Nobody is asked anything over the network. */
  | { kind: 'off'; why: 'not-installed' | 'no-feed' | 'switched-off' }
  | { kind: 'idle' }
  | { kind: 'checking' }
  | { kind: 'newest'; version: string }
  /** There is one, and it was not wanted, or has to be fetched by hand. */
  | { kind: 'found'; version: string }
  | { kind: 'downloading'; version: string }
  /** Verified and on disk; whether it was wanted while a vehicle was in the way. */
  | { kind: 'ready'; version: string; waitsForVehicle: boolean }
  | { kind: 'installing'; version: string }
  | { kind: 'refused'; refusal: Refusal };

export type UpdaterOptions = {
  /** `process.resourcesPath`: app-update.yml lies there if an address was packed. */
  resources: string;
  /** `app.isPackaged` */
  installed: boolean;
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  /** Whether a vehicle is in the middle of an update; asked right before an installation. */
  busy(): boolean | Promise<boolean>;
  /** Asks whoever sits there; false for no and for a box that was closed. */
  ask: (question: UpdateQuestion) => Promise<boolean>;
  /** By default electron-updater, which is not even loaded while the updater is off. */
  load?: () => Promise<UpdateEngine>;
};

export type Updater = {
  readonly state: UpdaterState;
  /**
   * Looks for a newer version, and asks before it downloads and before it installs. Never throws:
   * what went wrong is a `refused` with UPDATE_FEED_UNUSABLE, UPDATE_UNVERIFIABLE, UPDATE_REFUSED
   * or UPDATE_WAITS.
   */
  check(): Promise<UpdaterState>;
};

/** Updates of OTA Bench itself: off until an address is packed into the installation. */
export function createUpdater(options: UpdaterOptions): Updater {
  const { log, ask } = options;
  const load = options.load ?? loadElectronUpdater;
  let state: UpdaterState = { kind: 'idle' };
  let engine: UpdateEngine | null = null;
  let running: Promise<UpdaterState> | null = null;

  const refuse = (refusal: Refusal, error?: unknown): UpdaterState => {
    log('warn', refusal.reason, { code: refusal.code, ...(error === undefined ? {} : { error }) });
    return { kind: 'refused', refusal };
  };

  const look = async (): Promise<UpdaterState> => {
    if (state.kind === 'ready') return install(state.version);
    const feed = await readFeed(options.resources);
    const why = whyOff(options, feed);
    if (why !== null) return { kind: 'off', why };
    if (options.platform === 'win32' && !namesPublisher(feed)) {
      return refuse({
        code: 'UPDATE_UNVERIFIABLE',
        reason: 'This installation does not know who signs its updates, so none is accepted.',
        next: 'Install the new version by hand, from where this one came from.',
      });
    }
    state = { kind: 'checking' };
    let found: Awaited<ReturnType<UpdateEngine['checkForUpdates']>>;
    try {
      engine ??= careful(await load());
      found = await engine.checkForUpdates();
    } catch (error) {
      return refuse(
        {
          code: 'UPDATE_FEED_UNUSABLE',
          reason: `The address of the updates gave no usable answer: ${wordsOf(error)}`,
          next: 'Check the connection; OTA Bench works on as it is.',
        },
        error,
      );
    }
    if (found === null) return { kind: 'off', why: 'not-installed' };
    const { version } = found.updateInfo;
    if (!found.isUpdateAvailable) return { kind: 'newest', version };
    // Neither AppImage nor deb carries a signature that could be checked here.
    if (options.platform === 'linux') return { kind: 'found', version };
    if (!(await ask({ kind: 'download', version }))) return { kind: 'found', version };
    return fetchAndInstall(engine, version);
  };

  const fetchAndInstall = async (from: UpdateEngine, version: string): Promise<UpdaterState> => {
    state = { kind: 'downloading', version };
    try {
      await from.downloadUpdate();
    } catch (error) {
      return refuse(
        {
          code: 'UPDATE_REFUSED',
          reason: `Version ${version} was not accepted: ${wordsOf(error)}`,
          next: 'Nothing was installed. Try again later, or install the new version by hand.',
        },
        error,
      );
    }
    return install(version);
  };

  const install = async (version: string): Promise<UpdaterState> => {
    const ready: UpdaterState = { kind: 'ready', version, waitsForVehicle: false };
    state = ready;
    if (!(await ask({ kind: 'install', version }))) return ready;
    // The answer may have taken an hour: what counts is now.
    if (await options.busy()) {
      log('info', 'an update of OTA Bench waits for a vehicle', { code: 'UPDATE_WAITS', version });
      return { ...ready, waitsForVehicle: true };
    }
    state = { kind: 'installing', version };
    engine?.quitAndInstall(false, true);
    return state;
  };

  return {
    get state() {
      return state;
    },
    check: () => {
      running ??= look()
        .then((reached) => (state = reached))
        .finally(() => {
          running = null;
        });
      return running;
    },
  };
}

function whyOff({ installed, env }: UpdaterOptions, feed: string | null) {
  if (!installed) return 'not-installed';
  if (env['OTA_BENCH_UPDATES'] === 'off') return 'switched-off';
  return feed === null ? 'no-feed' : null;
}

async function readFeed(resources: string): Promise<string | null> {
  try {
    return await readFile(join(resources, 'app-update.yml'), 'utf8');
  } catch {
    return null;
  }
}

/** electron-updater skips the check of the signature where the file names nobody. */
function namesPublisher(feed: string | null): boolean {
  return feed !== null && /^publisherName:[ \t]*(\S|\r?\n[ \t]*-[ \t]*\S)/m.test(feed);
}

/** Nothing happens that was not asked for. */
function careful(engine: UpdateEngine): UpdateEngine {
  engine.autoDownload = false;
  engine.autoInstallOnAppQuit = false;
  engine.allowDowngrade = false;
  engine.disableWebInstaller = true;
  engine.logger = null;
  return engine;
}

async function loadElectronUpdater(): Promise<UpdateEngine> {
  // CommonJS: its named exports are getters that only the default export shows.
  const { default: updater } = await import('electron-updater');
  return updater.autoUpdater;
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1).join('');
}
