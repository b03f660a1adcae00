import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connect as connectClient, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAcl } from '#core/acl';
import { startTestBroker, tempDir, type TempDir, type TestBroker } from '#core/testing';

/* Rights that were there when something was left, and are not when its time comes. */

const OPEN = 'user ann\ntopic #\nuser bob\ntopic #\n';
const WITHOUT = 'user ann\ntopic x/#\nuser bob\ntopic #\n';

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

async function start(acl = OPEN): Promise<void> {
  test = await startTestBroker({ users: ['ann', 'bob'], acl, dir: folder.join('broker') });
}

async function connect(
  user: string,
  options: IClientOptions = {},
): Promise<{ client: MqttClient; got: string[] }> {
  const as = { username: user, password: user, clientId: user, reconnectPeriod: 0 };
  const client = connectClient(test.url, { ...as, ...options });
  clients.push(client);
  const got: string[] = [];
  client.on('message', (topic, payload) => got.push(`${topic}=${payload.toString()}`));
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  return { client, got };
}

/** All that was sent to `client` before has arrived. */
async function settled({ client, got }: { client: MqttClient; got: string[] }): Promise<void> {
  await client.subscribeAsync('x/end');
  const seen = new Promise<void>((resolve) => {
    client.on('message', (topic) => {
      if (topic === 'x/end') resolve();
    });
  });
  await client.publishAsync('x/end', '', { qos: 1 });
  await seen;
  got.splice(got.indexOf('x/end='), 1);
}

describe('a right taken away', () => {
  it('keeps back what waits in a queue, and it is not given later either', async () => {
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('a/#', { qos: 2 });
    await ann.client.endAsync();
    const bob = await connect('bob');
    for (const qos of [1, 2] as const) await bob.client.publishAsync('a/b', 'secret', { qos });
    test.broker.setAcl(parseAcl(WITHOUT));
    const back = await connect('ann', { clean: false });
    await settled(back);
    expect(back.got).toEqual([]);
    await back.client.endAsync();
    test.broker.setAcl(parseAcl(OPEN));
    const again = await connect('ann', { clean: false });
    await settled(again);
    expect(again.got).toEqual([]);
    await bob.client.publishAsync('a/b', 'new', { qos: 1 });
    await settled(again);
    expect(again.got).toEqual(['a/b=new']);
  });

  it('keeps back what a topic has retained, also from a subscription made before', async () => {
    const bob = await connect('bob');
    await bob.client.publishAsync('a/b', 'secret', { qos: 1, retain: true });
    await bob.client.publishAsync('x/y', 'open', { qos: 1, retain: true });
    const ann = await connect('ann', { clean: false });
    await ann.client.subscribeAsync('#', { qos: 1 });
    await settled(ann);
    expect(ann.got.sort()).toEqual(['a/b=secret', 'x/y=open']);
    await ann.client.endAsync();
    test.broker.setAcl(parseAcl(WITHOUT));
    const back = await connect('ann', { clean: false });
    await bob.client.publishAsync('a/b', 'more', { qos: 1, retain: true });
    await settled(back);
    expect(back.got).toEqual([]);
  });

  const will = { topic: 'a/will', payload: Buffer.from('gone'), qos: 1, retain: true } as const;

  it('silences the last will of who is lost afterwards', async () => {
    const bob = await connect('bob');
    await bob.client.subscribeAsync('a/#', { qos: 1 });
    const ann = await connect('ann', { will });
    test.broker.setAcl(parseAcl(WITHOUT));
    ann.client.stream.destroy();
    await test.event((e) => e.kind === 'disconnect' && e.clientId === 'ann');
    expect(await test.event((e) => e.kind === 'refused')).toMatchObject({
      code: 'ACL_DENIED',
      topic: 'a/will',
      user: 'ann',
    });
    await settled(bob);
    expect(bob.got).toEqual([]);
  });
});

describe('a client that hangs up while its password is checked', () => {
  it('leaves no session behind, and does not end that of who is there', async () => {
    const ann = await connect('ann', { clean: false });
    const { port } = test;
    const hasty = connectSocket(port, '127.0.0.1');
    // CONNECT of bob with the client id `late`, durable, and gone at once.
    hasty.write(
      Buffer.from('\x10\x1a\0\x04MQTT\x04\xc0\0\x3c\0\x04late\0\x03bob\0\x03bob', 'latin1'),
    );
    hasty.end();
    await once(hasty.resume(), 'close');
    expect(await test.event((e) => e.kind === 'refused')).toMatchObject({
      code: 'HANDSHAKE_ABANDONED',
      user: 'bob',
      clientId: 'late',
    });
    // Had it begun a session, the id would be bob's.
    const late = await connect('ann', { clientId: 'late', clean: false });
    await ann.client.publishAsync('a', '', { qos: 1 });
    await late.client.publishAsync('a', '', { qos: 1 });
  });
});
