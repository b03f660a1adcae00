import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAcl } from '#core/acl';
import { startTestBroker, type TestBroker } from '#core/testing';

const ACL = `user ann
topic a/#
topic deny a/secret
user bob
topic a/#
`;

let test: TestBroker;
const clients: MqttClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await test.close();
});

async function start(options: Parameters<typeof startTestBroker>[0] = {}): Promise<void> {
  test = await startTestBroker({ users: ['ann', 'bob'], acl: ACL, ...options });
}

async function connect(user: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(test.url, {
    username: user,
    password: user,
    clientId: `${user}-client`,
    reconnectPeriod: 0,
    ...options,
  });
  clients.push(client);
  return client;
}

function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    client.once('close', () => {
      resolve();
    });
  });
}

function messages(client: MqttClient): string[] {
  const got: string[] = [];
  client.on('message', (topic, payload) => got.push(`${topic}=${payload.toString()}`));
  return got;
}

/** Resolves once everything published before it has been delivered to `client`. */
async function settled(client: MqttClient): Promise<void> {
  await client.subscribeAsync('a/settled');
  const seen = new Promise<void>((resolve) => {
    client.on('message', (topic) => {
      if (topic === 'a/settled') resolve();
    });
  });
  await client.publishAsync('a/settled', '', { qos: 1 });
  await seen;
}

describe('who may connect', () => {
  it.each<[string, IClientOptions, number]>([
    ['a wrong password', { password: 'other' }, 4],
    ['an unknown user', { username: 'eve' }, 4],
    ['no user name', { username: undefined, password: undefined } as unknown as IClientOptions, 5],
    ['a user name with a wildcard', { username: '+', password: '+' }, 5],
    ['a client id with a wildcard', { clientId: 'a/#' }, 2],
    ['a will it may not write', { will: { topic: 'b', payload: 'x', qos: 0, retain: false } }, 5],
  ])('refuses %s', async (_, options, returnCode) => {
    await start({ users: ['ann', '+'] });
    await expect(connect('ann', options)).rejects.toMatchObject({ code: returnCode });
    expect(test.events.map(({ kind }) => kind)).toEqual(['refused']);
    expect(test.broker.clients()).toEqual([]);
  });

  it('keeps a client id for the user who holds it, connected or away', async () => {
    await start();
    const ann = await connect('ann', { clientId: 'shared', clean: false });
    await expect(connect('bob', { clientId: 'shared' })).rejects.toMatchObject({ code: 2 });
    await ann.endAsync();
    await test.event(({ kind }) => kind === 'disconnect');
    await expect(connect('bob', { clientId: 'shared' })).rejects.toMatchObject({ code: 2 });
    await connect('ann', { clientId: 'shared', clean: true });
  });

  it('lists who is connected, and tells of a takeover', async () => {
    await start();
    const first = await connect('ann');
    await first.subscribeAsync('a/x');
    expect(test.broker.clients()).toMatchObject([
      { clientId: 'ann-client', user: 'ann', address: '127.0.0.1', subscriptions: ['a/x'] },
    ]);
    const gone = closed(first);
    await connect('ann');
    await gone;
    expect(test.events.map(({ kind }) => kind)).toEqual([
      'connect',
      'subscribe',
      'disconnect',
      'connect',
    ]);
    expect(test.events[2]).toMatchObject({
      detail: expect.stringContaining('connected again') as unknown,
    });
    expect(test.broker.clients()).toHaveLength(1);
  });
});

