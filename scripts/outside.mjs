// Which integration tests need a Debian around them. Node built-ins only.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

/** Debian's programs at Debian's places, POSIX signals and devices, and helpers that use them. */
const DEBIAN =
  /mosquitto|openssl|python|paho|tshark|curl|dbus|keychain|mkfifo|\/proc\/|\/dev\/|SIGTERM|SIGINT|SIGKILL|chmod/i;

/**
 * Elsewhere these cannot run, and are skipped by name rather than failed. The shell's own tests are
 * none of them: they need Node alone.
 * @returns {string[]} paths below the project, with forward slashes; none on Linux
 */
export function needDebian(platform = process.platform) {
  if (platform === 'linux') return [];
  return ['core', 'headless']
    .flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(room, file),
      ),
    )
    .filter((file) => file.endsWith('.int.test.ts'))
    .filter((file) => DEBIAN.test(readFileSync(join(root, file), 'utf8')))
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}
