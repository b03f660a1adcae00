import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the tests look at; electron-builder's schema looks at all of it. */
type Config = {
  publish: { provider: string; url: string }[] | null;
  forceCodeSigning: boolean;
  electronFuses: Record<string, boolean>;
  fileAssociations: { ext: string; icon: string }[];
  protocols: { schemes: string[] }[];
  win: { icon: string; azureSignOptions?: Record<string, string> };
  mac: { icon: string; entitlements: string; identity?: null; notarize: boolean };
  dmg: { background: string };
  linux: { icon: string };
};

/** The configuration as it comes out under these variables. */
async function configWith(env: Record<string, string> = {}): Promise<Config> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.resetModules();
  return ((await import(new URL('config.mjs', import.meta.url).href)) as { default: Config })
    .default;
}

/** electron-builder's own check against its own schema. */
async function validate(config: object): Promise<void> {
  const near = (from: NodeJS.Require, name: string): NodeJS.Require =>
    createRequire(from.resolve(name));
  const lib = near(near(createRequire(import.meta.url), 'electron-builder'), 'app-builder-lib');
  const { validateConfiguration } = lib('./util/config/config.js') as {
    validateConfiguration: (config: object, log: { isEnabled: boolean }) => Promise<void>;
  };
  await validateConfiguration(config, { isEnabled: false });
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const AZURE = {
  AZURE_TENANT_ID: 't',
  AZURE_CLIENT_ID: 'c',
  AZURE_CLIENT_SECRET: 's',
  OTA_BENCH_AZURE_ENDPOINT: 'https://weu.codesigning.azure.net',
  OTA_BENCH_AZURE_ACCOUNT: 'account',
  OTA_BENCH_AZURE_PROFILE: 'profile',
  OTA_BENCH_PUBLISHER: 'Publisher',
};

describe("the installers' configuration", () => {
  it('is valid by the schema of electron-builder, plain and with everything switched on', async () => {
    await validate(await configWith());
    await validate(await configWith({ ...AZURE, OTA_BENCH_FEED_URL: 'https://updates.invalid/' }));
    await expect(validate({ ...(await configWith()), oneClick: true })).rejects.toThrow(/oneClick/);
  });

  it('names only files that are there', async () => {
    const { win, mac, dmg, linux, fileAssociations } = await configWith();
    const [bundle] = fileAssociations;
    for (const file of [
      ...[win.icon, mac.icon, mac.entitlements, dmg.background, linux.icon],
      // electron-builder looks for this one from its folder of build resources.
      ...['.ico', '.icns'].map((ending) => join('electron/builder', bundle!.icon + ending)),
    ]) {
      expect(existsSync(join(root, file)), file).toBe(true);
    }
  });

  it('has a binary of keytar and of classic-level for every system it packs for', () => {
    for (const file of [
      'keytar/prebuilds/win32-x64/keytar.node',
      'keytar/prebuilds/darwin-x64/keytar.node',
      'keytar/prebuilds/darwin-arm64/keytar.node',
      'keytar/prebuilds/linux-x64/keytar.node',
      'classic-level/prebuilds/win32-x64/classic-level.node',
      'classic-level/prebuilds/darwin-x64+arm64/classic-level.node',
      'classic-level/prebuilds/linux-x64/classic-level.node',
    ]) {
      expect(existsSync(join(root, 'node_modules', file)), file).toBe(true);
    }
  });

  it('opens otabench: addresses and .otabundle files', async () => {
    const { protocols, fileAssociations } = await configWith();
    expect(protocols.flatMap(({ schemes }) => schemes)).toEqual(['otabench']);
    expect(fileAssociations.map(({ ext }) => ext)).toEqual(['otabundle']);
  });

  it('leaves no place to look for updates unless one is named', async () => {
    expect((await configWith()).publish).toBeNull();
    expect((await configWith({ OTA_BENCH_FEED_URL: 'https://updates.invalid/' })).publish).toEqual([
      { provider: 'generic', url: 'https://updates.invalid/' },
    ]);
  });
});

describe('signing', () => {
  type Signing = { windows: string; mac: string; notarize: boolean; said: string[] };
  async function signing(env: Record<string, string>, platform: string): Promise<Signing> {
    const file = new URL('signing.mjs', import.meta.url).href;
    const module = (await import(file)) as { signing(env: object, platform: string): Signing };
    return module.signing(env, platform);
  }

  it('is off, and says so, where the environment holds nothing to sign with', async () => {
    expect(await signing({}, 'win32')).toMatchObject({ windows: 'off', mac: 'off' });
    expect((await signing({}, 'win32')).said.join()).toMatch(/NOT signed/);
    expect((await signing({}, 'darwin')).said.join()).toMatch(/NOT signed.*NOT notarised/);
  });

  it('takes Azure before a file, and notarises only what is signed', async () => {
    expect(await signing({ ...AZURE, CSC_LINK: 'x' }, 'win32')).toMatchObject({ windows: 'azure' });
    expect(await signing({ CSC_LINK: 'x' }, 'win32')).toMatchObject({ windows: 'file' });
    const apple = { APPLE_API_KEY: 'k', APPLE_API_KEY_ID: 'i', APPLE_API_ISSUER: 'u' };
    expect(await signing(apple, 'darwin')).toMatchObject({ mac: 'off', notarize: false });
    expect(await signing({ ...apple, CSC_LINK: 'x' }, 'darwin')).toMatchObject({
      mac: 'signed',
      notarize: true,
    });
  });

  it('refuses half an Azure description, and an unsigned installer where signing is demanded', async () => {
    await expect(signing({ OTA_BENCH_AZURE_ACCOUNT: 'a' }, 'win32')).rejects.toThrow(
      /SIGNING_INCOMPLETE.*AZURE_TENANT_ID/,
    );
    for (const platform of ['win32', 'darwin']) {
      await expect(signing({ OTA_BENCH_SIGN: 'required' }, platform)).rejects.toThrow(
        /SIGNING_REQUIRED/,
      );
    }
  });
});
