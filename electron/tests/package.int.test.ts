import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);

/** Scripts have no types; these are what package.mjs says of itself. */
type Packing = {
  packAroundStandIn: (dir: string) => { executable: string; resources: string };
  extractArchive: (archive: string, dir: string) => void;
};

let dir: string;
let app: string;
let packed: ReturnType<Packing['packAroundStandIn']>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-package-'));
  const { ensureBuilt } = (await import(here('../../scripts/build.mjs'))) as {
    ensureBuilt: () => void;
  };
  ensureBuilt();
  const packing = (await import(here('../../scripts/package.mjs'))) as Packing;
  packed = packing.packAroundStandIn(join(dir, 'packed'));
  app = join(dir, 'app');
  packing.extractArchive(join(packed.resources, 'app.asar'), app);
  // It builds first where nothing was built, and other tests run beside it.
}, 420_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

// electron-builder lays out for Linux; its natives are what Node here can load.
describe.skipIf(process.platform !== 'linux')('the packed application', () => {
  // A whole update at the speed of real ECUs.
  it(
    'runs the demo from the archive alone, native modules and all',
    { timeout: 300_000 },
    async () => {
      const { stdout } = await run(
        process.execPath,
        [here('built-driver.ts'), join(app, 'out'), join(dir, 'userData')],
        { env: { ...process.env, OTA_BENCH_VAULT: 'session' } },
      );
      expect(JSON.parse(stdout)).toEqual({
        stage: 'completed',
        core: join(app, 'out', 'main', 'core.js'),
      });
    },
  );

  it('opens the keychain module that was packed, not one built on this machine', async () => {
    const script = `const keytar = await import('keytar'); process.stdout.write(typeof keytar.default.getPassword)`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: app,
    });
    expect(stdout).toBe('function');
    const binaries = (await filesBelow(app)).filter((file) => file.endsWith('.node'));
    expect(binaries.map((file) => file.slice(app.length + 1)).sort()).toEqual([
      'node_modules/classic-level/prebuilds/linux-x64/classic-level.node',
      'node_modules/keytar/prebuilds/linux-x64/keytar.node',
    ]);
  });

  it('keeps all that is not a binary inside the archive, whose hashes the fuse checks', async () => {
    const outside = await filesBelow(join(packed.resources, 'app.asar.unpacked'));
    expect(outside.filter((file) => !file.endsWith('.node'))).toEqual([]);
  });

  it('carries no sources, no tests, no maps and nothing that only builds', async () => {
    const files = (await filesBelow(app)).map((file) => file.slice(app.length));
    expect(files.filter((file) => /\.(tsx?|map|test\.\w+|cc|h|gyp)$/.test(file))).toEqual([]);
    expect(files.filter((file) => file.startsWith('/resources/scenarios/')).length).toBeGreaterThan(
      5,
    );
    const { main, scripts } = JSON.parse(await readFile(join(app, 'package.json'), 'utf8')) as {
      main: string;
      scripts?: unknown;
    };
    expect(main).toBe('./out/main/index.js');
    expect(scripts).toBeUndefined();
  });

  it('has each fuse set as docs/INSTALLERS.md says', async () => {
    const wire = await getCurrentFuseWire(packed.executable);
    const on = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE;
    expect(on(FuseV1Options.RunAsNode)).toBe(false);
    expect(on(FuseV1Options.EnableCookieEncryption)).toBe(true);
    expect(on(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
    expect(on(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
    expect(on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true);
    expect(on(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
    expect(on(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
  });

  it('packs no address to ask for updates where none was configured', async () => {
    expect(await readdir(packed.resources)).not.toContain('app-update.yml');
  });

  it('weighs less than 60 MB without Electron', async () => {
    const files = await filesBelow(packed.resources);
    const sizes = await Promise.all(files.map(async (file) => (await readFile(file)).length));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(1_000_000);
    expect(bytes).toBeLessThanOrEqual(60_000_000);
  });
});
