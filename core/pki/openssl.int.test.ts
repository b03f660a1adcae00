import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TLSSocket, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { type BenchCa, type Identity, createBenchCa } from './index.ts';

/* OpenSSL reads what we issue. The test writes files because openssl does; the product never. */

let dir: string;
let ca: BenchCa;
let server: Identity;
let client: Identity;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ota-pki-'));
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Bench CA' });
  server = await ca.issue({ kind: 'server', cn: 'broker' });
  client = await ca.issue({ kind: 'client', cn: 'VIN1' });
  await Promise.all([
    writeFile(join(dir, 'ca.pem'), ca.certPem),
    writeFile(join(dir, 'server.pem'), server.certPem),
    writeFile(join(dir, 'client.pem'), client.certPem),
    writeFile(join(dir, 'client.key'), client.keyPem),
  ]);
});
afterAll(() => rm(dir, { recursive: true }));

async function openssl(...args: string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn('openssl', args, { cwd: dir, stdio: ['pipe', 'pipe', 'pipe'] });
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  await once(child, 'close');
  return { code: child.exitCode, text };
}

describe('what openssl says of our certificates', () => {
  it('verifies each for its purpose, strictly', async () => {
    const verify = ['verify', '-x509_strict', '-CAfile', 'ca.pem'];
    expect(await openssl(...verify, '-purpose', 'sslserver', 'server.pem')).toMatchObject({
      code: 0,
    });
    expect(await openssl(...verify, '-verify_ip', '127.0.0.1', 'server.pem')).toMatchObject({
      code: 0,
    });
    expect(await openssl(...verify, '-purpose', 'sslclient', 'client.pem')).toMatchObject({
      code: 0,
    });
    expect(await openssl(...verify, '-purpose', 'sslserver', 'client.pem')).toMatchObject({
      code: 2,
    });
    expect(await openssl(...verify, '-purpose', 'sslclient', 'server.pem')).toMatchObject({
      code: 2,
    });
  });

  it('shakes hands with s_client over mutual TLS', async () => {
    const seen: string[] = [];
    const listener = createServer(
      { key: server.keyPem, cert: server.certPem, ca: ca.certPem, requestCert: true },
      (socket: TLSSocket) => {
        seen.push(socket.getPeerCertificate().subject.CN as string);
        socket.on('error', () => undefined);
        socket.end('welcome\n');
      },
    );
    listener.on('tlsClientError', () => undefined);
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const address = ['-connect', `127.0.0.1:${String(port)}`];
    const trust = ['-CAfile', 'ca.pem', '-verify_return_error', '-verify_ip', '127.0.0.1'];
    const identity = ['-cert', 'client.pem', '-key', 'client.key'];
    try {
      const good = await openssl('s_client', ...address, ...trust, ...identity);
      expect(good.text).toContain('Verify return code: 0 (ok)');
      expect(good.text).toContain('welcome');
      expect(seen).toEqual(['VIN1']);
      const anonymous = await openssl('s_client', ...address, ...trust);
      expect(anonymous.text).not.toContain('welcome');
      expect(seen).toEqual(['VIN1']);
    } finally {
      listener.close();
    }
  });
});
