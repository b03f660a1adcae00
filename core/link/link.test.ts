import { createServer, Socket } from 'node:net';
import { once } from 'node:events';
import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLog, systemClock } from '#core/ports';
import { PacketType, startBareBroker, startTcpProxy } from '#core/testing';
import {
  openLink,
  publishWithRetry,
  type Incoming,
  type Link,
  type LinkOptions,
  type LinkState,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = ({ payload }: Incoming): string => new TextDecoder().decode(payload);
const QOS_1 = { qos: 1, retain: false } as const;
const QOS_2 = { qos: 2, retain: false } as const;

function open(url: string, more: Partial<LinkOptions> = {}): Link {
  const link = openLink({
    url,
    clientId: 'here',
    clock: systemClock,
    log: silentLog,
    retryMs: 20,
    maxRetryMs: 50,
    ...more,
  });
  onTestFinished(() => link.close());
  return link;
}

async function broker(
  options: Parameters<typeof startBareBroker>[0] = {},
): ReturnType<typeof startBareBroker> {
  const started = await startBareBroker(options);
  onTestFinished(() => started.close());
  return started;
}

async function proxy(port: number): ReturnType<typeof startTcpProxy> {
  const started = await startTcpProxy(port);
  onTestFinished(() => started.close());
  return started;
}

function until(link: Link, kind: LinkState['kind'], code?: string): Promise<LinkState> {
  const fits = (state: LinkState): boolean =>
    state.kind === kind && (code === undefined || ('code' in state && state.code === code));
  return new Promise((resolve) => {
    if (fits(link.state)) {
      resolve(link.state);
      return;
    }
    const undo = link.onState((state) => {
      if (!fits(state)) return;
      undo();
      resolve(state);
    });
  });
}

it('publishes and receives each QoS, and says when it is up', async () => {
  const { url } = await broker();
  const link = open(url);
  await link.whenUp();
  expect(link.state).toMatchObject({ kind: 'up' });
  const got: string[] = [];
  link.onMessage((message) => {
    got.push(`${text(message)} ${message.qos}`);
  });
  await link.subscribe('a/#', 2);
  for (const qos of [0, 1, 2] as const) {
    await link.publish('a/b', bytes('x'), { qos, retain: false });
  }
  await expect.poll(() => got).toEqual(['x 0', 'x 1', 'x 2']);
});

it('switches Nagle off on every connection', async () => {
  const { url } = await broker();
  const asked = vi.spyOn(Socket.prototype, 'setNoDelay');
  try {
    const link = open(url);
    await link.whenUp();
    const first = asked.mock.calls.length;
    expect(asked).toHaveBeenCalledWith(true);
    link.drop();
    await expect.poll(() => link.state.kind === 'up' && asked.mock.calls.length > first).toBe(true);
  } finally {
    asked.mockRestore();
  }
});

it('names wrong credentials, keeps trying, and comes up once they are right', async () => {
  let password = 'other';
  const { url } = await broker({
    authenticate: (_client, _user, given, done) => {
      const ok = given?.toString() === password;
      done(ok ? null : Object.assign(new Error('no'), { returnCode: 4 }), ok);
    },
  });
  const link = open(url, { username: 'backend', password: 'secret' });
  await expect(link.whenUp()).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' });
  expect(await until(link, 'lost')).toHaveProperty('next', expect.stringContaining('password'));
  password = 'secret';
  await until(link, 'up');
});

it('names a broker that does not authorise the client', async () => {
  const { url } = await broker({
    authenticate: (_client, _user, _given, done) => {
      done(Object.assign(new Error('no'), { returnCode: 5 }), null);
    },
  });
  await expect(open(url).whenUp()).rejects.toMatchObject({ code: 'NOT_AUTHORISED' });
});

it('names a version of MQTT which the broker does not speak', async () => {
  const { url } = await broker();
  const link = open(url, { protocolVersion: 5 });
  await expect(link.whenUp()).rejects.toMatchObject({ code: 'UNSUPPORTED_VERSION' });
});

it('says that nobody listens, when it tries again, and comes up with the broker', async () => {
  const { port, close } = await startBareBroker();
  await close();
  const link = open(`mqtt://127.0.0.1:${port}`);
  const before = Date.now();
  const state = await until(link, 'lost', 'CONNECTION_REFUSED');
  expect(state).toHaveProperty('reason', expect.stringContaining(String(port)));
  expect(state.kind === 'lost' && state.retryAt).toBeGreaterThanOrEqual(before);
  await broker({ port });
  await link.whenUp();
});

it('names a host that does not exist and a broker that never answers', async () => {
  const lost = open('mqtt://no-such-host.invalid:1883');
  await until(lost, 'lost', 'HOST_NOT_FOUND');

  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const waiting = open(`mqtt://127.0.0.1:${port}`, { connectTimeoutMs: 50 });
  await until(waiting, 'lost', 'TIMEOUT');
  silent.close();
});

it.each([
  ['nonsense', 'no host'],
  ['http://127.0.0.1', 'http:'],
  ['mqtt://user:secret@127.0.0.1', 'do not belong'],
  ['http://user:secret@127.0.0.1', 'http:'],
  ['mqtt://user:secret@', 'no host'],
  ['mqtt://user:secr@secret@nowhere:port', 'no host'],
])('refuses the address %s at once', (url, reason) => {
  const opening = (): unknown =>
    openLink({ url, clientId: 'x', clock: systemClock, log: silentLog });
  expect(opening).toThrow(expect.objectContaining({ code: 'URL_INVALID' }));
  expect(opening).toThrow(reason);
  expect(opening).not.toThrow('secret');
});

it('never queues: publishing while down is refused', async () => {
  const { url, hangUp, published } = await broker();
  const link = open(url, { retryMs: 200, maxRetryMs: 200 });
  await link.whenUp();
  hangUp();
  await until(link, 'lost', 'CLOSED_BY_BROKER');
  const refused = link.publish('a', bytes('1'), QOS_1);
  await expect(refused).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  await link.whenUp();
  await link.publish('a', bytes('2'), QOS_1);
  expect(published.map(({ payload }) => payload.toString())).toEqual(['2']);
});

it('rejects what was in flight when the connection went, and does not send it again itself', async () => {
  const { port, published } = await broker();
  const between = await proxy(port);
  between.swallow = [PacketType.PUBACK];
  const link = open(`mqtt://127.0.0.1:${between.port}`);
  await link.whenUp();
  const lost = link.publish('a', bytes('1'), QOS_1);
  const refused = expect(lost).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  await expect.poll(() => between.swallowed.get(PacketType.PUBACK)).toBe(1);
  link.drop();
  await refused;
  between.swallow = [];
  await link.whenUp();
  await link.publish('a', bytes('2'), QOS_1);
  expect(published.map(({ payload }) => payload.toString())).toEqual(['1', '2']);
});

it('names a missing PUBACK, and publishWithRetry sends again until there is one', async () => {
  const { port, published } = await broker();
  const between = await proxy(port);
  between.swallow = [PacketType.PUBACK];
  const link = open(`mqtt://127.0.0.1:${between.port}`, { publishTimeoutMs: 40 });
  await link.whenUp();
  const message = { topic: 'a', payload: bytes('1'), ...QOS_1 };
  await expect(link.publish('a', bytes('1'), QOS_1)).rejects.toMatchObject({
    code: 'PUBACK_TIMEOUT',
  });
  const options = { clock: systemClock, firstDelayMs: 10 };
  await expect(publishWithRetry(link, message, options)).rejects.toMatchObject({
    code: 'PUBACK_TIMEOUT',
  });
  expect(published).toHaveLength(4);
  const third = publishWithRetry(link, message, options);
  await expect.poll(() => between.swallowed.get(PacketType.PUBACK)).toBe(5);
  between.swallow = [];
  await third;
});

it('stops retrying when told to', async () => {
  const { port } = await broker();
  const between = await proxy(port);
  between.swallow = [PacketType.PUBACK];
  const link = open(`mqtt://127.0.0.1:${between.port}`);
  await link.whenUp();
  const stop = new AbortController();
  const message = { topic: 'a', payload: bytes('1'), ...QOS_1 };
  const end = publishWithRetry(link, message, { clock: systemClock, signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(end).rejects.toThrow('enough');
});

it('does not resend a denied publish for ever: the next connection stays', async () => {
  const { url } = await broker({
    authorizePublish: (_client, { topic }, done) => {
      done(topic === 'denied' ? new Error('denied') : null);
    },
  });
  const link = open(url);
  await link.whenUp();
  const denied = link.publish('denied', bytes('1'), QOS_1);
  await expect(denied).rejects.toMatchObject({ code: 'CLOSED_BY_BROKER' });
  await until(link, 'lost');
  await link.whenUp();
  await link.publish('fine', bytes('2'), QOS_1);
  expect(link.state.kind).toBe('up');
});

it('drop is a pulled cable: the last will goes out; close is not', async () => {
  const { url } = await broker();
  const watcher = open(url, { clientId: 'watcher' });
  const wills: string[] = [];
  watcher.onMessage((message) => {
    wills.push(text(message));
  });
  await watcher.subscribe('will', 1);
  const will = (payload: string): Partial<LinkOptions> => ({
    clientId: payload,
    will: { topic: 'will', payload: bytes(payload), qos: 1, retain: false },
  });
  const polite = open(url, will('polite'));
  await polite.whenUp();
  await polite.close();
  expect(polite.state.kind).toBe('closed');
  const pulled = open(url, will('pulled'));
  await pulled.whenUp();
  pulled.drop();
  await expect.poll(() => wills).toEqual(['pulled']);
});

it('refuses everything once closed, and frees who waits', async () => {
  const { port, close } = await startBareBroker();
  await close();
  const link = open(`mqtt://127.0.0.1:${port}`);
  const waiting = expect(link.whenUp()).rejects.toMatchObject({ code: 'LINK_CLOSED' });
  const subscribing = expect(link.subscribe('a', 1)).rejects.toMatchObject({ code: 'LINK_CLOSED' });
  await link.close();
  await waiting;
  await subscribing;
  await expect(link.publish('a', bytes(''), QOS_1)).rejects.toMatchObject({ code: 'LINK_CLOSED' });
});

it('finishes QoS 2 on the next connection when PUBCOMP was lost, and sends it once', async () => {
  const { port, published } = await broker();
  const between = await proxy(port);
  between.swallow = [PacketType.PUBCOMP];
  const link = open(`mqtt://127.0.0.1:${between.port}`);
  // aedes keeps a session only for a client that is subscribed to something.
  await link.subscribe('else', 1);
  const sent = link.publish('a', bytes('once'), QOS_2);
  await expect.poll(() => between.swallowed.get(PacketType.PUBCOMP)).toBe(1);
  between.swallow = [];
  link.drop();
  await sent;
  expect(published.map(({ payload }) => payload.toString())).toEqual(['once']);
});
