import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLog, systemClock, type Log } from '#core/ports';
import { startBareBroker, type BareBroker } from '#core/testing';
import { openLink, type Incoming, type Link } from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = ({ payload }: Incoming): string => new TextDecoder().decode(payload);
const QOS_1 = { qos: 1, retain: false } as const;

function open(broker: BareBroker, clientId: string, log: Log = silentLog, maxRetryMs = 50): Link {
  const { url } = broker;
  const retryMs = Math.max(20, maxRetryMs - 30);
  const link = openLink({ url, clientId, clock: systemClock, log, retryMs, maxRetryMs });
  onTestFinished(() => link.close());
  return link;
}

async function broker(): Promise<BareBroker> {
  const started = await startBareBroker();
  onTestFinished(() => started.close());
  return started;
}

async function reconnect(link: Link): Promise<void> {
  const lost = new Promise((resolve) => {
    const undo = link.onState((state) => {
      if (state.kind !== 'lost') return;
      undo();
      resolve(undefined);
    });
  });
  link.drop();
  await lost;
  await link.whenUp();
}

const QOSES = [1, 2] as const;

it.each(QOSES)(
  'QoS %i: a handler that has not finished makes the broker deliver again',
  async (qos) => {
    const server = await broker();
    // It does not come back: two under one client id would throw each other out.
    const receiver = open(server, 'receiver', silentLog, 600_000);
    const stuck = Promise.withResolvers<undefined>();
    const first: string[] = [];
    receiver.onMessage(async (message) => {
      first.push(text(message));
      await stuck.promise;
    });
    await receiver.subscribe('a', qos);
    const sender = open(server, 'sender');
    await sender.whenUp();
    await sender.publish('a', bytes('1'), { qos, retain: false });
    await expect.poll(() => first.length).toBe(1);
    // As after a crash: another process under the same client id, whose memory is empty.
    server.hangUp();
    const second = open(server, 'receiver');
    const again: string[] = [];
    second.onMessage((message) => {
      again.push(text(message));
    });
    await expect.poll(() => again).toEqual(['1']);
    stuck.resolve(undefined);
  },
);

it.each(QOSES)('QoS %i: a handled message does not come again', async (qos) => {
  const server = await broker();
  const receiver = open(server, 'receiver');
  const got: string[] = [];
  receiver.onMessage((message) => {
    got.push(text(message));
  });
  await receiver.subscribe('a', qos);
  const sender = open(server, 'sender');
  await sender.whenUp();
  await sender.publish('a', bytes('1'), { qos, retain: false });
  await expect.poll(() => got.length).toBe(1);
  // Its acknowledgment has been read by the broker once a later publish of ours is acknowledged.
  await receiver.publish('fence', bytes(''), QOS_1);
  await reconnect(receiver);
  await sender.publish('a', bytes('2'), { qos, retain: false });
  await expect.poll(() => got).toEqual(['1', '2']);
});

it('QoS 2: a copy that comes while the first is still being handled is not handed over', async () => {
  const server = await broker();
  const receiver = open(server, 'receiver');
  const gate = Promise.withResolvers<undefined>();
  const got: string[] = [];
  receiver.onMessage(async (message) => {
    got.push(text(message));
    await gate.promise;
  });
  await receiver.subscribe('a', 2);
  const sender = open(server, 'sender');
  await sender.whenUp();
  await sender.publish('a', bytes('1'), { qos: 2, retain: false });
  await expect.poll(() => got.length).toBe(1);
  await reconnect(receiver);
  gate.resolve(undefined);
  await sender.publish('a', bytes('2'), { qos: 2, retain: false });
  await expect.poll(() => got).toEqual(['1', '2']);
});

it('a handler may wait for its own publish: acknowledgments pass it', async () => {
  const server = await broker();
  const link = open(server, 'gatekeeper');
  const answers: string[] = [];
  link.onMessage(async ({ topic }) => {
    await link.publish('status', bytes(`to ${topic}`), QOS_1);
    answers.push(topic);
  });
  await link.subscribe('issue/+', 1);
  const sender = open(server, 'sender');
  await sender.whenUp();
  for (const name of ['1', '2', '3']) await sender.publish(`issue/${name}`, bytes(''), QOS_1);
  await expect.poll(() => answers).toEqual(['issue/1', 'issue/2', 'issue/3']);
});

