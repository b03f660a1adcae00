import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '#core/testing';

/* Bytes no library would send. Each must end that connection, be told, and harm nobody else. */

let test: TestBroker;
afterEach(() => test.close());

async function start(limits: Record<string, number> = {}): Promise<void> {
  test = await startTestBroker({ users: ['ann'], acl: 'user ann\ntopic #\n', limits });
}

/** Sends bytes and gathers what comes back until the broker hangs up. */
async function send(...chunks: Uint8Array[]): Promise<Buffer> {
  const socket: Socket = connect(test.port, '127.0.0.1');
  const answer: Buffer[] = [];
  socket.on('data', (chunk) => answer.push(chunk));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  for (const chunk of chunks) socket.write(chunk);
  if (!socket.closed) await once(socket, 'close');
  return Buffer.concat(answer);
}

/** The library types its events too narrowly for node's `once`. */
function heard(client: MqttClient, event: 'connect' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    client.once(event, () => {
      resolve();
    });
  });
}

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
};

function connectPacket(level = 4): Buffer {
  const body = Buffer.concat([
    text('MQTT'),
    Buffer.from([level, 0xc2, 0, 60]),
    ...(level === 5 ? [Buffer.from([0])] : []),
    text('raw'),
    text('ann'),
    text('ann'),
  ]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

const refusals = (): string[] =>
  test.events.filter(({ kind }) => kind === 'refused').map((e) => ('detail' in e ? e.detail : ''));

/** A well-behaved client still gets its answer. */
async function stillServes(): Promise<void> {
  const client = await connectAsync(test.url, { username: 'ann', password: 'ann' });
  await client.publishAsync('a', 'x', { qos: 1 });
  await client.endAsync();
}

describe('what the broker does with', () => {
  it.each([
    ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['random bytes', Buffer.from('ff00ff13372f6c9e0b5a77', 'hex')],
    ['a PUBLISH before CONNECT', Buffer.from([0x30, 3, 0, 1, 0x61])],
    ['a length of five bytes', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01])],
    ['a CONNECT of another protocol', Buffer.from([0x10, 6, 0, 4, 0x58, 0x58, 0x58, 0x58])],
  ])('%s: it hangs up and says so', async (_, bytes) => {
    await start();
    await send(bytes);
    expect(refusals()).toHaveLength(1);
    expect(test.broker.clients()).toEqual([]);
    await stillServes();
  });

  it('an announced packet of 256 MiB: it does not wait for it', async () => {
    await start();
    await send(connectPacket(), Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61]));
    expect(refusals()[0]).toContain('packet of 268435455 bytes, the limit is 1048576');
    await stillServes();
  });

  it('a packet of exactly the limit: it passes, one byte more does not', async () => {
    await start({ packetBytes: 1_000 });
    const client = await connectAsync(test.url, {
      username: 'ann',
      password: 'ann',
      reconnectPeriod: 0,
    });
    // Topic length and topic take 3 bytes, the packet id 2.
    await client.publishAsync('a', Buffer.alloc(995), { qos: 1 });
    const gone = heard(client, 'close');
    client.publish('a', Buffer.alloc(996), { qos: 1 });
    await gone;
    client.end(true);
  });

  it('half a CONNECT that stalls: it waits no longer than the limit', async () => {
    await start({ connectTimeoutMs: 100 });
    expect(await send(connectPacket().subarray(0, 9))).toHaveLength(0);
    expect(refusals()).toEqual([expect.stringContaining('did not arrive in time')]);
  });

  it('a second CONNECT: it hangs up', async () => {
    await start();
    expect([...(await send(connectPacket(), connectPacket()))].slice(0, 4)).toEqual([
      0x20, 2, 0, 0,
    ]);
    await stillServes();
  });

  it('a PUBLISH to a wildcard or with NUL in the topic: it hangs up', async () => {
    await start();
    await send(connectPacket(), Buffer.from([0x30, 3, 0, 1, 0x23]));
    await send(connectPacket(), Buffer.from([0x30, 3, 0, 1, 0x00]));
    await stillServes();
    expect(test.events.filter(({ kind }) => kind === 'publish')).toHaveLength(1);
  });

  it('MQTT 5: it answers unsupported protocol version, and tells', async () => {
    await start();
    expect([...(await send(connectPacket(5)))]).toEqual([0x20, 2, 0, 1]);
    expect(refusals()[0]).toContain('MQTT 5');
    await stillServes();
  });

  it('more clients than it may have: it turns them away', async () => {
    await start({ clients: 1 });
    const client = await connectAsync(test.url, { username: 'ann', password: 'ann' });
    await send(connectPacket());
    expect(refusals()).toEqual(['1 clients are connected already']);
    await client.endAsync();
    await test.event(({ kind }) => kind === 'disconnect');
  });

  it('more connections at a stroke than an address may make: it turns them away', async () => {
    await start({ connectBurst: 2, connectsPerSecond: 0 });
    await send(Buffer.from('GET / HTTP/1.1'));
    await send(Buffer.from('GET / HTTP/1.1'));
    await send(connectPacket());
    expect(refusals().at(-1)).toBe('too many connections from 127.0.0.1');
  });
});
