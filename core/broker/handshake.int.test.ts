import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { type AddressInfo } from 'node:net';
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  HURRY,
  openOpensslPki,
  type OpensslPki,
  openTlsSite,
  type TlsSite,
  WELCOME,
} from '#core/testing';

let pki: OpensslPki;
let site: TlsSite;
beforeAll(async () => {
  pki = await openOpensslPki();
  await pki.makeCa('ca');
  await pki.makeCa('strangers');
  await pki.issue('broker', { as: 'server' });
  await pki.issue('renewed', { as: 'server' });
  await pki.issue('other', { as: 'named' });
  for (const name of ['VIN1', 'taken']) await pki.issue(name);
});
afterAll(() => pki.remove());
beforeEach(async () => {
  site = await openTlsSite(pki);
});
afterEach(() => site.close());

const say = async (bytes: Uint8Array): Promise<void> => {
  const socket = connectSocket(site.test.port, '127.0.0.1');
  const gone = closed(socket);
  socket.resume().write(bytes);
  await gone;
};

/** `once` of Node would take a reset for a failure. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket
      .on('error', () => undefined)
      .once('close', () => {
        resolve();
      });
  });
}

describe('what comes on the TLS port', () => {
  it.each([
    ['plain MQTT', HURRY],
    ['a web browser without TLS', Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n')],
    ['garbage', Buffer.from('garbage, garbage')],
  ])('is told for what it is: %s', async (_, bytes) => {
    await say(bytes);
    expect(await site.refused()).toMatchObject({ code: 'NOT_TLS', address: '127.0.0.1' });
    await site.connect('VIN1');
  });

  it('as a ClientHello of 200 kB is refused before it is read whole', async () => {
    const hello = Buffer.alloc(200_000);
    // Records of 16 KiB, the first with a handshake message that announces it all.
    const records: Buffer[] = [];
    hello.set([1, 0x03, 0x0d, 0x3c], 0);
    for (let at = 0; at < hello.length; at += 16_384) {
      const piece = hello.subarray(at, at + 16_384);
      records.push(Buffer.from([22, 3, 1, piece.length >> 8, piece.length & 255]), piece);
    }
    await say(Buffer.concat(records));
    const { kind } = await site.refused();
    expect(kind).toBe('refused');
    await site.connect('VIN1');
  });

  it.each([
    ['nothing at all', Buffer.alloc(0)],
    ['half a ClientHello', Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
  ])('in time or not at all: %s', async (_, bytes) => {
    await site.close();
    site = await openTlsSite(pki, { limits: { connectTimeoutMs: 150 } });
    await say(bytes);
    expect(await site.refused()).toMatchObject({
      code: 'HANDSHAKE_ABANDONED',
      detail: expect.stringContaining('in time') as string,
    });
    await site.connect('VIN1');
  });

  it('dribbled a byte at a time gains no time', async () => {
    await site.close();
    site = await openTlsSite(pki, { limits: { connectTimeoutMs: 300 } });
    const socket = connectSocket(site.test.port, '127.0.0.1');
    const gone = closed(socket.resume());
    const dribble = setInterval(() => socket.write(Buffer.from([22])), 20);
    socket.write(Buffer.from([22, 3, 1, 2, 0]));
    await gone;
    clearInterval(dribble);
    expect((await site.refused()).kind).toBe('refused');
  });

  it('as TLS without a CONNECT behind it is hung up on in time', async () => {
    await site.close();
    site = await openTlsSite(pki, { limits: { connectTimeoutMs: 150 } });
    const silent = await secure('VIN1');
    const gone = closed(silent.resume());
    silent.write(HURRY.subarray(0, 7));
    await gone;
    expect(await site.refused('PROTOCOL')).toMatchObject({
      detail: expect.stringContaining('did not arrive in time') as string,
    });
  });

  it('and hangs up at once, by the hundred, leaves nobody and nothing', async () => {
    const visits = Array.from({ length: 300 }, () => {
      const socket = connectSocket(site.test.port, '127.0.0.1');
      socket.on('connect', () => socket.resetAndDestroy());
      return closed(socket);
    });
    await Promise.all(visits);
    await site.connect('VIN1');
    expect(site.test.broker.clients()).toHaveLength(1);
  });
});

describe('the handshake', () => {
  it.each(['-tls1', '-tls1_1'])('refuses %s', async (version) => {
    const old = [version, '-cipher', 'DEFAULT@SECLEVEL=0'];
    expect((await site.sClient('VIN1', old)).code).not.toBe(0);
    expect(await site.refused()).toMatchObject({ code: 'TLS_VERSION' });
  });

  it.each(['-tls1_2', '-tls1_3'])('speaks %s', async (version) => {
    const { out } = await site.sClient('VIN1', [version]);
    expect(out.includes(WELCOME)).toBe(true);
  });

  it('speaks ciphers with forward secrecy and authentication only', async () => {
    const with12 = async (cipher: string): Promise<boolean> => {
      const { out } = await site.sClient('VIN1', ['-tls1_2', '-cipher', `${cipher}@SECLEVEL=0`]);
      return out.includes(WELCOME);
    };
    for (const weak of ['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA', 'AES128-SHA']) {
      expect(await with12(weak), weak).toBe(false);
    }
    expect(await site.refused('TLS_FAILED')).toMatchObject({
      detail: expect.stringContaining('no cipher in common') as string,
    });
    for (const good of ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-CCM']) {
      expect(await with12(good), good).toBe(true);
    }
  });

  it('offers mqtt by ALPN without demanding it, and takes nothing else', async () => {
    const alpn = async (): Promise<string> =>
      (await site.sClient(null, ['-alpn', 'h2,mqtt'], new Uint8Array())).out.toString();
    expect(await alpn()).toContain('ALPN protocol: mqtt');
    expect((await site.sClient('VIN1', ['-alpn', 'h2'])).code).not.toBe(0);
    expect(await site.refused('TLS_FAILED')).toMatchObject({
      detail: expect.stringContaining('ALPN') as string,
    });
    await site.test.broker.setTls(await site.material('renewed'));
    expect(await alpn()).toContain('ALPN protocol: mqtt');
  });

  it('says when a client does not trust the broker', async () => {
    await expect(site.connect('VIN1', { ca: await pki.text('strangers.pem') })).rejects.toThrow();
    const sent = await site.publish('VIN1', ['--cafile', pki.file('strangers.pem')]);
    expect(sent.code).not.toBe(0);
    expect(await site.refused('BROKER_NOT_TRUSTED')).toBeDefined();
  });
});

/** What each connection was left to resume by. */
const left = new WeakMap<TLSSocket, Buffer>();

