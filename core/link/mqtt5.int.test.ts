import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog, systemClock } from '#core/ports';
import { startMosquitto } from '#core/testing';
import {
  openLink,
  type BrokerAnswer,
  type Incoming,
  type Link,
  type LinkOptions,
  type LinkState,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const QOS_1 = { qos: 1, retain: false } as const;

async function broker(...conf: string[]): Promise<string> {
  const started = await startMosquitto({ acl: 'topic readwrite open/#', conf });
  onTestFinished(() => started.close());
  return started.url;
}

async function open(url: string, more: Partial<LinkOptions> = {}): Promise<Link> {
  const link = openLink({
    ...{ url, clientId: 'here', clock: systemClock, log: silentLog, clean: true },
    ...{ protocolVersion: 5, retryMs: 20_000, ...more },
  });
  onTestFinished(() => link.close());
  await link.whenUp();
  // Subscriptions and limits are in place behind this.
  await expect.poll(() => link.state.kind).toBe('up');
  return link;
}

function received(link: Link): Incoming[] {
  const got: Incoming[] = [];
  link.onMessage((message) => {
    got.push(message);
  });
  return got;
}

function lost(link: Link): Promise<Extract<LinkState, { kind: 'lost' }>> {
  return new Promise((resolve) => {
    link.onState((state) => {
      if (state.kind === 'lost') resolve(state);
    });
  });
}

describe('MQTT 5 with a real Mosquitto', () => {
  it('carries every property of a message there and back', async () => {
    const url = await broker();
    const [receiver, sender] = [await open(url), await open(url, { clientId: 'sender' })];
    const got = received(receiver);
    await receiver.subscribe('open/#', 1);
    const properties = {
      payloadFormat: 'text',
      expirySeconds: 60,
      contentType: 'application/json',
      responseTopic: 'open/answers',
      correlationData: new Uint8Array([0, 1, 255]),
      user: [
        ['line', 'first'],
        ['line', 'second'],
        ['__proto__', 'is a name'],
      ],
    } as const;
    await sender.publish('open/a', bytes('{}'), { ...QOS_1, properties });
    await sender.publish('open/a', bytes('{}'), QOS_1);
    await expect.poll(() => got.length).toBe(2);
    expect(got[0]!.properties).toEqual(properties);
    expect(got[1]!).not.toHaveProperty('properties');
  });

  it('keeps the order of what it is given, also where QoS 1 has to wait and QoS 0 has not', async () => {
    const url = await broker('max_inflight_messages 3');
    const [receiver, sender] = [await open(url), await open(url, { clientId: 'sender' })];
    const got = received(receiver);
    await receiver.subscribe('open/#', 0);
    const numbers = Array.from({ length: 60 }, (_, n) => n);
    await Promise.all(
      numbers.map((n) =>
        sender.publish('open/a', bytes(String(n)), { qos: n % 10 === 0 ? 0 : 1, retain: false }),
      ),
    );
    await expect.poll(() => got.length).toBe(numbers.length);
    expect(got.map(({ payload }) => Number(Buffer.from(payload).toString()))).toEqual(numbers);
  });

  it('says what the broker takes, and refuses the rest before it is sent', async () => {
    const url = await broker(
      ...['max_packet_size 1000', 'retain_available false', 'max_qos 1', 'max_keepalive 20'],
      ...['max_inflight_messages 7', 'max_topic_alias 3'],
    );
    const link = await open(url);
    expect(link.state).toMatchObject({
      kind: 'up',
      limits: {
        ...{ receiveMaximum: 7, maximumQos: 1, retainAvailable: false, maximumPacketBytes: 1_000 },
        ...{ keepaliveSeconds: 20, topicAliasMaximum: 3, assignedClientId: null },
      },
    });
    for (const [options, size, why] of [
      [{ qos: 2, retain: false }, 1, 'QoS 1 at most'],
      [{ qos: 1, retain: true }, 1, 'no retained'],
      [QOS_1, 984, 'at most 1000 bytes'],
      [{ ...QOS_1, properties: { contentType: 'a/b' } }, 978, 'at most 1000 bytes'],
    ] as const) {
      const refused = link.publish('open/a', new Uint8Array(size), options);
      await expect(refused).rejects.toMatchObject({ code: 'REFUSED' });
      await expect(refused).rejects.toThrow(why);
    }
    await link.publish('open/a', new Uint8Array(983), QOS_1);
    const properties = { contentType: 'a/b' };
    await link.publish('open/a', new Uint8Array(977), { ...QOS_1, properties });
    expect(link.state.kind).toBe('up');
  });

  it('never has more on its way than the broker takes', async () => {
    const url = await broker('max_inflight_messages 2', 'max_queued_messages 0');
    const [receiver, sender] = [await open(url), await open(url, { clientId: 'sender' })];
    const got = received(receiver);
    await receiver.subscribe('open/#', 2);
    const ended = lost(sender);
    const names = Array.from({ length: 300 }, (_, i) => String(i));
    const all = names.map((name, i) =>
      sender.publish('open/a', bytes(name), { qos: i % 2 === 0 ? 1 : 2, retain: false }),
    );
    await Promise.race([
      Promise.all(all),
      ended.then(({ reason }) => Promise.reject(new Error(reason))),
    ]);
    await expect.poll(() => got.length).toBe(names.length);
    expect(sender.state.kind).toBe('up');
  });

  it('asks the broker for no more than it can take itself', async () => {
    const url = await broker();
    const receiver = await open(url, { mqtt5: { receiveMaximum: 2 } });
    const sender = await open(url, { clientId: 'sender' });
    const seen: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    receiver.onMessage(async ({ payload }) => {
      seen.push(new TextDecoder().decode(payload));
      await gate.promise;
    });
    await receiver.subscribe('open/#', 1);
    for (let i = 0; i < 20; i += 1) await sender.publish('open/a', bytes(String(i)), QOS_1);
    gate.resolve(undefined);
    await expect.poll(() => seen.length).toBe(20);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
  });

  it('sends an alias in place of a long topic, over more topics than there are aliases', async () => {
    const url = await broker('max_topic_alias 5');
    const between = await counting(Number(new URL(url).port));
    const topic = (i: number): string => `open/${'long'.repeat(500)}/${i}`;
    const sent = async (clientId: string, topicAliases: boolean): Promise<number> => {
      const sender = await open(between.url, { clientId, mqtt5: { topicAliases } });
      const before = between.bytes();
      for (let i = 0; i < 100; i += 1) await sender.publish(topic(i % 4), bytes(`${i}`), QOS_1);
      return between.bytes() - before;
    };
    const receiver = await open(url);
    const got = received(receiver);
    await receiver.subscribe('open/#', 1);
    expect(await sent('plain', false)).toBeGreaterThan(200_000);
    expect(await sent('alias', true)).toBeLessThan(20_000);
    await expect.poll(() => got.length).toBe(200);
    expect(got.map((message) => message.topic)).toEqual(got.map((_, i) => topic((i % 100) % 4)));

    const sender = await open(url, { clientId: 'many', mqtt5: { topicAliases: true } });
    for (let i = 0; i < 60; i += 1) await sender.publish(topic(i % 12), bytes(''), QOS_1);
    await expect.poll(() => got.length).toBe(260);
    expect(got.slice(200).map((message) => message.topic)).toEqual(
      Array.from({ length: 60 }, (_, i) => topic(i % 12)),
    );
  });

  it('tells what an acknowledgment says: nobody listens, or not authorised', async () => {
    const link = await open(await broker());
    const answers: BrokerAnswer[] = [];
    const onAnswer = (answer: BrokerAnswer): void => void answers.push(answer);
    await link.publish('open/nobody', bytes(''), { ...QOS_1, onAnswer });
    await link.publish('open/nobody', bytes(''), { qos: 2, retain: false, onAnswer });
    await link.publish('open/nobody', bytes(''), { qos: 0, retain: false, onAnswer });
    expect(answers.map(({ packet, words }) => `${packet} ${words}`)).toEqual([
      'PUBACK no matching subscribers',
      'PUBCOMP success',
    ]);
    await expect(link.publish('closed', bytes(''), QOS_1)).rejects.toMatchObject({
      code: 'REFUSED',
      reason: expect.stringContaining('not authorised (135)') as string,
      answer: { packet: 'PUBACK', code: 135, words: 'not authorised', reasonString: null },
    });
  });

  it('says in words why the broker closed', async () => {
    const link = await open(await broker('max_packet_size 1000'));
    const ended = lost(link);
    // No subscription is looked at for its size, as a message is.
    link.subscribe(`open/${'x'.repeat(1_000)}`, 1).catch(() => undefined);
    const sent = link.publish('open/a', new Uint8Array(1), QOS_1);
    await expect(sent).rejects.toMatchObject({ answer: { packet: 'DISCONNECT', code: 149 } });
    expect(await ended).toMatchObject({
      code: 'CLOSED_BY_BROKER',
      reason: 'the broker closed: packet too large (149)',
    });
  });

  it('gives the time that is left of a message that expires', async () => {
    const url = await broker();
    const sender = await open(url, { clientId: 'sender' });
    const properties = { expirySeconds: 3_600 };
    await sender.publish('open/kept', bytes('x'), { qos: 1, retain: true, properties });
    const receiver = await open(url);
    const got = received(receiver);
    await receiver.subscribe('open/#', 1);
    await expect.poll(() => got.length).toBe(1);
    expect(got[0]).toMatchObject({ retain: true });
    expect(got[0]!.properties!.expirySeconds).toBeGreaterThan(3_590);
    expect(got[0]!.properties!.expirySeconds).toBeLessThanOrEqual(3_600);
  });

  it.each([
    [{ expirySeconds: -1 }, 5],
    [{ expirySeconds: 2 ** 32 }, 5],
    [{ responseTopic: 'a/#' }, 5],
    [{ contentType: 'a\0' }, 5],
    [{ user: [['\ud800', '']] as const }, 5],
    [{ correlationData: new Uint8Array(65_536) }, 5],
    [{ contentType: 'text/plain' }, 4],
  ] as const)('refuses the properties %j over MQTT %i', async (properties, protocolVersion) => {
    const link = await open(await broker(), { protocolVersion });
    await expect(link.publish('open/a', bytes(''), { ...QOS_1, properties })).rejects.toMatchObject(
      { code: 'PROPERTIES_INVALID' },
    );
  });
});

/** Counts what goes to the broker. */
async function counting(port: number): Promise<{ url: string; bytes: () => number }> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => one.destroy());
    }
    socket.on('data', (chunk) => (count += chunk.length));
    socket.pipe(upstream).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port: own } = server.address() as AddressInfo;
  return { url: `mqtt://127.0.0.1:${own}`, bytes: () => count };
}
