// Finds Electron's binary, or says why there is none. Node built-ins only.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24, root } from './setup.mjs';

const home = join(root, 'node_modules', 'electron');
/** A download of some 100 MB on a slow line; past that the headless host is the better answer. */
const FETCH_LIMIT_MS = 180_000;

/** @returns {string | null} the executable, if it is on this machine already */
export function findElectron() {
  const inside = read(join(home, 'path.txt')) ?? defaultExecutable();
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(home, 'dist');
  const executable = join(folder, inside);
  return existsSync(executable) ? executable : null;
}

/** @returns {{ executable: string } | { why: string }} */
export function ensureElectron() {
  const hindrance = displayHindrance();
  if (hindrance) return { why: hindrance };
  const found = findElectron();
  if (found) return { executable: found };
  process.stderr.write('OTA Bench: fetching Electron (once)…\n');
  const result = spawnSync(node24, [join(home, 'install.js')], {
    stdio: 'ignore',
    timeout: FETCH_LIMIT_MS,
  });
  const fetched = result.status === 0 ? findElectron() : null;
  return fetched ? { executable: fetched } : { why: "Electron's binary could not be fetched" };
}

function displayHindrance() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  // Chromium refuses its sandbox as root, and a window without it is not ours to open.
  if (process.getuid?.() === 0) return 'Electron does not open windows for root';
  return null;
}

function defaultExecutable() {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

function read(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
