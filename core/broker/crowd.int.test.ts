import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '#core/testing';

let test: TestBroker;
const clients: MqttClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await test.close();
});

async function connect(user: string, options: IClientOptions = {}): Promise<MqttClient> {
  const as = { username: user, password: user, reconnectPeriod: 0, clientId: user };
  const client = await connectAsync(test.url, { ...as, ...options }, false);
  clients.push(client);
  return client;
}

const word = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([0, bytes.length]), bytes]);
};

function connectPacket(id: string, user: string, password: string): Buffer {
  const head = Buffer.concat([word('MQTT'), Buffer.from([4, 0xc2, 0, 60])]);
  const body = Buffer.concat([head, word(id), word(user), word(password)]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

/** The return code of one login, or null when it was hung up on. */
async function login(index: number): Promise<number | null> {
  const socket = connectSocket(test.port, '127.0.0.1');
  let answer = Buffer.alloc(0);
  socket.on('data', (chunk) => (answer = Buffer.concat([answer, chunk])));
  socket.on('error', () => undefined);
  socket.write(
    connectPacket(`g${String(index)}`, `user${String(index % 50)}`, `no${String(index)}`),
  );
  await once(socket, 'close');
  return answer[3] ?? null;
}

async function roundTrips(client: MqttClient, until: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (!until()) {
    const start = performance.now();
    await client.publishAsync('a', 'x', { qos: 1 });
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

describe('10,000 rapid failed logins', () => {
  it('are answered with little work, while others work on and log in from elsewhere', async () => {
    test = await startTestBroker({
      users: ['ann', 'bob', 'cid'],
      acl: 'user ann\ntopic #\nuser bob\ntopic #\n',
      limits: { connectBurst: 20_000 },
    });
    const ann = await connect('ann');
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    let over = false;
    const answers: (number | null)[] = [];
    const attacker = async (first: number): Promise<void> => {
      for (let i = first; i < 10_000; i += 100) answers.push(await login(i));
    };
    const attack = Promise.all(Array.from({ length: 100 }, (_, i) => attacker(i)));
    const ended = attack.then(() => (over = true));
    const times = roundTrips(ann, () => over);
    // Another address, in the middle of it. Of Linux all of 127.0.0.0/8 is this machine's.
    if (process.platform === 'linux') await loginFrom('127.0.0.2', 'bob');
    expect(over).toBe(false);
    await ended;
    delay.disable();

    const count = (code: number): number => answers.filter((answer) => answer === code).length;
    expect(answers).toHaveLength(10_000);
    expect(count(4) + count(3)).toBe(10_000);
    // 30 failures shut the address out; those under way may add a few.
    expect(count(4)).toBeLessThanOrEqual(32);
    const refused = test.events.filter(({ kind }) => kind === 'refused');
    expect(refused).toHaveLength(10_000);
    expect(refused.at(-1)).toMatchObject({
      code: 'TOO_MANY_LOGINS',
      detail: expect.stringMatching(/from 127\.0\.0\.1: user\d+ may try again in \d+ s/) as string,
    });
    const sorted = await times;
    expect(sorted[Math.floor(sorted.length * 0.99)]).toBeLessThan(250);
    expect(delay.max / 1e6).toBeLessThan(500);
    // Who was in before is let in again; who was not must wait.
    await ann.endAsync();
    await connect('ann');
    await expect(connect('cid')).rejects.toMatchObject({ code: 3 });
  });

  async function loginFrom(localAddress: string, user: string): Promise<void> {
    const socket = connectSocket({ port: test.port, host: '127.0.0.1', localAddress });
    socket.write(connectPacket(`from-${user}`, user, user));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect([...answer]).toEqual([0x20, 2, 0, 0]);
    socket.destroy();
  }
});

describe('a subscriber that stops reading', () => {
  it('is dropped and named, and holds nobody up', async () => {
    test = await startTestBroker({
      users: ['ann', 'bob', 'cid'],
      acl: 'user ann\ntopic #\nuser bob\ntopic #\nuser cid\ntopic #\n',
      limits: { drainTimeoutMs: 1_000 },
    });
    const [ann, bob] = [await connect('ann'), await connect('bob')];
    await bob.subscribeAsync('a', { qos: 1 });
    // Nobody ever reads from this one.
    const frozen = connectSocket(test.port, '127.0.0.1').on('error', () => undefined);
    frozen.write(connectPacket('cid', 'cid', 'cid'));
    await test.event((e) => e.kind === 'connect' && e.clientId === 'cid');
    frozen.write(Buffer.from([0x82, 6, 0, 1, 0, 1, 0x61, 0]));
    await test.event((e) => e.kind === 'subscribe' && e.clientId === 'cid');
    const payload = Buffer.alloc(500_000);
    let got = 0;
    const all = new Promise<void>((resolve) => {
      bob.on('message', () => {
        if (++got === 60) resolve();
      });
    });
    for (let i = 0; i < 60; i += 1) await ann.publishAsync('a', payload, { qos: 1 });
    await all;
    const gone = await test.event((e) => e.kind === 'disconnect' && e.clientId === 'cid');
    expect(gone).toMatchObject({ detail: expect.stringContaining('drain timeout') as string });
    expect(test.broker.clients().map(({ user }) => user)).toEqual(['ann', 'bob']);
    frozen.destroy();
  });
});
