import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { silentLog, systemClock } from '#core/ports';
import { openDatabase } from '#core/storage';
import { PacketType, startTcpProxy, tempDir, type TempDir } from '#core/testing';
import {
  createOutbox,
  openLink,
  type Incoming,
  type Link,
  type LinkOptions,
  type OutboxResult,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = ({ payload }: Incoming): string => new TextDecoder().decode(payload);

let dir: TempDir;
beforeAll(async () => {
  dir = await tempDir();
  makeCertificates();
  await writeFile(dir.join('acl'), 'topic readwrite open/#\n');
  execFileSync('mosquitto_passwd', ['-b', '-c', dir.join('passwords'), 'user', 'secret']);
  return dir.remove;
});

const pem = (name: string): string => readFileSync(dir.join(name), 'utf8');

/** Two CAs; the first issues a server certificate for 127.0.0.1 and one for a client. */
function makeCertificates(): void {
  const openssl = (...args: string[]): unknown =>
    execFileSync('openssl', args, { cwd: dir.path, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  for (const ca of ['ca', 'other']) {
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      `${ca}.key`,
      '-out',
      `${ca}.pem`,
      '-subj',
      `/CN=${ca}`,
    );
  }
  for (const [name, extension] of [
    ['server', 'subjectAltName=IP:127.0.0.1'],
    ['client', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`];
    const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', extension];
    openssl('req', '-x509', ...key, ...files, ...issuer);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const open = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => {
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
  socket.destroy();
  return open;
}

async function mosquitto(...settings: string[]): Promise<number> {
  const port = await freePort();
  const file = dir.join(`${port}.conf`);
  const lines = [`listener ${port} 127.0.0.1`, 'user root', ...settings];
  await writeFile(file, lines.join('\n'));
  const broker = spawn('/usr/sbin/mosquitto', ['-c', file], { stdio: 'ignore' });
  onTestFinished(async () => {
    if (broker.exitCode !== null) return;
    broker.kill();
    await once(broker, 'exit');
  });
  await expect.poll(() => answers(port)).toBe(true);
  return port;
}

function open(url: string, more: Partial<LinkOptions> = {}): Link {
  const common = { clock: systemClock, log: silentLog, retryMs: 20, maxRetryMs: 50 };
  const link = openLink({ url, clientId: 'here', ...common, ...more });
  onTestFinished(() => link.close());
  return link;
}

const VERSIONS = [4, 5] as const;

it.each(VERSIONS)(
  'MQTT %i: what was not handled comes again to the next process, marked dup',
  async (protocolVersion) => {
    const url = `mqtt://127.0.0.1:${await mosquitto('allow_anonymous true')}`;
    const first = open(url, { clientId: 'dcu', protocolVersion });
    const never = Promise.withResolvers<undefined>();
    onTestFinished(() => {
      never.resolve(undefined);
    });
    let seen = 0;
    first.onMessage(async () => {
      seen += 1;
      await never.promise;
    });
    await first.subscribe('a/#', 2);
    const sender = open(url, { clientId: 'sender', protocolVersion });
    await sender.whenUp();
    await sender.publish('a/1', bytes('one'), { qos: 1, retain: false });
    await sender.publish('a/2', bytes('two'), { qos: 2, retain: false });
    await expect.poll(() => seen).toBe(1);
    // Takes the session over, as the same role in a new process does.
    const second = open(url, { clientId: 'dcu', protocolVersion, retryMs: 1_000 });
    void first.close();
    const got: string[] = [];
    second.onMessage((message) => {
      got.push(`${text(message)} ${message.qos} ${message.dup ? 'dup' : 'new'}`);
    });
    await expect.poll(() => got, { timeout: 10_000 }).toEqual(['one 1 dup', 'two 2 dup']);
  },
);

it.each(VERSIONS)(
  'MQTT %i: QoS 2 whose PUBCOMP was lost is finished by the next connection, once',
  async (protocolVersion) => {
    const port = await mosquitto('allow_anonymous true');
    const watcher = open(`mqtt://127.0.0.1:${port}`, { clientId: 'watcher' });
    const got: string[] = [];
    watcher.onMessage((message) => {
      got.push(text(message));
    });
    await watcher.subscribe('a', 2);
    const between = await startTcpProxy(port);
    onTestFinished(() => between.close());
    between.swallow = [PacketType.PUBCOMP];
    const link = open(`mqtt://127.0.0.1:${between.port}`, { protocolVersion });
    await link.whenUp();
    const sent = link.publish('a', bytes('once'), { qos: 2, retain: false });
    await expect.poll(() => between.swallowed.get(PacketType.PUBCOMP)).toBe(1);
    between.swallow = [];
    link.drop();
    await sent;
    await link.publish('a', bytes('after'), { qos: 2, retain: false });
    await expect.poll(() => got).toEqual(['once', 'after']);
  },
);

it.each(VERSIONS)('MQTT %i: takes QoS 0, which is never acknowledged', async (protocolVersion) => {
  const url = `mqtt://127.0.0.1:${await mosquitto('allow_anonymous true')}`;
  const receiver = open(url, { clientId: 'receiver', protocolVersion });
  const got: string[] = [];
  receiver.onMessage((message) => {
    got.push(text(message));
  });
  const states: string[] = [];
  await receiver.subscribe('a', 0);
  receiver.onState(({ kind }) => states.push(kind));
  const sender = open(url, { clientId: 'sender', protocolVersion });
  await sender.whenUp();
  for (const name of ['1', '2', '3']) {
    await sender.publish('a', bytes(name), { qos: 0, retain: false });
  }
  await expect.poll(() => got).toEqual(['1', '2', '3']);
  // What we sent before this was answered has been read by the broker.
  await receiver.publish('fence', bytes(''), { qos: 1, retain: false });
  expect(states).not.toContain('lost');
});

it.each([
  // Mosquitto answers "not authorised" where a password is wrong.
  [4, 'NOT_AUTHORISED'],
  [5, 'NOT_AUTHORISED'],
] as const)('MQTT %i: a wrong password is %s', async (protocolVersion, code) => {
  const port = await mosquitto('allow_anonymous false', `password_file ${dir.join('passwords')}`);
  const url = `mqtt://127.0.0.1:${port}`;
  const user = { username: 'user', protocolVersion };
  await open(url, { ...user, password: 'secret' }).whenUp();
  const wrong = open(url, { ...user, password: 'wrong', clientId: 'wrong' });
  await expect(wrong.whenUp()).rejects.toMatchObject({ code });
});

it('MQTT 5: a denied publish is refused in words, and the outbox parks it at once', async () => {
  const port = await mosquitto('allow_anonymous true', `acl_file ${dir.join('acl')}`);
  const link = open(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
  await link.whenUp();
  await expect(
    link.publish('closed/1', bytes('x'), { qos: 1, retain: false }),
  ).rejects.toMatchObject({ code: 'REFUSED', reason: expect.stringContaining('135') as string });
  const db = openDatabase(dir.join('bench.db'));
  const outbox = createOutbox({ db, link, clock: systemClock, log: silentLog });
  onTestFinished(async () => {
    await outbox.close();
    db.close();
  });
  const results: OutboxResult[] = [];
  outbox.onResult((result) => results.push(result));
  const message = { topic: 'closed/2', payload: bytes('x'), qos: 1, retain: false } as const;
  outbox.enqueue({ ...message, key: 'denied' });
  outbox.enqueue({ ...message, topic: 'open/1', key: 'allowed' });
  await expect.poll(() => results.length).toBe(2);
  expect(outbox.result('denied')).toMatchObject({ kind: 'parked', code: 'REFUSED' });
  expect(outbox.result('allowed')).toMatchObject({ kind: 'acknowledged' });
});

it('speaks TLS with both certificates, and names each way in which it cannot', async () => {
  const port = await mosquitto(
    `cafile ${dir.join('ca.pem')}`,
    `certfile ${dir.join('server.pem')}`,
    `keyfile ${dir.join('server.key')}`,
    'require_certificate true',
    'use_identity_as_username true',
  );
  const ca = pem('ca.pem');
  const own = { cert: pem('client.pem'), key: pem('client.key') };
  const url = `mqtts://127.0.0.1:${port}`;
  const link = open(url, { tls: { ca, ...own } });
  await link.whenUp();
  await link.publish('a', bytes('x'), { qos: 1, retain: false });

  const refused = async (name: string, more: Partial<LinkOptions>): Promise<string> => {
    const other = open(name, { clientId: 'other', ...more });
    const lost = Promise.withResolvers<string>();
    other.onState((state) => {
      if (state.kind === 'lost') lost.resolve(state.code);
    });
    return lost.promise;
  };
  expect(await refused(url, { tls: { ca: pem('other.pem'), ...own } })).toBe('TLS_UNTRUSTED');
  expect(await refused(url, { tls: { ca, ...own, servername: 'broker.example' } })).toBe(
    'TLS_UNTRUSTED',
  );
  expect(await refused(url, { tls: { ca } })).toBe('TLS_CLIENT_REFUSED');
  expect(await refused(url, { tls: { ca, cert: 'no PEM', key: 'none' } })).toBe('TLS_FAILED');
  expect(await refused(`mqtt://127.0.0.1:${port}`, {})).toBe('CLOSED_BY_BROKER');
  const plain = await mosquitto('allow_anonymous true');
  expect(await refused(`mqtts://127.0.0.1:${plain}`, { tls: { ca } })).toMatch(/TLS|CLOSED/);
});
