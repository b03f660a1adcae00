import { expect, it, onTestFinished } from 'vitest';
import { silentLog, systemClock } from '#core/ports';
import { PacketType, startBareBroker, startTcpProxy } from '#core/testing';
import { openLink, type Incoming, type Link, type LinkOptions, type LinkState } from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = ({ payload }: Incoming): string => new TextDecoder().decode(payload);
const QOS_1 = { qos: 1, retain: false } as const;

function open(url: string, more: Partial<LinkOptions> = {}): Link {
  const common = { clock: systemClock, log: silentLog, retryMs: 20, maxRetryMs: 50 };
  const link = openLink({ url, clientId: 'here', ...common, ...more });
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

function until(link: Link, kind: LinkState['kind']): Promise<LinkState> {
  const fits = (state: LinkState): boolean => state.kind === kind;
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

it('subscribes again after a broker that lost every session', async () => {
  const first = await startBareBroker();
  const link = open(first.url);
  const got: string[] = [];
  link.onMessage((message) => {
    got.push(text(message));
  });
  await link.subscribe('a', 1);
  await first.close();
  await until(link, 'lost');
  await broker({ port: first.port });
  await link.whenUp();
  await link.publish('a', bytes('again'), QOS_1);
  await expect.poll(() => got).toEqual(['again']);
});

it('subscribes once up when asked while down', async () => {
  const { port, close } = await startBareBroker();
  await close();
  const link = open(`mqtt://127.0.0.1:${port}`);
  const subscribed = link.subscribe('a', 1);
  await until(link, 'lost');
  await broker({ port });
  await subscribed;
});

it('names a refused subscription and a filter that is none', async () => {
  const { url } = await broker({
    authorizeSubscribe: (_client, subscription, done) => {
      done(null, subscription.topic === 'secret' ? null : subscription);
    },
  });
  const link = open(url);
  await expect(link.subscribe('secret', 1)).rejects.toMatchObject({ code: 'SUBSCRIBE_REFUSED' });
  await expect(link.subscribe('a/#/b', 1)).rejects.toMatchObject({ code: 'TOPIC_INVALID' });
  await expect(link.publish('a/+', bytes(''), QOS_1)).rejects.toMatchObject({
    code: 'TOPIC_INVALID',
  });
  await link.subscribe('open', 1);
});

it('a subscription that is never answered costs the connection, and is asked again', async () => {
  const { port } = await broker();
  const between = await startTcpProxy(port);
  onTestFinished(() => between.close());
  between.swallow = [PacketType.SUBACK];
  const link = open(`mqtt://127.0.0.1:${between.port}`, { publishTimeoutMs: 50 });
  await link.whenUp();
  const subscribed = link.subscribe('a', 1);
  expect(await until(link, 'lost')).toMatchObject({ code: 'TIMEOUT' });
  between.swallow = [];
  await subscribed;
});

it('notices a connection on which nothing comes any more', async () => {
  const { port } = await broker();
  const between = await startTcpProxy(port);
  onTestFinished(() => between.close());
  between.swallow = [PacketType.PINGRESP];
  const link = open(`mqtt://127.0.0.1:${between.port}`, { keepaliveSeconds: 1 });
  await link.whenUp();
  expect(await until(link, 'lost')).toMatchObject({ code: 'TIMEOUT' });
});
