import { connect as connectSocket, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  fixedClock,
  openOpensslPki,
  type OpensslPki,
  openTlsSite,
  startTestBroker,
  type TestBroker,
  type TlsSite,
} from '#core/testing';

/* On a laptop everything comes from 127.0.0.1: what one program does there must not shut out another. */

let pki: OpensslPki;
let site: TlsSite | null = null;
let test: TestBroker | null = null;
beforeAll(async () => {
  pki = await openOpensslPki();
  await pki.makeCa('ca');
  await pki.issue('broker', { as: 'server' });
  await pki.issue('other', { as: 'named' });
  for (const name of ['VIN1', 'revoked']) await pki.issue(name);
  await pki.revoke('revoked');
});
afterAll(() => pki.remove());
afterEach(async () => {
  await site?.close();
  await test?.close();
  site = null;
  test = null;
});

const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve());
  });

describe('a client with a certificate', () => {
  it('gets in from an address that is shut out for wrong passwords, at the same listener', async () => {
    const clock = fixedClock();
    const limits = { failuresPerAddress: 3, failuresPerUser: 2, lockoutMs: 60_000 };
    site = await openTlsSite(pki, { limits, clock });
    const login = (username: string, password = 'wrong') =>
      site!.connect(null, { username, password });
    for (const user of ['a', 'b', 'VIN1']) await expect(login(user)).rejects.toThrow();
    await expect(login('ann', 'ann')).rejects.toMatchObject({ code: 3 });
    const { url } = site.test.broker.endpoints[1]!;
    const own = { cert: await pki.text('VIN1.pem'), key: await pki.text('VIN1.key') };
    const at = new URL(url);
    const client = await site.connect('VIN1', { ...own, port: Number(at.port) });
    await client.publishAsync('VIN1/t', 'x', { qos: 1 });
    // The lock ends.
    clock.advance(60_000);
    await login('ann', 'ann');
  });

  it('gets in while a crowd has used up the connections of the listener for passwords', async () => {
    site = await openTlsSite(pki, { limits: { connectBurst: 3, connectsPerSecond: 0 } });
    const port = Number(new URL(site.test.broker.endpoints[1]!.url).port);
    for (let i = 0; i < 5; i += 1) {
      const socket = connectSocket(port, '127.0.0.1');
      const gone = closed(socket);
      socket.end('nonsense');
      await gone;
    }
    expect(await site.refused('TOO_MANY_CONNECTIONS')).toMatchObject({ address: '127.0.0.1' });
    await site.connect('VIN1');
  });
});

describe('a place', () => {
  it('is free again after a refused WebSocket handshake, though its peer never closes', async () => {
    const ws = { kind: 'ws', host: '127.0.0.1', port: 0 } as const;
    test = await startTestBroker({ users: ['ann'], listeners: [ws], limits: { clients: 2 } });
    const upgrade = (key: string): string =>
      `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n${key}sec-websocket-version: 13\r\n\r\n`;
    for (const bytes of [
      upgrade('origin: http://evil.example\r\n'),
      upgrade('sec-websocket-protocol: mqtt\r\n'),
      'GET / HTTP/1.1\r\nhost: a\r\n\r\n',
      upgrade(''),
    ]) {
      // Half open: it goes on sending after we have said goodbye.
      const socket = connectSocket({ port: test.port, host: '127.0.0.1', allowHalfOpen: true });
      const gone = closed(socket);
      const chatter = setInterval(() => socket.write('x'), 10);
      socket.resume().write(bytes);
      await gone;
      clearInterval(chatter);
    }
    const codes = test.events.map((event) => (event.kind === 'refused' ? event.code : ''));
    expect(codes).toEqual(Array(4).fill('WEBSOCKET_REFUSED'));
  });
});

describe('an overdue revocation list', () => {
  it('goes on keeping out what it names, lets others in, and is told once', async () => {
    // openssl makes it due in a day.
    const clock = fixedClock(Date.now() + 2 * 86_400_000);
    const told: string[] = [];
    site = await openTlsSite(pki, {
      clock,
      log: (level, message, detail) => told.push(`${level} ${String(detail?.['code'])} ${message}`),
    });
    await expect(site.connect('revoked')).rejects.toMatchObject({ code: 5 });
    expect(await site.refused()).toMatchObject({ code: 'CERT_REVOKED', cn: 'revoked' });
    await site.connect('VIN1', { clientId: 'one' });
    await site.connect('VIN1', { clientId: 'two' });
    expect(told).toEqual([
      expect.stringMatching(/^warn CRL_OVERDUE a newer revocation list was due/),
    ]);
  });
});
