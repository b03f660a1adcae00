import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLog, systemClock } from '#core/ports';
import { inTransaction, openDatabase } from '#core/storage';
import { PacketType, startBareBroker, startTcpProxy, tempDir } from '#core/testing';
import {
  createOutbox,
  openLink,
  type Link,
  type Outbox,
  type OutboxMessage,
  type OutboxResult,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function aMessage(key: string, topic = 'a'): OutboxMessage {
  return { key, topic, payload: bytes(key), qos: 1, retain: false };
}

async function broker(
  options: Parameters<typeof startBareBroker>[0] = {},
): ReturnType<typeof startBareBroker> {
  const started = await startBareBroker(options);
  onTestFinished(() => started.close());
  return started;
}

function open(port: number, clientId = 'backend'): Link {
  const link = openLink({
    url: `mqtt://127.0.0.1:${port}`,
    clientId,
    clock: systemClock,
    log: silentLog,
    retryMs: 10,
    maxRetryMs: 20,
    publishTimeoutMs: 50,
  });
  onTestFinished(() => link.close());
  return link;
}

type Db = ReturnType<typeof openDatabase>;
async function database(): Promise<Db> {
  const dir = await tempDir();
  onTestFinished(dir.remove);
  const db = openDatabase(dir.join('bench.db'));
  onTestFinished(() => {
    db.close();
  });
  return db;
}

function start(db: Db, link: Link): { outbox: Outbox; results: OutboxResult[] } {
  const outbox = createOutbox({ db, link, clock: systemClock, log: silentLog, firstDelayMs: 10 });
  onTestFinished(() => outbox.close());
  const results: OutboxResult[] = [];
  outbox.onResult((result) => {
    results.push(result);
  });
  return { outbox, results };
}

const payloads = ({ published }: { published: { payload: Buffer | string }[] }): string[] =>
  published.map(({ payload }) => payload.toString());

it('keeps messages until a broker is there, then sends them in order', async () => {
  const first = await startBareBroker();
  await first.close();
  const { outbox, results } = start(await database(), open(first.port));
  const keys = Array.from({ length: 50 }, (_, index) => `k${index}`);
  for (const key of keys) outbox.enqueue(aMessage(key));
  expect(outbox.pending()).toBe(50);
  expect(outbox.result('k0')).toEqual({ kind: 'waiting', key: 'k0' });
  const server = await broker({ port: first.port });
  await expect.poll(() => results.length).toBe(50);
  expect(payloads(server)).toEqual(keys);
  expect(results.every(({ kind }) => kind === 'acknowledged')).toBe(true);
  expect(outbox.pending()).toBe(0);
});

it('stores and sends a key once, and refuses it for another message', async () => {
  const server = await broker();
  const db = await database();
  const { outbox, results } = start(db, open(server.port));
  outbox.enqueue(aMessage('k'));
  outbox.enqueue(aMessage('k'));
  await expect.poll(() => results.length).toBe(1);
  outbox.enqueue(aMessage('k'));
  expect(outbox.pending()).toBe(0);
  expect(() => {
    outbox.enqueue({ ...aMessage('k'), payload: bytes('other') });
  }).toThrow(expect.objectContaining({ code: 'KEY_REUSED' }));
  expect(payloads(server)).toEqual(['k']);
});

it('sends nothing of a transaction that was rolled back', async () => {
  const server = await broker();
  const db = await database();
  const { outbox, results } = start(db, open(server.port));
  const work = (): void => {
    inTransaction(db, () => {
      outbox.enqueue(aMessage('undone'));
      throw new Error('no');
    });
  };
  expect(work).toThrow('no');
  outbox.enqueue(aMessage('done'));
  await expect.poll(() => results.length).toBe(1);
  expect(payloads(server)).toEqual(['done']);
  expect(outbox.result('undone')).toBeNull();
});

it('takes nothing but a PUBACK for success: without one it sends again, on a new connection too', async () => {
  const server = await broker();
  const between = await startTcpProxy(server.port);
  onTestFinished(() => between.close());
  between.swallow = [PacketType.PUBACK];
  const link = open(between.port);
  const { outbox, results } = start(await database(), link);
  outbox.enqueue(aMessage('first'));
  outbox.enqueue(aMessage('second'));
  const swallowed = (): number => between.swallowed.get(PacketType.PUBACK) ?? 0;
  let triesBeforeLoss = 0;
  link.onState(({ kind }) => {
    if (kind === 'lost' && triesBeforeLoss === 0) triesBeforeLoss = swallowed();
  });
  // Three tries on one connection, then at least one on the next.
  await expect.poll(() => swallowed()).toBeGreaterThanOrEqual(4);
  expect(triesBeforeLoss).toBe(3);
  expect(results).toEqual([]);
  between.swallow = [];
  await expect.poll(() => results.length).toBe(2);
  const sent = payloads(server);
  expect(sent.filter((payload) => payload === 'second')).toHaveLength(1);
  expect(sent.at(-1)).toBe('second');
});

it('parks what the broker denies by closing, and delivers everything else', async () => {
  let denied = 0;
  const server = await broker({
    authorizePublish: (_client, { topic }, done) => {
      if (topic === 'denied') denied += 1;
      done(topic === 'denied' ? new Error('denied') : null);
    },
  });
  const { outbox, results } = start(await database(), open(server.port));
  outbox.enqueue(aMessage('bad', 'denied'));
  for (let index = 0; index < 40; index += 1) outbox.enqueue(aMessage(`k${index}`, `t${index}`));
  outbox.enqueue(aMessage('after', 't0'));
  await expect.poll(() => results.length).toBe(42);
  const parked = results.filter(({ kind }) => kind === 'parked');
  expect(parked).toMatchObject([{ key: 'bad', code: 'REFUSED' }]);
  expect(outbox.result('bad')).toMatchObject({ kind: 'parked', code: 'REFUSED' });
  expect(denied).toBeGreaterThanOrEqual(3);
  const sent = new Set(payloads(server));
  expect(sent.size).toBe(41);
});

it('does not give up a message because the broker died under it again and again', async () => {
  const accepted = vi.fn();
  // Takes every publish and never answers.
  const silent = (): Promise<Awaited<ReturnType<typeof startBareBroker>>> =>
    startBareBroker({ port, authorizePublish: accepted });
  let port = 0;
  let server = await silent();
  port = server.port;
  const link = open(port);
  const { outbox, results } = start(await database(), link);
  outbox.enqueue(aMessage('k'));
  for (let death = 1; death <= 4; death += 1) {
    // At once, while the message is still in flight.
    await expect.poll(() => accepted.mock.calls.length, { interval: 1 }).toBeGreaterThan(0);
    accepted.mockClear();
    const refused = new Promise((resolve) => {
      link.onState((state) => {
        if (state.kind === 'lost' && state.code === 'CONNECTION_REFUSED') resolve(undefined);
      });
    });
    await server.close();
    await refused;
    accepted.mockClear();
    if (death < 4) server = await silent();
  }
  expect(outbox.result('k')).toEqual({ kind: 'waiting', key: 'k' });
  await broker({ port });
  await expect.poll(() => results.length).toBe(1);
  expect(results).toEqual([{ kind: 'acknowledged', key: 'k' }]);
});

it('goes on where another outbox on the same database was closed', async () => {
  const first = await startBareBroker();
  await first.close();
  const db = await database();
  const link = open(first.port);
  const early = createOutbox({ db, link, clock: systemClock, log: silentLog });
  early.enqueue(aMessage('k'));
  await early.close();
  const server = await broker({ port: first.port });
  const { results } = start(db, link);
  await expect.poll(() => results.length).toBe(1);
  expect(payloads(server)).toEqual(['k']);
});

it('refuses a topic that cannot be published to at once', async () => {
  const server = await broker();
  const { outbox } = start(await database(), open(server.port));
  expect(() => {
    outbox.enqueue(aMessage('k', 'a/#'));
  }).toThrow(expect.objectContaining({ code: 'TOPIC_INVALID' }));
  expect(outbox.pending()).toBe(0);
});

it('two senders on one database send by their own links', async () => {
  const server = await broker();
  const senders = new Map<string, string | undefined>();
  server.aedes.on('publish', ({ payload }, client) => {
    if (client) senders.set(payload.toString(), client.id);
  });
  const db = await database();
  const backend = start(db, open(server.port));
  const gatekeeper = start(db, open(server.port, 'gatekeeper'));
  backend.outbox.enqueue({ ...aMessage('k'), payload: bytes('of the backend') });
  gatekeeper.outbox.enqueue({ ...aMessage('k'), payload: bytes('of the gatekeeper') });
  await expect.poll(() => backend.results.length + gatekeeper.results.length).toBe(2);
  expect(Object.fromEntries(senders)).toEqual({
    'of the backend': 'backend',
    'of the gatekeeper': 'gatekeeper',
  });
});

it('does not send again and again what it cannot mark as acknowledged', async () => {
  const server = await broker();
  const db = await database();
  const pauses = Array.from({ length: 2 }, () => Promise.withResolvers<undefined>());
  let paused = 0;
  const clock = {
    ...systemClock,
    sleep: async (ms: number, signal?: AbortSignal): Promise<void> => {
      if (ms < 60_000) return systemClock.sleep(ms, signal);
      await pauses[paused++]?.promise;
    },
  };
  const link = open(server.port);
  const outbox = createOutbox({ db, link, clock, log: silentLog });
  onTestFinished(() => outbox.close());
  db.exec(`CREATE TRIGGER full_disk BEFORE UPDATE OF state ON outbox
    BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`);
  outbox.enqueue(aMessage('k'));
  await expect.poll(() => paused).toBe(1);
  expect(payloads(server)).toEqual(['k']);
  pauses[0]?.resolve(undefined);
  await expect.poll(() => paused).toBe(2);
  expect(payloads(server)).toEqual(['k', 'k']);
  db.exec('DROP TRIGGER full_disk');
  pauses[1]?.resolve(undefined);
  await expect.poll(() => outbox.pending()).toBe(0);
  expect(payloads(server)).toEqual(['k', 'k', 'k']);
});
