// The outside programs the tests check us against. Node built-ins only.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const works = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const onPath = (name) =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${name}`)) ||
  existsSync(`/usr/sbin/${name}`);
/** Debian's own Python: it has Debian's paho-mqtt and cryptography, whatever comes first on PATH. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** name: what a person reads; packages: Debian's; test kinds that need it. */
const TOOLS = [
  {
    name: 'Chromium',
    packages: ['chromium'],
    present: () => ['chromium', 'google-chrome', 'chrome', 'msedge'].some(onPath),
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
  const missing = TOOLS.filter((tool) => !tool.present());
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