describe('what may be published', () => {
  it('ends the connection of who publishes where it may not, and names the line', async () => {
    await start();
    const bob = await connect('bob');
    const got = messages(bob);
    await bob.subscribeAsync('a/#');
    const ann = await connect('ann');
    const gone = closed(ann);
    ann.publish('a/secret', 'x', { qos: 1 });
    await gone;
    const refused = await test.event(({ kind }) => kind === 'refused');
    expect(refused).toMatchObject({ user: 'ann', topic: 'a/secret', aclLine: 3 });
    await settled(bob);
    expect(got).toEqual(['a/settled=']);
  });

  it('tells of every message before it is passed on', async () => {
    await start();
    const ann = await connect('ann');
    await ann.subscribeAsync('a/x', { qos: 1 });
    const order: string[] = [];
    test.broker.onEvent(({ kind }) => order.push(kind));
    ann.on('message', () => order.push('received'));
    await Promise.all([
      ann.publishAsync('a/x', 'hello', { qos: 1, retain: true }),
      new Promise((resolve) => ann.once('message', resolve)),
    ]);
    expect(order).toEqual(['publish', 'received']);
    const event = test.events.at(-1)!;
    expect(event).toMatchObject({
      kind: 'publish',
      clientId: 'ann-client',
      user: 'ann',
      topic: 'a/x',
      qos: 1,
      retain: true,
      dup: false,
    });
    expect(event.kind === 'publish' && Buffer.from(event.payload).toString()).toBe('hello');
  });

  it('goes on when a listener fails, and stops telling one that left', async () => {
    await start();
    const seen: string[] = [];
    const leave = test.broker.onEvent(({ kind }) => {
      seen.push(kind);
      throw new Error('broken view');
    });
    const ann = await connect('ann');
    await ann.publishAsync('a/x', '', { qos: 1 });
    leave();
    await ann.publishAsync('a/x', '', { qos: 1 });
    expect(seen).toEqual(['connect', 'publish']);
  });
});

describe('what may be read', () => {
  const granted = (client: MqttClient, filter: string): Promise<number | undefined> =>
    new Promise((resolve) => {
      client.subscribe(filter, { qos: 1 }, (_, __, packet) => {
        resolve(packet?.granted[0] as number | undefined);
      });
    });

  it('answers a subscription that may not be read with 0x80 and keeps the connection', async () => {
    await start();
    const ann = await connect('ann');
    expect(await granted(ann, 'b/#')).toBe(0x80);
    expect(await granted(ann, 'a/secret')).toBe(0x80);
    expect(await granted(ann, '$share/group/a/x')).toBe(0x80);
    expect(await granted(ann, 'a/x')).toBe(1);
    expect(test.events.filter(({ kind }) => kind === 'refused')).toMatchObject([
      { topic: 'b/#' },
      { topic: 'a/secret', aclLine: 3 },
      { topic: '$share/group/a/x' },
    ]);
  });

  it('delivers only what may be read, retained messages too', async () => {
    await start();
    const bob = await connect('bob');
    await bob.publishAsync('a/secret', 'kept', { qos: 1, retain: true });
    await bob.publishAsync('a/open', 'kept', { qos: 1, retain: true });
    const ann = await connect('ann');
    const got = messages(ann);
    await ann.subscribeAsync('a/#', { qos: 1 });
    await bob.publishAsync('a/secret', 'live', { qos: 1 });
    await bob.publishAsync('a/open', 'live', { qos: 1 });
    await settled(ann);
    expect(got.sort()).toEqual(['a/open=kept', 'a/open=live', 'a/settled=']);
  });

  it('may grant every subscription and deliver only what may be read, as Mosquitto does', async () => {
    await start({ subscriptions: 'deliver-only' });
    const ann = await connect('ann');
    const got = messages(ann);
    expect(await granted(ann, '#')).toBe(1);
    const bob = await connect('bob');
    await bob.publishAsync('a/secret', 'x', { qos: 1 });
    await bob.publishAsync('a/open', 'y', { qos: 1 });
    await settled(ann);
    expect(got[0]).toBe('a/open=y');
    expect(got).not.toContain('a/secret=x');
  });

  it('applies new rules to subscriptions and connections made under the old ones', async () => {
    await start();
    const ann = await connect('ann');
    const got = messages(ann);
    await ann.subscribeAsync('a/#', { qos: 1 });
    const bob = await connect('bob');
    await bob.publishAsync('a/open', '1', { qos: 1 });
    test.broker.setAcl(parseAcl('user ann\ntopic a/settled\nuser bob\ntopic a/#'));
    await bob.publishAsync('a/open', '2', { qos: 1 });
    await settled(ann);
    expect(got).toEqual(['a/open=1', 'a/settled=']);
    const gone = closed(ann);
    ann.publish('a/open', '3', { qos: 1 });
    await gone;
  });

  it('never lets a client write below $SYS', async () => {
    await start({ acl: 'user ann\ntopic $SYS/#\ntopic #' });
    const ann = await connect('ann');
    const gone = closed(ann);
    ann.publish('$SYS/broker/load', 'x');
    await gone;
    expect(test.events.at(-1)).toMatchObject({ kind: 'disconnect' });
    expect(test.events.at(-2)).toMatchObject({ kind: 'refused', topic: '$SYS/broker/load' });
  });
});
