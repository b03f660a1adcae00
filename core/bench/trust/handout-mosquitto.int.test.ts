import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ListenerName } from '#core/contract';
import { aBench, filesOf, tempDir, type TempDir } from '#core/testing';
import { type Bench, DEMO_VIN } from '../index.ts';

/* A bench with every listener on, exported; Debian's Mosquitto started from the folder. */
const NAMES = ['tls', 'tlsPassword', 'wss', 'tcp', 'ws'] as const;
const USER = 'tool of mine';
const PASSWORD = 'pass wörd';
let folder: TempDir;
let bench: Bench;
let broker: ChildProcess;
let ports: Record<ListenerName, number>;
let log = '';

beforeAll(async () => {
  folder = await tempDir();
  ports = await freePorts();
  const listeners = Object.fromEntries(
    NAMES.map((name) => [name, { on: true, port: name === 'tls' ? 0 : ports[name] }]),
  );
  bench = await aBench(folder.join('workspace'), { settings: { listeners } });
  await bench.client.settings.setPassword({ broker: 'own', user: USER, password: PASSWORD });
  const { base64 } = await bench.client.mosquitto.export({ port: ports.tls });
  for (const [file, bytes] of Object.entries(unzipSync(Buffer.from(base64, 'base64')))) {
    await mkdir(dirname(folder.join('mosquitto', file)), { recursive: true });
    // As root, Mosquitto would become a user who cannot read this folder.
    const root = file === 'mosquitto.conf' && process.getuid?.() === 0 ? 'user root\n' : '';
    await writeFile(folder.join('mosquitto', file), root + strFromU8(bytes));
  }
  for (const name of ['backend', DEMO_VIN]) {
    const { ca, cert } = await filesOf(bench, name);
    await writeFile(folder.join('ca.pem'), ca);
    await writeFile(folder.join(`${name}.pem`), cert);
  }
  broker = spawn('sh', [folder.join('mosquitto', 'start.sh'), '-v'], {
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
  await bench.close();
  await folder.remove();
});

/** All at once, so that they differ. */
async function freePorts(): Promise<Record<ListenerName, number>> {
  const held = await Promise.all(
    NAMES.map(async (name): Promise<[ListenerName, Server]> => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return [name, server];
    }),
  );
  const found = held.map(([name, server]) => [name, (server.address() as AddressInfo).port]);
  await Promise.all(held.map(([, server]) => once(server.close(), 'close')));
  return Object.fromEntries(found) as Record<ListenerName, number>;
}

const certificate = (name: string): string[] => [
  ...['--cert', folder.join(`${name}.pem`), '--key', folder.join(`${name}.pem`)],
];
const login = (user: string, password: string): string[] => ['-u', user, '-P', password];

/** 0: it got in, and the message arrived at the broker. */
async function publish(
  listener: 'tls' | 'tlsPassword' | 'tcp',
  who: string[],
  topic = 'a/topic',
): Promise<number | null> {
  const words = ['-h', '127.0.0.1', '-p', String(ports[listener]), '-q', '1', '-t', topic];
  const ca = listener === 'tcp' ? [] : ['--cafile', folder.join('ca.pem')];
  const child = spawn('mosquitto_pub', [...words, '-m', '{}', ...ca, ...who], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** Waits for the broker to say so in one line. */
async function logged(words: string): Promise<void> {
  const { stderr } = broker;
  while (!new RegExp(words).test(log) && stderr !== null) await once(stderr, 'data');
}

async function passwordOf(user: string): Promise<string> {
  const all = await bench.client.settings.credentials();
  return all.find((each) => each.user === user)!.password;
}

describe.each(['tcp', 'tlsPassword'] as const)('the exported listener %s', (listener) => {
  it('takes the passwords of the bench and of its people', async () => {
    for (const name of ['backend', 'gatekeeper', DEMO_VIN]) {
      expect(await publish(listener, login(name, await passwordOf(name))), name).toBe(0);
    }
    const id = `of-${listener}`;
    expect(await publish(listener, [...login(USER, PASSWORD), '-i', id])).toBe(0);
    await logged(`as ${id} \\(.*u'${USER}'`);
  });

  it('refuses a wrong password, an unknown user, and whoever has no name', async () => {
    expect(await publish(listener, login(USER, `${PASSWORD}x`))).not.toBe(0);
    expect(await publish(listener, login(USER, ''))).not.toBe(0);
    expect(await publish(listener, ['-u', USER])).not.toBe(0);
    expect(await publish(listener, login('stranger', PASSWORD))).not.toBe(0);
    expect(await publish(listener, [])).not.toBe(0);
  });

  it('has the access list decide by the user name', async () => {
    const topic = `vehicle/updates/${DEMO_VIN}/${listener}`;
    await publish(listener, login(USER, PASSWORD), topic);
    await logged(`Denied PUBLISH .*'${topic}'`);
  });
});

describe('the exported listener tls', () => {
  it('takes a certificate, whatever name or password comes with it', async () => {
    expect(await publish('tls', certificate('backend'))).toBe(0);
    const claims = [...certificate(DEMO_VIN), ...login(USER, 'wrong'), '-i', 'claimant'];
    expect(await publish('tls', claims)).toBe(0);
    await logged(`as claimant \\(.*u'${DEMO_VIN}'`);
  });

  it('takes no password for a certificate', async () => {
    expect(await publish('tls', login(USER, PASSWORD))).not.toBe(0);
    expect(await publish('tls', [])).not.toBe(0);
  });
});

describe('the exported listener tlsPassword', () => {
  it('takes no certificate for a password, as the README says', async () => {
    expect(await publish('tlsPassword', certificate('backend'))).not.toBe(0);
    const both = [...certificate('backend'), ...login(USER, PASSWORD)];
    expect(await publish('tlsPassword', both)).toBe(0);
  });
});

describe.each(['ws', 'wss'] as const)('the exported listener %s', (listener) => {
  const enter = async (options: { username?: string; password?: string }): Promise<void> => {
    const { ca } = await filesOf(bench, 'backend');
    const url = `${listener}://127.0.0.1:${String(ports[listener])}`;
    const client = await connectAsync(url, { ...options, ca, reconnectPeriod: 0 }, false);
    await client.endAsync();
  };

  it('takes passwords over WebSocket, and nobody without', async () => {
    await enter({ username: USER, password: PASSWORD });
    await expect(enter({ username: USER, password: 'wrong' })).rejects.toMatchObject({ code: 5 });
    await expect(enter({})).rejects.toMatchObject({ code: 5 });
  });

  it('listens at its own address and no other of the machine', async () => {
    const socket = connect(ports[listener], '127.0.0.2');
    const connected = once(socket, 'connect').finally(() => socket.destroy());
    await expect(connected).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a password changed as the README says', () => {
  it('takes the old one’s place at SIGHUP, and who is in by certificate stays', async () => {
    const words = ['-h', '127.0.0.1', '-p', String(ports.tls), '--cafile', folder.join('ca.pem')];
    const topic = ['-i', 'stayer', '-q', '1', '-t', 'vehicle/updates/+/progress'];
    const stayer = spawn('mosquitto_sub', [...words, ...certificate('backend'), ...topic], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      await logged('Sending SUBACK to stayer');
      const passwd = folder.join('mosquitto', 'passwd');
      execFileSync('mosquitto_passwd', ['-b', passwd, 'gatekeeper', 'another']);
      broker.kill('SIGHUP');
      await logged('Reloading config');
      const old = await passwordOf('gatekeeper');
      expect(await publish('tcp', login('gatekeeper', old))).not.toBe(0);
      expect(await publish('tcp', login('gatekeeper', 'another'))).toBe(0);
      await publish('tls', certificate(DEMO_VIN), `vehicle/updates/${DEMO_VIN}/progress`);
      const [read] = (await once(stayer.stdout, 'data')) as [Buffer];
      expect(read.toString()).toBe('{}\n');
      expect(log).not.toMatch(/stayer (disconnected|closed)/);
    } finally {
      stayer.kill();
    }
  });
});
