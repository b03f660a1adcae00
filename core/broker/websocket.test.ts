import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connectAsync, type IClientOptions } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { createBenchCa } from '#core/pki';
import { systemClock, systemRandom } from '#core/ports';
import { startTestBroker, type TestBroker } from '#core/testing';

let test: TestBroker;
afterEach(() => test.close());

async function start(limits: Record<string, number> = {}): Promise<void> {
  test = await startTestBroker({
    users: ['ann'],
    acl: 'user ann\ntopic #\n',
    listeners: [{ kind: 'ws', host: '127.0.0.1', port: 0, origins: ['https://bench.example'] }],
    limits,
  });
}

const ANN: IClientOptions = { username: 'ann', password: 'ann', reconnectPeriod: 0 };
const CONNECT = Buffer.from(
  '\x10\x19\0\x04MQTT\x04\xc2\0\x3c\0\x03raw\0\x03ann\0\x03ann',
  'latin1',
);

async function stillServes(): Promise<void> {
  const client = await connectAsync(test.url, ANN, false);
  await client.publishAsync('a', 'x', { qos: 1 });
  await client.endAsync();
}

function open(protocols: string[], options: ClientOptions = {}): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(test.url, protocols, options);
    socket.once('open', () => {
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

const closed = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => {
    socket.once('close', resolve);
  });

const refusal = () => test.event(({ kind }) => kind === 'refused');

describe('a WebSocket listener', () => {
  it('carries large messages of every QoS, both ways', async () => {
    await start();
    expect(test.url).toMatch(/^ws:/);
    const client = await connectAsync(test.url, ANN, false);
    const payload = Buffer.alloc(500_000, 7);
    const got: Buffer[] = [];
    const all = new Promise<void>((resolve) => {
      client.on('message', (_, bytes) => {
        if (got.push(bytes) === 3) resolve();
      });
    });
    await client.subscribeAsync('a', { qos: 2 });
    for (const qos of [0, 1, 2] as const) await client.publishAsync('a', payload, { qos });
    await all;
    expect(got.every((bytes) => bytes.equals(payload))).toBe(true);
    expect(test.broker.clients()).toMatchObject([{ via: 'ws', address: '127.0.0.1' }]);
    await client.endAsync();
    await test.event(({ kind }) => kind === 'disconnect');
  });

  it('lets programs in and listed pages, and no other page', async () => {
    await start();
    (await open(['mqtt'])).terminate();
    (await open(['mqttv3.1', 'mqtt'], { origin: 'https://bench.example' })).terminate();
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      await expect(open(['mqtt'], { origin })).rejects.toThrow('403');
    }
    expect(await refusal()).toMatchObject({
      code: 'WEBSOCKET_REFUSED',
      detail: expect.stringContaining('https://evil.example') as string,
    });
  });

  it('wants the subprotocol mqtt', async () => {
    await start();
    await expect(open([])).rejects.toThrow('400');
    await expect(open(['chat'])).rejects.toThrow('400');
    expect((await refusal()).kind === 'refused').toBe(true);
    await stillServes();
  });

  it('takes binary frames only, and none that is too long', async () => {
    await start({ packetBytes: 1_000 });
    const talker = await open(['mqtt']);
    talker.send(CONNECT.toString('latin1'));
    await closed(talker);
    const heavy = await open(['mqtt']);
    heavy.send(Buffer.alloc(3_000));
    expect(await closed(heavy)).toBe(1009);
    expect(test.events.every(({ kind }) => kind === 'refused')).toBe(true);
    await stillServes();
  });

  it('takes a CONNECT split over frames', async () => {
    await start();
    const socket = await open(['mqtt']);
    const answer = once(socket, 'message') as Promise<[Buffer]>;
    for (const byte of CONNECT) socket.send(Buffer.from([byte]));
    expect([...(await answer)[0]]).toEqual([0x20, 2, 0, 0]);
    socket.terminate();
  });

  it.each([
    ['a page', 'GET / HTTP/1.1\r\nhost: a\r\n\r\n', '426'],
    ['MQTT', CONNECT.toString('latin1'), ''],
    ['an upgrade without a key', upgrade('sec-websocket-protocol: mqtt\r\n'), '400'],
    ['endless headers', `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(4_000)}`, ''],
  ])('tells %s for what it is', async (_, text, status) => {
    await start();
    expect(await say(text)).toContain(status);
    expect(await refusal()).toMatchObject({ code: 'WEBSOCKET_REFUSED' });
    await stillServes();
  });

  it('does not wait for who dribbles its handshake', async () => {
    await start({ connectTimeoutMs: 100 });
    await say('GET / HTTP/1.1\r\nhost: a\r\n');
    expect(await refusal()).toMatchObject({ code: 'HANDSHAKE_ABANDONED' });
  });

  it('over TLS knows a client by its certificate, and refuses a stranger’s', async () => {
    const make = () => createBenchCa({ clock: systemClock, random: systemRandom, name: 'CA' });
    const [ca, strangers] = [await make(), await make()];
    const server = await ca.issue({ kind: 'server', cn: 'broker' });
    const mine = await ca.issue({ kind: 'client', cn: 'VIN1' });
    const theirs = await strangers.issue({ kind: 'client', cn: 'VIN1' });
    test = await startTestBroker({
      listeners: [
        {
          ...{ kind: 'wss', host: '127.0.0.1', port: 0, clientCertificates: 'required' },
          ...{ key: server.keyPem, cert: server.certPem, ca: ca.certPem },
        },
      ],
    });
    const as = ({ certPem, keyPem }: { certPem: string; keyPem: string }): IClientOptions => ({
      ...{ wsOptions: { ca: ca.certPem, cert: certPem, key: keyPem }, reconnectPeriod: 0 },
    });
    const client = await connectAsync(test.url, as(mine), false);
    expect(test.broker.clients()).toMatchObject([{ user: 'VIN1', via: 'wss' }]);
    await expect(connectAsync(test.url, as(theirs), false)).rejects.toThrow();
    expect(await refusal()).toMatchObject({ code: 'CERT_UNKNOWN_CA' });
    await client.endAsync();
  });
});

function upgrade(headers: string): string {
  return `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n${headers}\r\n`;
}

async function say(text: string): Promise<string> {
  const socket = connectSocket(test.port, '127.0.0.1');
  let answer = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return answer;
}