async function secure(
  name: string,
  more: { port?: number; session?: Buffer; servername?: string; version?: string } = {},
): Promise<TLSSocket> {
  const { port = site.test.port, version, ...rest } = more;
  const own = { cert: await pki.text(`${name}.pem`), key: await pki.text(`${name}.key`) };
  const limit = version === undefined ? {} : { maxVersion: version as 'TLSv1.2' };
  const ca = await pki.text('ca.pem');
  const to = { host: '127.0.0.1', port, ca, ...own, ...limit, rejectUnauthorized: false, ...rest };
  const socket = connectTls(to);
  socket.on('error', () => undefined);
  // Of TLS 1.3 it comes when it likes, perhaps with the end of the handshake.
  socket.on('session', (session: Buffer) => left.set(socket, session));
  await once(socket, 'secureConnect');
  return socket;
}

/** A second connection with all that the first one left to resume by: was it resumed? */
async function resumes(name: string, more: Parameters<typeof secure>[1] = {}): Promise<boolean> {
  const first = await secure(name, more);
  const answered = once(first, 'data');
  first.write(HURRY.subarray(0, 18));
  await answered;
  const session = left.get(first) ?? first.getSession();
  first.destroy();
  const again = await secure(name, { ...more, ...(session ? { session } : {}) });
  // Gone with its handle, if asked later.
  const reused = again.isSessionReused();
  again.destroy();
  return reused;
}

describe('a session of TLS', () => {
  it.each([
    ['TLSv1.2', {}],
    ['TLSv1.3', {}],
    ['TLSv1.2', { servername: 'other.example' }],
    ['TLSv1.3', { servername: 'other.example' }],
  ])('is never resumed, by ticket, id or PSK: %s %o', async (version, more) => {
    expect(await resumes('VIN1', { ...more, version })).toBe(false);
    await site.test.broker.setTls(await site.material('renewed'));
    expect(await resumes('VIN1', { ...more, version })).toBe(false);
  });

  it.each(['TLSv1.2', 'TLSv1.3'])(
    'would be, by a server that gives tickets: %s',
    async (version) => {
      const { key, cert, ca } = await site.material();
      const asking = { key, cert, ca, requestCert: true };
      // Answers, and does not begin: its tickets go ahead of what it says.
      const plain = createServer(asking, (socket) => socket.once('data', () => socket.write('x')));
      plain.listen(0, '127.0.0.1');
      await once(plain, 'listening');
      const { port } = plain.address() as AddressInfo;
      expect(await resumes('VIN1', { port, version })).toBe(true);
      plain.close();
    },
  );

  it.each(['TLSv1.2', 'TLSv1.3'])(
    'does not carry a revoked certificate in: %s',
    async (version) => {
      const name = `taken${version.replace('.', '')}`;
      await pki.issue(name);
      const first = await secure(name, { version });
      const answered = once(first, 'data');
      first.write(HURRY.subarray(0, 18));
      expect((await answered)[0]).toEqual(WELCOME);
      const session = left.get(first) ?? first.getSession();
      const cut = closed(first);
      await pki.revoke(name);
      await site.test.broker.setTls(await site.material());
      await cut;
      const again = await secure(name, { version, ...(session ? { session } : {}) });
      const ended = closed(again);
      again.resume().write(HURRY.subarray(0, 18));
      await ended;
      expect(await site.refused('CERT_REVOKED')).toMatchObject({ cn: name });
      expect(site.test.broker.clients()).toEqual([]);
    },
  );
});
