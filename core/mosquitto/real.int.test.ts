import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BenchCa, createBenchCa, dcuBundle } from '#core/pki';
import { systemClock, systemRandom } from '#core/ports';
import { type TempDir, tempDir } from '#core/testing';
import { defaultAcl } from '#core/acl';
import { exportMosquitto } from './index.ts';

/* Debian's Mosquitto, started from the exported folder as its README says. */
/** Root may read anything; a service runs as somebody who may not. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
let dir: TempDir;
let ca: BenchCa;
let broker: ChildProcess;
let port: number;
let log = '';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

beforeAll(async () => {
  dir = await tempDir();
  port = await freePort();
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Test CA' });
  const server = await ca.issue({ kind: 'server', cn: 'broker' });
  const clients = await Promise.all(
    ['backend', 'gatekeeper', 'VIN1', 'VIN2', 'VIN3'].map((cn) => ca.issue({ kind: 'client', cn })),
  );
  for (const { cn, fingerprint } of clients) if (cn === 'VIN3') await ca.revoke(fingerprint);
  const files = exportMosquitto({
    caPem: ca.certPem,
    server,
    crlPem: ca.crlPem(),
    aclText: defaultAcl('vehicle/updates'),
    listeners: [{ kind: 'tls', host: '127.0.0.1', port }],
    users: [],
    random: systemRandom,
  });
  const folder = dir.join('set up of mine');
  await chmod(dir.path, 0o755);
  for (const { name, bytes, mode } of files) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes, { mode });
    if (name.endsWith('.key') && NOBODY.uid !== undefined) {
      await chown(path, NOBODY.uid, NOBODY.gid);
    }
  }
  await writeFile(dir.join('ca.crt'), ca.certPem);
  for (const { cn, certPem, keyPem } of clients) {
    await writeFile(dir.join(`${cn}.crt`), certPem);
    await writeFile(dir.join(`${cn}.key`), keyPem);
  }
  broker = spawn('sh', [join(folder, 'start.sh'), '-v'], {
    ...NOBODY,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    broker.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes(' running')) resolve();
    });
    broker.once('exit', () => {
      reject(new Error(log));
    });
  });
});
afterAll(async () => {
  const gone = once(broker, 'exit');
  broker.kill('SIGKILL');
  await gone;
  await ca.close();
  await dir.remove();
});

const at = (): string[] => ['-h', '127.0.0.1', '-p', String(port), '--cafile', dir.join('ca.crt')];
const as = (cn: string): string[] => [
  ...['--cert', dir.join(`${cn}.crt`)],
  ...['--key', dir.join(`${cn}.key`)],
];

async function publish(
  who: string[],
  topic = 'vehicle/updates/VIN1/command',
  text = '{}',
  ...more: string[]
): Promise<number | null> {
  const words = [...at(), ...who, '-q', '1', '-t', topic, '-m', text, ...more];
  const child = spawn('mosquitto_pub', words, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** Waits for the broker to say so. */
async function logged(words: RegExp): Promise<void> {
  const { stderr } = broker;
  while (!words.test(log) && stderr !== null) await once(stderr, 'data');
}

describe('the exported folder', () => {
  it('starts Mosquitto, from elsewhere and as another user, for certificates of ours only', async () => {
    expect(await publish(as('backend'))).toBe(0);
    expect(await publish([])).not.toBe(0);
    expect(await publish(as('VIN3'))).not.toBe(0);
    expect(log).toContain("u'backend'");
    expect(log).not.toContain("u'VIN3'");
  });

  it('has the access list decide by the name in the certificate', async () => {
    const words = ['-i', 'reader', '-q', '1', '-t', 'vehicle/updates/+/progress', '-v'];
    const reader = spawn('mosquitto_sub', [...at(), ...as('backend'), ...words], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let read = '';
    reader.stdout.on('data', (chunk: Buffer) => (read += chunk.toString()));
    try {
      await logged(/Sending SUBACK to reader/);
      // The name that a client claims besides its certificate counts for nothing.
      await publish(as('VIN2'), 'vehicle/updates/VIN1/progress', 'forged', '-u', 'VIN1');
      // By the time this one is there, the other would be, too.
      await publish(as('VIN2'), 'vehicle/updates/VIN2/progress', 'own');
      while (!read.includes('own')) await once(reader.stdout, 'data');
      expect(read).toBe('vehicle/updates/VIN2/progress own\n');
      expect(log).toContain('Denied PUBLISH');
    } finally {
      reader.kill();
    }
  });

  it('serves a DCU that does what the README of its zip says, word for word', async () => {
    const identity = (await ca.identity('VIN1', 'client'))!;
    const topic = 'vehicle/updates/VIN1/status';
    const zip = await dcuBundle({
      vin: 'VIN1',
      identity,
      caPem: ca.certPem,
      brokerUrl: `mqtts://localhost:${String(port)}`,
      backendUrl: null,
      topics: [{ topic, access: 'subscribe', qos: 1, about: 'offers' }],
      at: systemClock.now(),
    });
    const folder = dir.join('a dcu');
    await mkdir(folder);
    for (const [name, bytes] of Object.entries(unzipSync(zip))) {
      await writeFile(join(folder, name), bytes);
    }
    const readme = Buffer.from(unzipSync(zip)['README.md']!).toString();
    const [, commands = ''] = /```\n([^]*?)```/.exec(readme) ?? [];
    const child = spawn('sh', ['-ec', commands.replace('mosquitto_sub', 'exec mosquitto_sub')], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    try {
      await logged(/Sending SUBACK to VIN1/);
      await publish(as('gatekeeper'), topic, '{"status":"Available"}');
      while (!said.includes('}')) await once(child.stdout, 'data');
      expect(said).toBe(`dcu.crt: OK\n${topic} {"status":"Available"}\n`);
    } finally {
      child.kill();
    }
  });
});
