import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createUpdater, type UpdateEngine, type Updater, type UpdaterOptions } from './updater.ts';

const FEED = 'provider: generic\nurl: https://updates.invalid/\n';
const SIGNED_FEED = `${FEED}publisherName:\n  - Example Publisher\n`;

let resources: string;
beforeEach(async () => {
  resources = await mkdtemp(join(tmpdir(), 'ota-updater-'));
});
afterEach(() => rm(resources, { recursive: true }));

/** What electron-updater would do, and a list of what it was asked for. */
function anEngine(told: Partial<UpdateEngine> & { version?: string } = {}): {
  engine: UpdateEngine;
  calls: string[];
} {
  const calls: string[] = [];
  const { version = '2.0.0', ...rest } = told;
  const engine: UpdateEngine = {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    allowDowngrade: true,
    disableWebInstaller: false,
    logger: console,
    checkForUpdates: async () => {
      calls.push('check');
      return { isUpdateAvailable: version !== '1.0.0', updateInfo: { version } };
    },
    downloadUpdate: async () => {
      calls.push('download');
    },
    quitAndInstall: () => {
      calls.push('install');
    },
    ...rest,
  };
  return { engine, calls };
}

function anUpdater(engine: UpdateEngine, more: Partial<UpdaterOptions> = {}): Updater {
  return createUpdater({
    ...{ resources, installed: true, platform: 'win32', env: {} },
    log: () => undefined,
    busy: () => false,
    ask: () => Promise.resolve(true),
    load: () => Promise.resolve(engine),
    ...more,
  });
}

describe('an installation without an address for updates', () => {
  it('never loads what could ask for one', async () => {
    const load = (): Promise<UpdateEngine> => Promise.reject(new Error('loaded'));
    const { engine } = anEngine();
    expect(await anUpdater(engine, { load }).check()).toEqual({ kind: 'off', why: 'no-feed' });
    await writeFile(join(resources, 'app-update.yml'), SIGNED_FEED);
    expect(await anUpdater(engine, { load, installed: false }).check()).toEqual({
      kind: 'off',
      why: 'not-installed',
    });
    const env = { OTA_BENCH_UPDATES: 'off' };
    expect(await anUpdater(engine, { load, env }).check()).toEqual({
      kind: 'off',
      why: 'switched-off',
    });
  });
});

describe('an installation with an address for updates', () => {
  beforeEach(() => writeFile(join(resources, 'app-update.yml'), SIGNED_FEED));

  it('takes away all that electron-updater would do unasked', async () => {
    const { engine } = anEngine({ version: '1.0.0' });
    expect(await anUpdater(engine).check()).toEqual({ kind: 'newest', version: '1.0.0' });
    expect(engine).toMatchObject({
      autoDownload: false,
      autoInstallOnAppQuit: false,
      allowDowngrade: false,
      disableWebInstaller: true,
    });
  });

  it('asks before it downloads, and again before it installs', async () => {
    const asked: string[] = [];
    const { engine, calls } = anEngine();
    const ask: UpdaterOptions['ask'] = async ({ kind, version }) => {
      asked.push(`${kind} ${version} after ${calls.join()}`);
      return true;
    };
    expect(await anUpdater(engine, { ask }).check()).toEqual({
      kind: 'installing',
      version: '2.0.0',
    });
    expect(asked).toEqual(['download 2.0.0 after check', 'install 2.0.0 after check,download']);
    expect(calls).toEqual(['check', 'download', 'install']);
  });

  it('downloads nothing after a no', async () => {
    const { engine, calls } = anEngine();
    const ask = (): Promise<boolean> => Promise.resolve(false);
    expect((await anUpdater(engine, { ask }).check()).kind).toBe('found');
    expect(calls).toEqual(['check']);
  });

  it('never installs while a vehicle is in the middle of an update, and offers it again', async () => {
    let busy = true;
    const { engine, calls } = anEngine();
    const updater = anUpdater(engine, { busy: () => busy });
    const waits = { kind: 'ready', version: '2.0.0', waitsForVehicle: true };
    expect(await updater.check()).toEqual(waits);
    expect(calls).not.toContain('install');
    busy = false;
    expect((await updater.check()).kind).toBe('installing');
    expect(calls).toEqual(['check', 'download', 'install']);
  });

  it('accepts nothing on Windows that it could not tell the publisher of', async () => {
    await writeFile(join(resources, 'app-update.yml'), FEED);
    const { engine, calls } = anEngine();
    expect(await anUpdater(engine).check()).toMatchObject({
      kind: 'refused',
      refusal: { code: 'UPDATE_UNVERIFIABLE' },
    });
    expect(calls).toEqual([]);
  });

  it('only tells on Linux, where packages carry no signature', async () => {
    const { engine, calls } = anEngine();
    expect(await anUpdater(engine, { platform: 'linux' }).check()).toEqual({
      kind: 'found',
      version: '2.0.0',
    });
    expect(calls).toEqual(['check']);
  });

  it('refuses a download whose signature is another’s, and an address that is not there', async () => {
    const wrong = new Error('New version 2.0.0 is not signed by the application owner\nand more');
    const forged = anEngine({ downloadUpdate: () => Promise.reject(wrong) });
    expect(await anUpdater(forged.engine).check()).toMatchObject({
      kind: 'refused',
      refusal: {
        code: 'UPDATE_REFUSED',
        reason: expect.stringMatching(/not signed.*owner$/) as string,
      },
    });
    expect(forged.calls).toEqual(['check']);
    const away = anEngine({ checkForUpdates: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await anUpdater(away.engine).check()).toMatchObject({
      refusal: { code: 'UPDATE_FEED_UNUSABLE' },
    });
  });

  it('asks once, however often it is told to', async () => {
    const { engine, calls } = anEngine({ version: '1.0.0' });
    const updater = anUpdater(engine);
    await Promise.all([updater.check(), updater.check()]);
    expect(calls).toEqual(['check']);
  });
});
