// The outside programs the tests check us against. Node built-ins only.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const works = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name))) ||
  existsSync(`/usr/sbin/${name}`);
/** Where the two other systems install the browser that the end-to-end specs take. */
const BROWSERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
/** Debian's own Python: it has Debian's paho-mqtt and cryptography, whatever comes first on PATH. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** name: what a person reads; packages: Debian's; everywhere: also where there is no Debian. */
const TOOLS = [
  {
    name: 'Chromium',
    packages: ['chromium'],
    everywhere: true,
    present: () =>
      ['chromium', 'google-chrome', 'chrome', 'msedge'].some(onPath) || BROWSERS.some(existsSync),
  },
  { name: 'Mosquitto', packages: ['mosquitto'], present: () => onPath('mosquitto') },
  {
    name: 'Mosquitto clients',
    packages: ['mosquitto-clients'],
    present: () => onPath('mosquitto_pub') && onPath('mosquitto_sub'),
  },
  {
    name: 'paho-mqtt for Python',
    packages: ['python3', 'python3-paho-mqtt'],
    present: () => works(python, ['-c', 'import paho.mqtt.client']),
  },
  {
    name: 'cryptography for Python',
    packages: ['python3', 'python3-cryptography'],
    present: () => works(python, ['-c', 'import cryptography']),
  },
  { name: 'OpenSSL', packages: ['openssl'], present: () => onPath('openssl') },
  { name: 'tshark', packages: ['tshark'], present: () => onPath('tshark') },
  { name: 'curl', packages: ['curl'], present: () => onPath('curl') },
  {
    name: 'a secret service',
    packages: ['libsecret-1-0', 'gnome-keyring', 'dbus'],
    present: () => onPath('gnome-keyring-daemon') && onPath('dbus-run-session'),
  },
];

/**
 * Installs the missing ones where that is ours to do (Debian, as root).
 * @returns {string[]} names of those still missing
 */
export function ensureTools() {
  // What the others would check is skipped elsewhere, whatever is installed there: outside.mjs.
  const wanted = TOOLS.filter(({ everywhere }) => everywhere || process.platform === 'linux');
  const missing = wanted.filter((tool) => !tool.present());
  if (missing.length === 0) return [];
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    install(missing.flatMap((tool) => tool.packages));
  }
  return missing.filter((tool) => !tool.present()).map((tool) => tool.name);
}

function install(packages) {
  process.stdout.write(`Installing for the tests: ${packages.join(' ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const stdio = ['ignore', 'ignore', 'inherit'];
  spawnSync('apt-get', ['update', '-qq'], { stdio, env });
  const args = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
  spawnSync('apt-get', args, { stdio, env });
}