it('a message that breaks its handler is logged and acknowledged once', async () => {
  const server = await broker();
  const log = vi.fn<Log>();
  const receiver = open(server, 'receiver', log);
  const got: string[] = [];
  receiver.onMessage((message) => {
    got.push(text(message));
    if (text(message) === 'poison') throw new Error('cannot');
  });
  await receiver.subscribe('a', 1);
  const sender = open(server, 'sender');
  await sender.whenUp();
  await sender.publish('a', bytes('poison'), QOS_1);
  await sender.publish('a', bytes('fine'), QOS_1);
  await expect.poll(() => got.length).toBe(2);
  await receiver.publish('fence', bytes(''), QOS_1);
  await reconnect(receiver);
  await sender.publish('a', bytes('later'), QOS_1);
  await expect.poll(() => got).toEqual(['poison', 'fine', 'later']);
  expect(log).toHaveBeenCalledWith('error', expect.stringContaining('a'), expect.anything());
});

it('messages wait for the first handler, and are handled one at a time in order', async () => {
  const server = await broker();
  const receiver = open(server, 'receiver');
  await receiver.subscribe('a', 1);
  const sender = open(server, 'sender');
  await sender.whenUp();
  const names = Array.from({ length: 20 }, (_, index) => String(index));
  for (const name of names) await sender.publish('a', bytes(name), QOS_1);
  const got: string[] = [];
  let running = 0;
  receiver.onMessage(async (message) => {
    running += 1;
    expect(running).toBe(1);
    await new Promise(setImmediate);
    got.push(text(message));
    running -= 1;
  });
  await expect.poll(() => got).toEqual(names);
});

it('takes no more than it can hold, and gets the rest from the broker, in order', async () => {
  const server = await broker();
  const receiver = open(server, 'receiver');
  await receiver.subscribe('a', 1);
  const sender = open(server, 'sender');
  await sender.whenUp();
  const names = Array.from({ length: 1_500 }, (_, index) => String(index));
  await Promise.all(names.map((name) => sender.publish('a', bytes(name), QOS_1)));
  const got = new Set<string>();
  receiver.onMessage((message) => {
    got.add(text(message));
  });
  await expect.poll(() => got.size).toBe(names.length);
  expect([...got]).toEqual(names);
});

it('close waits for the message in hand and acknowledges it', async () => {
  const server = await broker();
  const receiver = open(server, 'receiver');
  const gate = Promise.withResolvers<undefined>();
  const got: string[] = [];
  receiver.onMessage(async (message) => {
    got.push(text(message));
    await gate.promise;
  });
  await receiver.subscribe('a', 1);
  const sender = open(server, 'sender');
  await sender.whenUp();
  await sender.publish('a', bytes('in hand'), QOS_1);
  await sender.publish('a', bytes('not begun'), QOS_1);
  await expect.poll(() => got.length).toBe(1);
  const closed = receiver.close();
  gate.resolve(undefined);
  await closed;
  const next = open(server, 'receiver');
  const later: string[] = [];
  next.onMessage((message) => {
    later.push(text(message));
  });
  await expect.poll(() => later).toEqual(['not begun']);
});

it('a tap is told of every message of a burst, once, however many come at once', async () => {
  const server = await broker();
  const got: string[] = [];
  const log = vi.fn<Log>();
  const states: string[] = [];
  const receiver = openLink({
    ...{ url: server.url, clientId: 'recorder', clock: systemClock, log, clean: true },
    tap: (message) => {
      got.push(text(message));
      if (text(message) === '7') throw new Error('cannot');
    },
  });
  onTestFinished(() => receiver.close());
  receiver.onState(({ kind }) => states.push(kind));
  await receiver.subscribe('a', 2);
  const sender = open(server, 'sender');
  await sender.whenUp();
  const names = Array.from({ length: 5_000 }, (_, index) => String(index));
  await Promise.all(
    names.map((name, index) =>
      sender.publish('a', bytes(name), { qos: index % 50 === 0 ? 1 : 0, retain: false }),
    ),
  );
  await expect.poll(() => got.length).toBeGreaterThanOrEqual(names.length);
  // In which order QoS 1 and QoS 0 come is that broker's to say.
  expect(got.toSorted((a, b) => Number(a) - Number(b))).toEqual(names);
  expect(states).not.toContain('lost');
  expect(log).toHaveBeenCalledWith(
    'error',
    expect.stringContaining('taken down'),
    expect.anything(),
  );
});
