import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SubscriptionMode } from '#core/contract';
import { silentLog } from '#core/ports';
import {
  aBench,
  memoryKeychain,
  tempDir,
  type TempDir,
  whenCompleted,
  whenTrust,
} from '#core/testing';
import { openKeychainVault } from '#core/vault';
import { type Bench, DEMO_VIN as vin } from '../index.ts';

let folder: TempDir;
const open: Bench[] = [];
const brokers: ChildProcess[] = [];
beforeEach(async () => {
  folder = await tempDir();
});
afterEach(async () => {
  for (const bench of open.splice(0)) await bench.close();
  for (const child of brokers.splice(0)) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  await folder.remove();
});

async function running(options: Parameters<typeof aBench>[1] = {}): Promise<Bench> {
  const bench = await aBench(folder.join('workspace'), options);
  open.push(bench);
  return bench;
}

describe.each<SubscriptionMode>(['refuse-suback', 'deliver-only'])('trying live, %s', (mode) => {
  it('sees what is allowed and what is not, and disturbs nobody', async () => {
    const bench = await running({ settings: { subscriptions: mode } });
    await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    const { tryLive } = bench.client.acl;
    expect(await tryLive({ identity: vin, flow: 'inventory', access: 'write', vin })).toEqual({
      allowed: true,
      detail: expect.stringContaining('acknowledged') as string,
    });
    expect(await tryLive({ identity: vin, flow: 'command', access: 'read', vin })).toMatchObject({
      allowed: true,
    });
    const write = await tryLive({ identity: vin, flow: 'command', access: 'write', vin });
    expect(write.allowed).toBe(false);
    expect(write.detail).toContain('no line of the access list allows it');
    const read = await tryLive({ identity: 'gatekeeper', flow: 'progress', access: 'read', vin });
    expect(read.allowed).toBe(false);
    expect(read.detail).toMatch(mode === 'deliver-only' ? /not delivered/ : /may not read/);
    expect(
      bench
        .view()
        .links.map(({ who, state }) => `${who} ${state}`)
        .sort(),
    ).toEqual([`${vin} up`, 'backend up', 'gatekeeper up']);
    // The probe on a retained topic did not take the place of what the vehicle had said.
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
  });
});

describe('trying live', () => {
  it('needs a broker, and somebody whose certificate or password is here', async () => {
    const bench = await running();
    const { tryLive } = bench.client.acl;
    const wanted = { identity: 'stranger', flow: 'status', access: 'read', vin } as const;
    await expect(tryLive(wanted)).rejects.toMatchObject({ data: { code: 'BROKER_OFF' } });
    await bench.client.bench.start({ roles: ['broker'] });
    await expect(tryLive(wanted)).rejects.toMatchObject({ data: { code: 'CREDENTIALS_MISSING' } });
  });

  it('says so when the identity is not even let in', async () => {
    const bench = await running();
    await bench.client.bench.start({ roles: ['broker', 'backend'] });
    const { certificates } = await whenTrust(bench, (trust) =>
      trust.certificates.some(({ usedBy }) => usedBy.includes('backend')),
    );
    const { fingerprint } = certificates.find(({ usedBy }) => usedBy.includes('backend'))!;
    await bench.client.trust.revoke({ fingerprint });
    const wanted = { identity: 'backend', flow: 'command', access: 'write', vin } as const;
    expect(await bench.client.acl.tryLive(wanted)).toEqual({
      allowed: false,
      detail: expect.stringMatching(/^backend was not let in: .*revoked/) as string,
    });
  });

  it('says that it cannot tell, where nobody may write what is to be read', async () => {
    const bench = await running({ settings: { subscriptions: 'deliver-only' } });
    await bench.client.bench.start({ roles: ['broker'] });
    await bench.client.acl.set({ text: `user ${vin}\ntopic read vehicle/updates/#\n` });
    const wanted = { identity: vin, flow: 'command', access: 'read', vin } as const;
    await expect(bench.client.acl.tryLive(wanted)).rejects.toMatchObject({
      data: { code: 'PROBE_INCONCLUSIVE' },
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('the exported Mosquitto', () => {
  it('takes the broker’s place: an update goes through it, and rights can be tried at it', async () => {
    const keychain = memoryKeychain();
    const vault = await openKeychainVault({ workspaceId: 'w', log: silentLog, keychain });
    const bench = await running({ vault: { vault } });
    const port = await freePort();
    const { name, base64 } = await bench.client.mosquitto.export({ port });
    expect(name).toBe('mosquitto.zip');
    for (const [file, bytes] of Object.entries(unzipSync(Buffer.from(base64, 'base64')))) {
      await mkdir(dirname(folder.join('mosquitto', file)), { recursive: true });
      // As root, Mosquitto would become a user who cannot read this folder.
      const root = file === 'mosquitto.conf' && process.getuid?.() === 0 ? 'user root\n' : '';
      await writeFile(folder.join('mosquitto', file), root + strFromU8(bytes));
    }
    const child = spawn('/usr/sbin/mosquitto', ['-c', 'mosquitto.conf', '-v'], {
      cwd: folder.join('mosquitto'),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    brokers.push(child);
    for await (const chunk of child.stderr) if (String(chunk).includes(' running')) break;
    child.stderr.resume();
    const url = `mqtts://127.0.0.1:${String(port)}`;
    const settings = await bench.client.settings.get();
    await bench.client.settings.set({ ...settings, externalBroker: { url, caPem: null } });
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
    const { tryLive } = bench.client.acl;
    const can = async (
      identity: string,
      access: 'read' | 'write',
      flow: 'command' | 'progress',
    ): Promise<boolean> => (await tryLive({ identity, flow, access, vin })).allowed;
    expect(await can(vin, 'write', 'progress')).toBe(true);
    expect(await can(vin, 'write', 'command')).toBe(false);
    expect(await can(vin, 'read', 'command')).toBe(true);
    expect(await can('gatekeeper', 'read', 'progress')).toBe(false);
  });
});
