import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadConfigFromFile, MainConfigFactory, PreloadConfigFactory } from 'electron-vite';
import { build as viteBuild } from 'vite';
import { expect, it, onTestFinished } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);

it('the built main, preload and core run the demo, native modules and all', async () => {
  // Inside the project, where the bundle finds the packages that stay outside it.
  const cache = here('../../.cache');
  await mkdir(cache, { recursive: true });
  const build = await mkdtemp(join(cache, 'built-'));
  const userData = await mkdtemp(join(tmpdir(), 'ota-built-'));
  onTestFinished(async () => {
    await rm(build, { recursive: true });
    await rm(userData, { recursive: true });
  });
  await buildInto(build);
  await mkdir(join(build, 'renderer'));
  await writeFile(join(build, 'renderer/index.html'), '<!doctype html>');
  // A native module inside a bundle would look for its binary beside the bundle.
  const scripts = await readdir(join(build, 'main'), { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    scripts
      .filter((entry) => entry.name.endsWith('.js'))
      .map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  );
  expect(texts.some((text) => /import\(["']keytar["']\)/.test(text))).toBe(true);
  const { stdout } = await run(process.execPath, [here('built-driver.ts'), build, userData], {
    env: { ...process.env, OTA_BENCH_VAULT: 'session' },
  });
  expect(JSON.parse(stdout)).toEqual({ stage: 'completed', core: join(build, 'main/core.js') });
});

/** What `electron-vite build` does for main and preload, elsewhere than in out/. */
async function buildInto(dir: string): Promise<void> {
  const file = here('../../electron.vite.config.ts');
  const env = { command: 'build', mode: 'production' } as const;
  const { config } = await loadConfigFromFile(env, file);
  const { main = {}, preload = {} } = config;
  const factories = [
    new MainConfigFactory({ ...main, build: { ...main.build, outDir: join(dir, 'main') } }, {}, {}),
    new PreloadConfigFactory(
      { ...preload, build: { ...preload.build, outDir: join(dir, 'preload') } },
      {},
      {},
    ),
  ];
  for (const factory of factories) {
    const made = await factory.build(true);
    await viteBuild({ ...made, configFile: false, logLevel: 'error' });
  }
}
