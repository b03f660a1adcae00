import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openOpensslPki, type OpensslPki, startTestBroker, type TestBroker } from '#core/testing';
import type { ListenerOptions } from './index.ts';

let pki: OpensslPki;
const file = (name: string): string => pki.file(name);
const text = (name: string): Promise<string> => pki.text(name);
beforeAll(async () => {
  pki = await openOpensslPki();
  await pki.makeCa('ca');
  await pki.makeCa('strangers');
  await pki.issue('broker', { as: 'server' });
  await pki.issue('renewed', { as: 'server' });
  await pki.issue('other', { as: 'named' });
  for (const name of ['VIN1', 'VIN2', 'revoked']) await pki.issue(name);
  await pki.issue('expired', { to: '20200301000000Z' });
  await pki.issue('early', { from: '20480101000000Z' });
  await pki.issue('usage', { as: 'server' });
  await pki.issue('stranger', { ca: 'strangers' });
  await pki.issue('wildcard', { cn: 'VIN#1' });
  await pki.selfSigned('self', 'VIN1');
  await pki.revoke('revoked');
});
afterAll(() => pki.remove());

let test: TestBroker;
const clients: MqttClient[] = [];

beforeEach(async () => {
  const { key, cert, ca, crl } = await material();
  const tls = { kind: 'tls', host: '127.0.0.1', port: 0, key, cert, ca, crl } as const;
  const named = [
    { host: 'Other.example', key: await text('other.key'), cert: await text('other.pem') },
  ];
  const listeners: ListenerOptions[] = [
    { ...tls, named, clientCertificates: 'required' },
    { ...tls, clientCertificates: 'optional-with-password' },
  ];
  const acl = 'user ann\ntopic #\npattern %u/#\n';
  test = await startTestBroker({ users: ['ann'], acl, listeners });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await test.close();
});

async function material(broker = 'broker', withList = true) {
  const [key, cert, ca] = [
    await text(`${broker}.key`),
    await text(`${broker}.pem`),
    await text('ca.pem'),
  ];
  return { key, cert, ca, crl: withList ? await text('ca.crl') : null };
}

async function connect(name: string | null, options: IClientOptions = {}): Promise<MqttClient> {
  const url = options.username && !name ? test.broker.endpoints[1]!.url : test.url;
  const own = name ? { cert: await text(`${name}.pem`), key: await text(`${name}.key`) } : {};
  const ca = await text('ca.pem');
  const client = await connectAsync(url, { ca, ...own, reconnectPeriod: 0, ...options }, false);
  clients.push(client);
  return client;
}

async function run(
  command: string,
  args: string[],
  input: Uint8Array = Buffer.alloc(0),
): Promise<{ code: number | null; out: Buffer }> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => out.push(chunk));
  child.stdin.on('error', () => undefined);
  if (input.length > 0) child.stdin.write(input);
  else child.stdin.end();
  await once(child, 'close');
  return { code: child.exitCode, out: Buffer.concat(out) };
}

const shown = (name: string | null): string[] =>
  name ? ['--cert', file(`${name}.pem`), '--key', file(`${name}.key`)] : [];

const publish = (name: string | null, more: string[] = []) =>
  run('mosquitto_pub', [
    ...['-h', '127.0.0.1', '-p', String(test.port), '--cafile', file('ca.pem'), ...shown(name)],
    ...['-t', `${name ?? 'x'}/t`, '-m', 'hello', '-q', '1', ...more],
  ]);

/** CONNECT, with a PUBLISH and a goodbye right behind it: a client in a hurry. */
const HURRY = Buffer.from(
  '\x10\x10\0\x04MQTT\x04\x02\0\x3c\0\x04raw1' + '\x30\x09\0\x06VIN1/t!' + '\xe0\0',
  'latin1',
);

const shownTo = (name: string): string[] => [
  ...['-cert', file(`${name}.pem`), '-key', file(`${name}.key`)],
];

const sClient = (name: string | null, more: string[] = [], input: Uint8Array = HURRY) =>
  run(
    'openssl',
    [
      ...['s_client', '-connect', `127.0.0.1:${String(test.port)}`, '-CAfile', file('ca.pem')],
      ...['-quiet'],
      ...(name ? shownTo(name) : []),
      ...more,
    ],
    input,
  );

const refusals = () =>
  test.events.flatMap((e) => (e.kind === 'refused' ? [{ code: e.code, detail: e.detail }] : []));
const refusal = () => test.event(({ kind }) => kind === 'refused');
const gone = (clientId: string) =>
  test.event((e) => e.kind === 'disconnect' && e.clientId === clientId);

