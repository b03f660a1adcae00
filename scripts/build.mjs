// Builds the window's three parts when a source is newer than the last build. Node built-ins only.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, node24, root, toolEnvironment } from './setup.mjs';

const SOURCES = ['core', 'electron', 'renderer', 'resources', 'docs'];
const FILES = ['package-lock.json', 'electron.vite.config.ts', 'package.json'];
const stamp = join(root, 'out', '.built');

/** Newest modification time below a path, milliseconds. */
function newest(path) {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.name.includes('.test.'))
    .reduce((latest, entry) => Math.max(latest, newest(join(path, entry.name))), info.mtimeMs);
}

/** A build is fresh when it began from exactly these sources. */
function fingerprint() {
  return String(Math.max(...[...SOURCES, ...FILES].map((path) => newest(join(root, path)))));
}

/** @param {{ quiet?: boolean }} [options] quiet: the builder's words go to standard error */
export function ensureBuilt({ quiet = false } = {}) {
  const wanted = fingerprint();
  if (read(stamp) === wanted) return;
  process.stderr.write('OTA Bench: building the window (a few seconds)…\n');
  const vite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const result = spawnSync(node24, [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    env: toolEnvironment(),
    stdio: ['ignore', quiet ? 2 : 'inherit', 'inherit'],
  });
  if (result.status !== 0) {
    fail(
      'BUILD_FAILED',
      `the build ended with ${result.status ?? result.signal}`,
      'read the lines above',
    );
  }
  mkdirSync(join(root, 'out'), { recursive: true });
  writeFileSync(stamp, wanted);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
