import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBenchCa, type Identity } from '#core/pki';
import { systemClock, systemRandom } from '#core/ports';
import { type TempDir, tempDir } from '#core/testing';
import { defaultAcl } from '#core/acl';
import { exportMosquitto } from './index.ts';

/* Debian's Mosquitto, started from the exported folder as its README says. */
let dir: TempDir;
let broker: ChildProcess;
let port: number;
let good: Identity;
let revoked: Identity;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return free;
}

beforeAll(async () => {
  dir = await tempDir();
  port = await freePort();
  const ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Test CA' });
  const server = await ca.issue({ kind: 'server', cn: 'broker' });
  good = await ca.issue({ kind: 'client', cn: 'backend' });
  revoked = await ca.issue({ kind: 'client', cn: 'VIN1' });
  await ca.revoke(revoked.fingerprint);
  const files = exportMosquitto({
    caPem: ca.certPem,
    server,
    crlPem: ca.crlPem(),
    aclText: defaultAcl('vehicle/updates'),
    port,
    host: '127.0.0.1',
  });
  for (const { name, bytes } of files) {
    await mkdir(dirname(dir.join(name)), { recursive: true });
    await writeFile(dir.join(name), bytes);
  }
  for (const [name, { certPem, keyPem }] of [
    ['good', good],
    ['revoked', revoked],
  ] as const) {
    await writeFile(dir.join(`${name}.crt`), certPem);
    await writeFile(dir.join(`${name}.key`), keyPem);
  }
  // As root, Mosquitto would become a user who cannot read this folder.
  const extra = process.getuid?.() === 0 ? 'user root\n' : '';
  const conf = Buffer.from(files[0]!.bytes).toString();
  await writeFile(dir.join('mosquitto.conf'), extra + conf);
  broker = spawn('/usr/sbin/mosquitto', ['-c', 'mosquitto.conf', '-v'], {
    cwd: dir.join('.'),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    let text = '';
    broker.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(' running')) resolve();
    });
    broker.once('exit', () => {
      reject(new Error(text));
    });
  });
});
afterAll(async () => {
  const gone = once(broker, 'exit');
  broker.kill('SIGKILL');
  await gone;
  await dir.remove();
});

async function publish(args: string[]): Promise<number | null> {
  const topic = ['-q', '1', '-t', 'vehicle/updates/VIN1/command', '-m', '{}'];
  const place = ['-h', '127.0.0.1', '-p', String(port), '--cafile', dir.join('certs/ca.crt')];
  const child = spawn('mosquitto_pub', [...place, ...args, ...topic], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

describe('the exported folder', () => {
  it('starts Mosquitto, which serves a certificate of ours and nobody without', async () => {
    const as = (name: string): string[] => [
      '--cert',
      dir.join(`${name}.crt`),
      '--key',
      dir.join(`${name}.key`),
    ];
    expect(await publish(as('good'))).toBe(0);
    expect(await publish([])).not.toBe(0);
    expect(await publish(as('revoked'))).not.toBe(0);
  });
});