describe('a client certificate', () => {
  it.each([
    [null, 'CERT_MISSING', /no client certificate/],
    ['expired', 'CERT_EXPIRED', /of expired expired on 2020-03-01T00:00:00Z/],
    ['early', 'CERT_NOT_YET_VALID', /not valid before 2048-01-01T00:00:00Z/],
    ['stranger', 'CERT_UNKNOWN_CA', /issued by CN=strangers, which is not trusted/],
    ['self', 'CERT_SELF_SIGNED', /signed by itself/],
    ['usage', 'CERT_WRONG_USAGE', /lacks clientAuth/],
    ['revoked', 'CERT_REVOKED', /of revoked, serial [0-9a-f]+, is revoked/],
  ] as const)(
    'that is %s is refused with its reason, and not a byte behind it is read',
    async (name, code, detail) => {
      const mosquitto = await publish(name);
      expect(mosquitto.code).not.toBe(0);
      expect(mosquitto.out.toString()).toMatch(/not authori[sz]ed/i);
      const raw = await sClient(name);
      expect(raw.out.includes(Buffer.from([0x20, 2, 0, 5]))).toBe(true);
      await expect(connect(name)).rejects.toMatchObject({ code: 5 });
      await expect(
        connect(name, { maxVersion: 'TLSv1.2' } as IClientOptions),
      ).rejects.toMatchObject({ code: 5 });
      expect(refusals()).toEqual(
        Array.from({ length: 4 }, () => ({
          code,
          detail: expect.stringMatching(detail) as string,
        })),
      );
      expect(test.events.filter(({ kind }) => kind !== 'refused')).toEqual([]);
      expect(test.broker.clients()).toEqual([]);
    },
  );

  it('that is good lets each of them in, under the name in it', async () => {
    expect(await publish('VIN1')).toEqual({ code: 0, out: Buffer.alloc(0) });
    const raw = await sClient('VIN2');
    expect(raw.out.includes(Buffer.from([0x20, 2, 0, 0]))).toBe(true);
    await connect('VIN1', { clientId: 'third' });
    const users = test.events.flatMap((e) => (e.kind === 'connect' ? [e.user] : []));
    expect(users).toEqual(['VIN1', 'VIN2', 'VIN1']);
    expect(test.broker.clients().find(({ clientId }) => clientId === 'third')).toMatchObject({
      via: 'tls',
      certificate: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it('of another name than CONNECT says, or with # in it, is refused', async () => {
    await expect(connect('VIN1', { username: 'VIN2', password: 'x' })).rejects.toMatchObject({
      code: 5,
    });
    await expect(connect('wildcard')).rejects.toMatchObject({ code: 5 });
    expect(refusals()).toEqual([
      { code: 'NAME_MISMATCH', detail: 'says it is VIN2, but its certificate is that of VIN1' },
      { code: 'NAME_WILDCARD', detail: 'the name VIN#1 contains + or #' },
    ]);
    await connect('VIN1', { username: 'VIN1', password: 'ignored' });
  });

  it('is optional where a password may be given instead, but a bad one is no none', async () => {
    const { url } = test.broker.endpoints[1]!;
    const both = async (name: string, options: IClientOptions = {}) => {
      const own = { cert: await text(`${name}.pem`), key: await text(`${name}.key`) };
      return connectAsync(url, { ca: await text('ca.pem'), ...own, ...options }, false);
    };
    await connect(null, { username: 'ann', password: 'ann' });
    clients.push(await both('VIN1'));
    await expect(both('expired', { username: 'ann', password: 'ann' })).rejects.toMatchObject({
      code: 5,
    });
    expect(test.broker.clients().map(({ user }) => user)).toEqual(['ann', 'VIN1']);
    expect(refusals()).toMatchObject([{ code: 'CERT_EXPIRED' }]);
  });

  it('is asked for again each time: no session is resumed', async () => {
    for (const version of ['-tls1_2', '-tls1_3']) {
      const args = ['-connect', `127.0.0.1:${String(test.port)}`, '-ign_eof', ...shownTo('VIN1')];
      const kept = file(`session${version}`);
      const first = await run('openssl', ['s_client', version, ...args, '-sess_out', kept], HURRY);
      expect(first.out.toString()).toMatch(/^New, TLS/m);
      if (!existsSync(kept)) continue;
      const again = await run('openssl', ['s_client', version, ...args, '-sess_in', kept], HURRY);
      expect(again.out.toString()).toMatch(/^New, TLS/m);
    }
  });
});

describe('a certificate taken back', () => {
  it('ends its live session, by a new list, and nobody else’s', async () => {
    await pki.issue('taken');
    const taken = await connect('taken', { clientId: 'taken' });
    const other = await connect('VIN1', { clientId: 'other' });
    const closed = new Promise((resolve) => taken.once('close', () => resolve(undefined)));
    await pki.revoke('taken');
    await test.broker.setTls(await material());
    await closed;
    expect(await gone('taken')).toMatchObject({ detail: 'its certificate was revoked' });
    await expect(connect('taken')).rejects.toMatchObject({ code: 5 });
    expect(await refusal()).toMatchObject({ code: 'CERT_REVOKED' });
    await other.publishAsync('VIN1/t', 'still here', { qos: 1 });
  });

  it('is cut by fingerprint for good, and by serial', async () => {
    for (const name of ['byprint', 'byserial']) {
      await pki.issue(name);
      await connect(name, { clientId: name });
    }
    const of = (name: string) => test.broker.clients().find(({ user }) => user === name)!;
    expect(test.broker.cutCertificate(of('byprint').certificate!.toUpperCase())).toBe(1);
    await gone('byprint');
    await expect(connect('byprint')).rejects.toMatchObject({ code: 5 });
    expect(await refusal()).toMatchObject({ code: 'CERT_REVOKED', user: 'byprint' });
    const { serialNumber } = new X509Certificate(await text('byserial.pem'));
    expect(test.broker.cutCertificate(serialNumber)).toBe(1);
    await gone('byserial');
    expect(test.broker.cutCertificate('00ff')).toBe(0);
  });
});

describe('a change of certificates', () => {
  it('is for those who come, and leaves those who are there', async () => {
    const before = await connect('VIN1', { clientId: 'before' });
    const named = async (more: string[] = []): Promise<string> => {
      const { out } = await run('openssl', [
        ...['s_client', '-connect', `127.0.0.1:${String(test.port)}`, ...more],
      ]);
      return /subject=CN = (\S+)/.exec(out.toString())?.[1] ?? '';
    };
    expect(await named()).toBe('broker');
    expect(await named(['-servername', 'OTHER.example'])).toBe('other');
    await test.broker.setTls(await material('renewed', false));
    expect(await named()).toBe('renewed');
    await before.publishAsync('VIN1/t', 'still here', { qos: 1 });
    // Without the list, nobody is revoked.
    await connect('revoked', { clientId: 'after' });
    const ca = await text('strangers.pem');
    await test.broker.setTls({ ...(await material('broker', false)), ca });
    await connect('stranger');
    await expect(connect('VIN2')).rejects.toMatchObject({ code: 5 });
  });

  it('that does not fit together changes nothing', async () => {
    const good = await material();
    const faulty = [
      { ...good, key: await text('VIN1.key') },
      { ...good, ca: '' },
      { ...good, ca: 'no PEM' },
      { ...good, crl: 'no PEM' },
      { ...good, crl: await text('strangers.crl') },
      { ...good, named: [{ host: 'x', key: good.key, cert: await text('VIN1.pem') }] },
    ];
    for (const one of faulty) {
      await expect(test.broker.setTls(one)).rejects.toMatchObject({ code: 'TLS_INVALID' });
    }
    await connect('VIN1');
    await expect(connect('revoked')).rejects.toMatchObject({ code: 5 });
  });
});

describe('the handshake', () => {
  const say = async (bytes: Uint8Array): Promise<void> => {
    const socket = connectSocket(test.port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write(bytes);
    await once(socket, 'close');
  };

  it.each([
    ['plain MQTT', HURRY, 'NOT_TLS'],
    ['a web browser without TLS', Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n'), 'NOT_TLS'],
    ['garbage', Buffer.from('garbage, garbage'), 'NOT_TLS'],
  ])('tells %s on the TLS port for what it is', async (_, bytes, code) => {
    await say(bytes);
    expect(await refusal()).toMatchObject({ code });
    await connect('VIN1');
  });

  it('refuses TLS 1.1, and speaks 1.2 and 1.3', async () => {
    const old = ['-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0'];
    expect((await sClient('VIN1', old)).code).not.toBe(0);
    expect(await refusal()).toMatchObject({ code: 'TLS_VERSION' });
    for (const version of ['-tls1_2', '-tls1_3']) {
      const { out } = await sClient('VIN1', [version]);
      expect(out.includes(Buffer.from([0x20, 2, 0, 0]))).toBe(true);
    }
  });

  it('offers mqtt by ALPN without demanding it, and takes nothing else', async () => {
    const { out } = await run('openssl', [
      ...['s_client', '-connect', `127.0.0.1:${String(test.port)}`, '-alpn', 'h2,mqtt'],
    ]);
    expect(out.toString()).toContain('ALPN protocol: mqtt');
    expect((await sClient('VIN1', ['-alpn', 'h2'])).code).not.toBe(0);
    expect(await test.event((e) => e.kind === 'refused' && e.code === 'TLS_FAILED')).toMatchObject({
      detail: expect.stringContaining('ALPN') as string,
    });
  });

  it('says when a client does not trust the broker', async () => {
    await expect(connect('VIN1', { ca: await text('strangers.pem') })).rejects.toThrow();
    const sent = await publish('VIN1', ['--cafile', file('strangers.pem')]);
    expect(sent.code).not.toBe(0);
    expect(
      await test.event((e) => e.kind === 'refused' && e.code === 'BROKER_NOT_TRUSTED'),
    ).toBeDefined();
  });
});
