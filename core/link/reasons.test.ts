import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { silentLog, systemClock } from '#core/ports';
import { openLink, reasonWords, type Link } from './index.ts';

const SAYS = Buffer.from('\u0000\u0007ask Ann');
/** Property 31 (reason string) and 38 (user property "k" = "v"). */
const PROPERTIES = Buffer.concat([
  Buffer.from([0x1f]),
  SAYS,
  Buffer.from([0x26, 0, 1, 0x6b, 0, 1, 0x76]),
]);
const withLength = (first: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from([first, body.length]), body]);
const properties = withLength(0, PROPERTIES).subarray(1);
const ACCEPTED = Buffer.from([0x20, 3, 0, 0, 0]);

/** A broker of a few bytes: real ones rarely give reason strings. */
async function broker(answer: (packet: Buffer) => Buffer | null): Promise<Link> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      const reply = answer(chunk);
      if (reply) socket.write(reply);
    });
    onTestFinished(() => void socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `mqtt://127.0.0.1:${port}`;
  const common = { clock: systemClock, log: silentLog, protocolVersion: 5 } as const;
  const link = openLink({ url, clientId: 'x', retryMs: 20_000, ...common });
  onTestFinished(async () => {
    server.close();
    link.drop();
    await link.close();
  });
  return link;
}

const isConnect = (packet: Buffer): boolean => packet[0] === 0x10;

it('shows what CONNACK says besides its code', async () => {
  const refusal = withLength(0x20, Buffer.concat([Buffer.from([0, 0x8a]), properties]));
  const link = await broker(() => refusal);
  await expect(link.whenUp()).rejects.toMatchObject({
    code: 'NOT_AUTHORISED',
    reason: expect.stringContaining('it says "ask Ann"') as string,
    answer: {
      ...{ packet: 'CONNACK', code: 138, words: 'banned', reasonString: 'ask Ann' },
      user: [['k', 'v']],
    },
  });
});

it('shows what PUBACK, SUBACK and DISCONNECT say', async () => {
  const link = await broker((packet) => {
    if (isConnect(packet)) return ACCEPTED;
    // PUBLISH of QoS 1 to the topic "a": its packet identifier stands behind the topic.
    if (packet[0] === 0x32) {
      const id = packet.subarray(5, 7);
      return withLength(0x40, Buffer.concat([id, Buffer.from([0x97]), properties]));
    }
    if (packet[0] === 0x82) {
      const id = packet.subarray(2, 4);
      return withLength(0x90, Buffer.concat([id, properties, Buffer.from([0xa2])]));
    }
    if (packet[0] === 0x30)
      return withLength(0xe0, Buffer.concat([Buffer.from([0x96]), properties]));
    return null;
  });
  await link.whenUp();
  await expect(
    link.publish('a', new Uint8Array(0), { qos: 1, retain: false }),
  ).rejects.toMatchObject({
    code: 'REFUSED',
    reason: expect.stringContaining('quota exceeded (151), it says "ask Ann"') as string,
  });
  await expect(link.subscribe('a/#', 1)).rejects.toMatchObject({
    code: 'SUBSCRIBE_REFUSED',
    reason: expect.stringContaining('wildcard subscriptions not supported (162)') as string,
    answer: { reasonString: 'ask Ann' },
  });
  const gone = new Promise((resolve) => {
    link.onState((state) => {
      if (state.kind === 'lost') resolve(state);
    });
  });
  await link.publish('a', new Uint8Array(0), { qos: 0, retain: false });
  expect(await gone).toMatchObject({
    code: 'CLOSED_BY_BROKER',
    reason: 'the broker closed: message rate too high (150), it says "ask Ann"',
  });
});

it('has words for every reason code that MQTT 5 lists, and says so of others', () => {
  const listed = [0, 1, 2, 4, 16, 17, 24, 25, ...Array.from({ length: 35 }, (_, i) => 128 + i)];
  for (const code of listed) expect(reasonWords(code)).not.toMatch(/does not list/);
  expect(reasonWords(99)).toContain('99');
});
