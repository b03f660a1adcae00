// Brings a fresh clone to where everything runs. Node built-ins only: nothing else is here yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const windows = process.platform === 'win32';

/** The Node that the tools and the core run on; package.json pins it as a development dependency. */
export const node24 = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node');

/** PATH with this project's tools, and its Node, in front. */
export const toolEnvironment = () => ({
  // Sources run as they are: taking their types out anew each time is half of a command's start.
  NODE_COMPILE_CACHE: join(root, '.cache', 'compile'),
  ...process.env,
  PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}`,
});

/**
 * Installs what package-lock.json names unless it is there already.
 * Asks the registry for nothing when the installed tree matches the lock.
 * @param {{ quiet?: boolean }} [options] quiet: the installer's own words go to standard error
 */
export function ensureInstalled({ quiet = false } = {}) {
  requireNode();
  if (isInstalled()) return;
  process.stderr.write('OTA Bench: installing its parts (once)…\n');
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', quiet ? 2 : 'inherit', 'inherit'],
    shell: windows,
  });
  if (result.status !== 0 || !isInstalled()) {
    fail(
      'INSTALL_FAILED',
      `npm ci ended with ${result.status ?? result.error?.message ?? result.signal}`,
      'check the connection to the package registry, then run the same command again',
    );
  }
}

/** Says what went wrong the way the whole product does, and ends with the environment's exit code. */
export function fail(code, reason, next) {
  process.stderr.write(`OTA Bench: ${code}: ${reason}\n  next: ${next}\n`);
  process.exit(4);
}

function requireNode() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    fail('NODE_TOO_OLD', `this is Node ${process.versions.node}`, 'install Node 20 or newer');
  }
}

/** npm writes the hidden lockfile last: where it agrees with ours, the tree is whole. */
function isInstalled() {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const present = lockedPackages(join(modules, '.package-lock.json'));
  if (!wanted || !present || !existsSync(node24)) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' ||
      present[path]?.version === version ||
      ((optional || devOptional) && present[path] === undefined),
  );
}

function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
