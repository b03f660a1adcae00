// The application as electron-builder lays it out, around a stand-in for Electron's own files.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24, root, toolEnvironment } from './setup.mjs';

/** https://github.com/electron/fuses: the text before the fuses, their version, count and states. */
const FUSES = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x09101100011';

/**
 * Packs for Linux into `dir`. Electron's executable is a text with the fuses of a fresh one: where
 * the layout, the archive and the fuses are looked at, no Chromium is needed.
 * @param {string} dir emptied first
 * @returns {{ executable: string, resources: string }}
 */
export function packAroundStandIn(dir) {
  rmSync(dir, { recursive: true, force: true });
  const electron = join(dir, 'electron');
  for (const folder of ['resources', 'locales']) {
    mkdirSync(join(electron, folder), { recursive: true });
  }
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'version', 'locales/en-US.pak']) {
    writeFileSync(join(electron, name), '');
  }
  writeFileSync(join(electron, 'electron'), `stand-in for Electron's executable\n${FUSES}\n`);
  chmodSync(join(electron, 'electron'), 0o755);
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
  const { status, stdout, stderr } = spawnSync(
    node24,
    [
      ...[builder, '--linux', 'dir', '--x64', '--publish', 'never'],
      ...['--config', join(root, 'electron', 'builder', 'config.mjs')],
      `--config.electronDist=${electron}`,
      `--config.directories.output=${join(dir, 'dist')}`,
    ],
    { cwd: root, env: toolEnvironment(), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`electron-builder ended with ${status}\n${stdout}${stderr}`);
  const unpacked = join(dir, 'dist', 'linux-unpacked');
  return { executable: join(unpacked, 'ota-bench'), resources: join(unpacked, 'resources') };
}

/** Writes out what an application would see in its archive, with what lies beside it unpacked. */
export function extractArchive(archive, dir) {
  // The packer's own reader, which comes with it.
  const packer = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  createRequire(packer.resolve('app-builder-lib'))('@electron/asar').extractAll(archive, dir);
}
