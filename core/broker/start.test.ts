import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:net';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBenchCa } from '#core/pki';
import { systemClock, systemRandom } from '#core/ports';
import { startTestBroker, tempDir, type TempDir } from '#core/testing';
import { createCredentials } from './index.ts';

let folder: TempDir;
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(() => folder.remove());

const local = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
const start = (options: Parameters<typeof startTestBroker>[0]) =>
  startTestBroker({ dir: folder.join('broker'), users: ['ann'], ...options });

/** The library types its events too narrowly for node's `once`. */
function heard(client: MqttClient, event: 'connect' | 'close'): Promise<void> {
  return new Promise((resolve) => {
    client.once(event, () => {
      resolve();
    });
  });
}

async function busyPort(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

describe('startBroker', () => {
  it('names a port in use and leaves nothing open', async () => {
    const { server, port } = await busyPort();
    const free = await busyPort();
    free.server.close();
    await once(free.server, 'close');
    const listeners = [
      { ...local, port: free.port },
      { ...local, port },
    ];
    await expect(start({ listeners })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(String(port)) as unknown,
    });
    server.close();
    await once(server, 'close');
    // The first listener's port and the folder are free again.
    const broker = await start({ listeners });
    expect(broker.broker.endpoints.map((endpoint) => endpoint.port)).toEqual([free.port, port]);
    await broker.close();
  });

  it('does not leave this machine unless told to', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
      await expect(start({ listeners: [{ ...local, host }] })).rejects.toMatchObject({
        code: 'REMOTE_NOT_ALLOWED',
      });
    }
    const broker = await start({ listeners: [{ ...local, host: '0.0.0.0', allowRemote: true }] });
    await broker.close();
  });

  it('names an address that is not this machine’s', async () => {
    const listeners = [{ ...local, host: '192.0.2.1', allowRemote: true }];
    await expect(start({ listeners })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  });

  it('names a folder it cannot read, and what to do', async () => {
    const broker = await start({});
    await broker.close();
    await writeFile(folder.join('broker', 'CURRENT'), 'garbage');
    await expect(start({})).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      next: expect.stringContaining(folder.join('broker')) as unknown,
    });
    await writeFile(folder.join('file'), '');
    await expect(start({ dir: folder.join('file') })).rejects.toMatchObject({
      code: 'STORE_UNUSABLE',
    });
  });

  it('refuses a folder another broker has open', async () => {
    const broker = await start({});
    await expect(start({})).rejects.toMatchObject({ code: 'STORE_BUSY' });
    await broker.close();
  });

  it('closes while clients are connected, and twice', async () => {
    const broker = await start({ acl: 'user ann\ntopic #' });
    const client = await connectAsync(broker.url, {
      username: 'ann',
      password: 'ann',
      reconnectPeriod: 0,
    });
    const gone = heard(client, 'close');
    await Promise.all([broker.close(), broker.close()]);
    await gone;
    await expect(connectAsync(broker.url, { reconnectPeriod: 0 }, false)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

describe('a TLS listener', () => {
  it('knows a client by the name in its certificate, and nobody else', async () => {
    const ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Bench CA' });
    const other = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Other' });
    const server = await ca.issue({ kind: 'server', cn: 'broker' });
    const vin = await ca.issue({ kind: 'client', cn: 'VIN1' });
    const stranger = await other.issue({ kind: 'client', cn: 'VIN1' });
    const tls = {
      kind: 'tls',
      host: '127.0.0.1',
      port: 0,
      key: server.keyPem,
      cert: server.certPem,
      ca: ca.certPem,
    } as const;
    const broker = await start({
      acl: 'pattern %u/#',
      listeners: [
        { ...tls, clientCertificates: 'required' },
        { ...tls, clientCertificates: 'none' },
      ],
    });
    const [mutual, password] = broker.broker.endpoints.map(({ url }) => url);
    const base: IClientOptions = { ca: ca.certPem, reconnectPeriod: 0, connectTimeout: 2_000 };
    const as = ({ certPem, keyPem }: { certPem: string; keyPem: string }): IClientOptions => ({
      ...base,
      cert: certPem,
      key: keyPem,
    });
    try {
      const client = await connectAsync(mutual!, as(vin));
      expect(broker.broker.clients()).toMatchObject([{ user: 'VIN1' }]);
      await client.publishAsync('VIN1/x', '', { qos: 1 });
      await client.endAsync();
      const byPassword = await connectAsync(password!, {
        ...base,
        username: 'ann',
        password: 'ann',
      });
      expect(broker.broker.clients()).toContainEqual(expect.objectContaining({ user: 'ann' }));
      await byPassword.endAsync();
      await expect(connectAsync(password!, base, false)).rejects.toMatchObject({ code: 5 });
      await expect(connectAsync(mutual!, base, false)).rejects.toThrow();
      await expect(connectAsync(mutual!, as(stranger), false)).rejects.toThrow();
      await expect(
        connectAsync(
          mutual!,
          { ...as(vin), maxVersion: 'TLSv1.1', minVersion: 'TLSv1' } as IClientOptions,
          false,
        ),
      ).rejects.toThrow();
      expect(new X509Certificate(server.certPem).checkIP('127.0.0.1')).toBeDefined();
    } finally {
      await broker.close();
    }
    await expect(
      start({ listeners: [{ ...tls, key: vin.keyPem, clientCertificates: 'required' }] }),
    ).rejects.toMatchObject({ code: 'TLS_INVALID' });
  });
});

describe('createCredentials', () => {
  it('knows the password, the changed one, and nobody it was not told of', async () => {
    const credentials = createCredentials(systemRandom);
    await credentials.set('ann', 'old');
    expect(await credentials.verify('ann', 'old')).toBe(true);
    expect(await credentials.verify('ann', Buffer.from('old'))).toBe(true);
    expect(await credentials.verify('ann', 'Old')).toBe(false);
    expect(await credentials.verify('ann', '')).toBe(false);
    expect(await credentials.verify('eve', 'old')).toBe(false);
    await credentials.set('ann', 'new');
    expect(await credentials.verify('ann', 'old')).toBe(false);
    expect(await credentials.verify('ann', 'new')).toBe(true);
    credentials.remove('ann');
    expect(await credentials.verify('ann', 'new')).toBe(false);
  });
});
