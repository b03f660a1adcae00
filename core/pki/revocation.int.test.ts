import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { type Openssl, type TempDir, opensslIn, tempDir } from '#core/testing';
import { type BenchCa, type Identity, createBenchCa } from './index.ts';

/* The revocation list where it counts: in Node's TLS and in Mosquitto. */

let dir: TempDir;
let openssl: Openssl;
let ca: BenchCa;
let server: Identity;
let good: Identity;
let bad: Identity;
beforeAll(async () => {
  dir = await tempDir();
  openssl = opensslIn(dir);
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Bench CA' });
  server = await ca.issue({ kind: 'server', cn: 'broker' });
  good = await ca.issue({ kind: 'client', cn: 'GOOD' });
  bad = await ca.issue({ kind: 'client', cn: 'BAD' });
  await ca.revoke(bad.fingerprint);
});
afterAll(async () => {
  await ca.close();
  await dir.remove();
});

describe('a revoked certificate', () => {
  it('is refused by Node’s TLS, and another one is not', async () => {
    const { keyPem: key, certPem: cert } = server;
    const trust = { ca: ca.certPem, crl: ca.crlPem(), requestCert: true };
    // Node would only hang up; asked to let us decide, it says why.
    const own = { key, cert, ...trust, rejectUnauthorized: false };
    const listener = createServer(own, (socket) => {
      socket.end(socket.authorized ? 'welcome' : String(socket.authorizationError));
    });
    listener.listen(0, '127.0.0.1');
    onTestFinished(() => void listener.close());
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const greeting = async (who: Identity): Promise<string> => {
      const socket = connect({ port, ca: ca.certPem, key: who.keyPem, cert: who.certPem });
      let text = '';
      socket.on('data', (data: Buffer) => (text += data.toString()));
      socket.on('error', (error) => (text += (error as NodeJS.ErrnoException).code ?? ''));
      await once(socket, 'close').catch(() => undefined);
      return text;
    };
    expect(await greeting(good)).toBe('welcome');
    expect(await greeting(bad)).toBe('CERT_REVOKED');
  });

  it('is refused by Mosquitto, and another one is not', async () => {
    const probe = createTcpServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    const files = {
      'ca.pem': ca.certPem,
      'crl.pem': ca.crlPem(),
      'server.pem': server.certPem,
      'server.key': server.keyPem,
      'good.pem': good.certPem,
      'good.key': good.keyPem,
      'bad.pem': bad.certPem,
      'bad.key': bad.keyPem,
      'mosquitto.conf': [
        `listener ${port} 127.0.0.1`,
        // Mosquitto gives up its rights before it reads the files.
        'user root',
        ...['cafile ca.pem', 'crlfile crl.pem', 'certfile server.pem', 'keyfile server.key'].map(
          (line) => line.replace(' ', ` ${dir.path}/`),
        ),
        'require_certificate true',
        'use_identity_as_username true',
        'log_dest stderr',
        '',
      ].join('\n'),
    };
    for (const [name, content] of Object.entries(files)) await openssl.write(name, content);
    const broker = spawn('/usr/sbin/mosquitto', ['-c', dir.join('mosquitto.conf')]);
    onTestFinished(() => void broker.kill());
    let log = '';
    await new Promise<void>((resolve, reject) => {
      broker.once('exit', () => reject(new Error(log)));
      broker.stderr.on('data', (data: Buffer) => {
        log += data.toString();
        if (log.includes(' running')) resolve();
      });
    });
    const publish = async (who: string): Promise<number | null> => {
      const tls = ['--cafile', 'ca.pem', '--cert', `${who}.pem`, '--key', `${who}.key`];
      const words = [
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        ...tls,
        '-t',
        'x',
        '-m',
        'x',
        '-q',
        '1',
      ];
      const child = spawn('mosquitto_pub', words, { cwd: dir.path, stdio: 'ignore' });
      await once(child, 'exit');
      return child.exitCode;
    };
    expect(await publish('good')).toBe(0);
    expect(await publish('bad')).not.toBe(0);
    expect(log).toContain("u'GOOD'");
  });
});
