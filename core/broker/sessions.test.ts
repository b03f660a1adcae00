import {
  connect as connectClient,
  type IClientOptions,
  type IPublishPacket,
  type MqttClient,
} from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBroker, tempDir, type TempDir, type TestBroker } from '#core/testing';

const ACL = 'user ann\ntopic #\nuser bob\ntopic #\n';

let folder: TempDir;
let test: TestBroker;
const clients: MqttClient[] = [];

beforeEach(async () => {
  folder = await tempDir();
  await start();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await test.close();
  await folder.remove();
});

async function start(limits: Record<string, number> = {}): Promise<void> {
  test = await startTestBroker({
    users: ['ann', 'bob'],
    acl: ACL,
    dir: folder.join('broker'),
    limits,
  });
}

async function restart(): Promise<void> {
  await test.close();
  await start();
}

type Received = { topic: string; text: string; qos: number; retain: boolean; dup: boolean };

/** The library types its events too narrowly for node's `once`. */
function heard(client: MqttClient, event: 'connect' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    client.once(event, () => {
      resolve();
    });
  });
}

/** Listens from the first byte on: a durable session sends before `connect` is over. */
async function connect(
  user: string,
  options: IClientOptions = {},
): Promise<{ client: MqttClient; got: Received[]; count: (n: number) => Promise<void> }> {
  const got: Received[] = [];
  const waiting = new Set<() => void>();
  const client = connectClient(test.url, {
    username: user,
    password: user,
    clientId: user,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  client.on('message', (topic, payload, { qos, retain, dup }: IPublishPacket) => {
    got.push({ topic, text: payload.toString(), qos, retain, dup });
    for (const look of waiting) look();
  });
  await heard(client, 'connect');
  return {
    client,
    got,
    count: (n) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (got.length >= n) resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

const texts = (got: readonly Received[]): string[] => got.map(({ text }) => text);

describe('durable sessions', () => {
  it('keep messages over two restarts, in order, and give them once', async () => {
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('a/+', { qos: 1 });
    await ann.client.endAsync();
    const expected: string[] = [];
    for (const round of ['first', 'second']) {
      const bob = await connect('bob');
      for (let i = 0; i < 20; i += 1) {
        expected.push(`${round} ${String(i)}`);
        await bob.client.publishAsync('a/x', expected.at(-1)!, { qos: 1 });
      }
      await bob.client.endAsync();
      await restart();
    }
    const back = await connect('ann', { clean: false });
    await back.count(40);
    expect(texts(back.got)).toEqual(expected);
    await back.client.endAsync();
    await restart();
    const again = await connect('ann', { clean: false });
    await again.client.publishAsync('a/x', 'last', { qos: 1 });
    await again.count(1);
    expect(texts(again.got)).toEqual(['last']);
  });

  it('keep the lower QoS of message and subscription', async () => {
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('low/#', { qos: 1 });
    await ann.client.subscribeAsync('none/#', { qos: 0 });
    await ann.client.endAsync();
    const bob = await connect('bob');
    await bob.client.publishAsync('low/x', '2 to 1', { qos: 2 });
    await bob.client.publishAsync('low/x', '0', { qos: 0 });
    await bob.client.publishAsync('none/x', '1 to 0', { qos: 1 });
    const back = await connect('ann', { clean: false });
    await bob.client.publishAsync('low/x', 'live 2 to 1', { qos: 2 });
    await back.count(2);
    expect(back.got.map(({ text, qos }) => [text, qos])).toEqual([
      ['2 to 1', 1],
      ['live 2 to 1', 1],
    ]);
  });

  it('send again, marked as a duplicate and under its id, what was not acknowledged', async () => {
    const ids: (number | undefined)[] = [];
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('a', { qos: 1 });
    const arrived = new Promise<void>((resolve) => {
      ann.client.handleMessage = (packet) => {
        // Neither acknowledged nor answered: the cable is pulled.
        ids.push(packet.messageId);
        ann.client.stream.destroy();
        resolve();
      };
    });
    const bob = await connect('bob');
    await bob.client.publishAsync('a', 'x', { qos: 1 });
    await arrived;
    await test.event(({ kind, clientId }) => kind === 'disconnect' && clientId === 'ann');
    await restart();
    const back = await connect('ann', { clean: false });
    await back.count(1);
    expect(back.got).toMatchObject([{ text: 'x', dup: true, qos: 1 }]);
  });

  it('end with a clean session', async () => {
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('a', { qos: 1 });
    await ann.client.endAsync();
    const bob = await connect('bob');
    await bob.client.publishAsync('a', 'old', { qos: 1 });
    await (await connect('ann', { clean: true })).client.endAsync();
    const back = await connect('ann', { clean: false });
    await back.client.subscribeAsync('a', { qos: 1 });
    await bob.client.publishAsync('a', 'new', { qos: 1 });
    await back.count(1);
    expect(texts(back.got)).toEqual(['new']);
  });

  it('drop, and tell, what exceeds the queue of a client that is away', async () => {
    await test.close();
    await start({ queuedPerClient: 3 });
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('a', { qos: 1 });
    await ann.client.endAsync();
    const bob = await connect('bob');
    for (const text of ['1', '2', '3', '4', '5']) {
      await bob.client.publishAsync('a', text, { qos: 1 });
    }
    expect(test.events.filter(({ kind }) => kind === 'refused')).toHaveLength(2);
    const back = await connect('ann', { clean: false });
    await back.count(3);
    await bob.client.publishAsync('a', '6', { qos: 1 });
    await back.count(4);
    expect(texts(back.got)).toEqual(['1', '2', '3', '6']);
  });

  it('hand out the queue before what arrives meanwhile', async () => {
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('a', { qos: 1 });
    await ann.client.endAsync();
    const bob = await connect('bob');
    const expected = Array.from({ length: 600 }, (_, i) => String(i));
    for (const text of expected.slice(0, 300)) {
      await bob.client.publishAsync('a', text, { qos: 1 });
    }
    const sending = Promise.all(
      expected.slice(300).map((text) => bob.client.publishAsync('a', text, { qos: 1 })),
    );
    const back = await connect('ann', { clean: false });
    await sending;
    await back.count(600);
    expect(texts(back.got)).toEqual(expected);
  });

  it('survive overlapping subscriptions and their removal', async () => {
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('a/+', { qos: 1 });
    await ann.client.subscribeAsync('a/b', { qos: 2 });
    const bob = await connect('bob');
    await bob.client.publishAsync('a/c', 'online', { qos: 1 });
    await ann.count(1);
    await ann.client.unsubscribeAsync('a/b');
    await ann.client.endAsync();
    await bob.client.publishAsync('a/b', 'away', { qos: 1 });
    const back = await connect('ann', { clean: false });
    await back.count(1);
    expect(texts(back.got)).toEqual(['away']);
  });
});

describe('QoS 2', () => {
  it('passes thousands of messages exactly once, to clean and durable sessions', async () => {
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('a', { qos: 2 });
    const bob = await connect('bob', { clean: true });
    await bob.client.subscribeAsync('a', { qos: 2 });
    const expected = Array.from({ length: 1_500 }, (_, i) => String(i));
    await Promise.all(expected.map((text) => bob.client.publishAsync('a', text, { qos: 2 })));
    await Promise.all([ann.count(1_500), bob.count(1_500)]);
    expect(new Set(texts(ann.got))).toEqual(new Set(expected));
    expect(ann.got).toHaveLength(1_500);
    expect(bob.got).toHaveLength(1_500);
  }, 20_000);
});

describe('order', () => {
  it('loses nothing when messages of every QoS, retained or not, come mixed', async () => {
    const durable = await connect('ann', { clean: false, clientId: 'durable' });
    await durable.client.subscribeAsync('a/#', { qos: 1 });
    const reader = await connect('ann');
    await reader.client.subscribeAsync('a/#', { qos: 1 });
    const senders = [
      await connect('bob', { clientId: 'b1' }),
      await connect('bob', { clientId: 'b2' }),
    ];
    const sent = senders.flatMap(({ client }, s) =>
      Array.from({ length: 400 }, (_, i) =>
        client.publishAsync(`a/${String(s)}`, `${String(s)}:${String(i)}`, {
          qos: i % 2 === 0 ? 1 : 0,
          retain: i % 3 === 0,
        }),
      ),
    );
    await Promise.all(sent);
    await Promise.all([reader.count(800), durable.count(800)]);
    for (const { got } of [reader, durable]) {
      for (const s of ['0', '1']) {
        const own = texts(got).filter((text) => text.startsWith(`${s}:`));
        expect(own).toEqual(Array.from({ length: 400 }, (_, i) => `${s}:${String(i)}`));
      }
    }
  }, 20_000);
});

describe('retained messages and wills', () => {
  it('survive a restart, replaced and removed as asked', async () => {
    const bob = await connect('bob');
    await bob.client.publishAsync('a/kept', 'old', { qos: 1, retain: true });
    await bob.client.publishAsync('a/kept', 'new', { qos: 1, retain: true });
    await bob.client.publishAsync('a/gone', 'x', { qos: 0, retain: true });
    await bob.client.publishAsync('a/gone', '', { qos: 1, retain: true });
    await bob.client.publishAsync('a/ünï/✓', 'x', { qos: 1, retain: true });
    await restart();
    const ann = await connect('ann');
    await ann.client.subscribeAsync('a/#', { qos: 1 });
    await ann.count(2);
    expect(ann.got.map(({ topic, text, retain }) => [topic, text, retain]).sort()).toEqual([
      ['a/kept', 'new', true],
      ['a/ünï/✓', 'x', true],
    ]);
  });

  it('a will is published for a lost connection and not for a goodbye', async () => {
    const ann = await connect('ann');
    await ann.client.subscribeAsync('will/#', { qos: 1 });
    const will = (topic: string): IClientOptions => ({
      will: { topic, payload: Buffer.from('gone'), qos: 1, retain: true },
    });
    const polite = await connect('bob', { clientId: 'polite', ...will('will/polite') });
    await polite.client.endAsync();
    const lost = await connect('bob', { clientId: 'lost', ...will('will/lost') });
    lost.client.stream.destroy();
    await ann.count(1);
    expect(ann.got).toMatchObject([{ topic: 'will/lost', text: 'gone' }]);
    expect(test.events.filter(({ kind }) => kind === 'publish')).toMatchObject([
      { clientId: 'lost', user: 'bob', topic: 'will/lost' },
    ]);
  });

  it('a broker that closes publishes the wills of those it cuts off', async () => {
    await connect('bob', {
      will: { topic: 'will', payload: Buffer.from('gone'), qos: 1, retain: true },
    });
    await restart();
    const ann = await connect('ann');
    await ann.client.subscribeAsync('will', { qos: 1 });
    await ann.count(1);
    expect(ann.got).toMatchObject([{ text: 'gone', retain: true }]);
  });
});
