import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aBench,
  filesOf,
  presentedBy,
  tempDir,
  type TempDir,
  whenCompleted,
  whenTraffic,
  whenTrust,
} from '#core/testing';
import { type Bench, DEMO_VIN } from '../index.ts';

let folder: TempDir;
let bench: Bench;
const clients: MqttClient[] = [];
beforeEach(async () => {
  folder = await tempDir();
  bench = await aBench(folder.join('workspace'), { settings: { listeners: { tcp: TCP } } });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await bench.close();
  await folder.remove();
});
const TCP = { on: true, port: 0 };

const urlOf = (label: string): string =>
  bench.view().endpoints.find((endpoint) => endpoint.label === label)!.url;

async function connect(
  clientId: string,
  how: object,
  label = 'MQTT over TLS',
): Promise<MqttClient> {
  const client = await connectAsync(urlOf(label), { clientId, reconnectPeriod: 0, ...how }, false);
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

const gone = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => {
    if (!client.connected) resolve();
    client.once('close', () => resolve());
  });

const linkState = (who: string): string | undefined =>
  bench.view().links.find((link) => link.who === who)?.state;

async function whenLink(who: string, state: string): Promise<void> {
  for await (const { upserts } of await bench.client.bench.watch()) {
    const links = upserts.flatMap((view) => view.links);
    if (links.some((link) => link.who === who && link.state === state)) return;
  }
}

describe('a revoked certificate', () => {
  it('loses its session at once and is not let in again; the broker says why', async () => {
    await bench.client.bench.start({ roles: ['broker'] });
    const files = await filesOf(bench, DEMO_VIN);
    const session = await connect('outside', files);
    const other = await connect('other', await filesOf(bench, 'backend'));
    const { certificates } = await whenTrust(bench);
    const { fingerprint } = certificates.find(({ cn }) => cn === DEMO_VIN)!;
    const revoked = await bench.client.trust.revoke({ fingerprint });
    expect(revoked.state).toBe('revoked');
    await gone(session);
    await expect(connect('again', files)).rejects.toThrow();
    await whenTraffic(bench, ({ kind, preview }) => kind === 'refused' && /revoked/.test(preview));
    expect(other.connected).toBe(true);
  });

  it('stays shut out when it is our own, until a person renews it', async () => {
    await bench.client.bench.start({ roles: ['broker', 'backend'] });
    const { fingerprint } = await presentedBy(bench, 'backend');
    await bench.client.trust.revoke({ fingerprint });
    await whenLink('backend', 'lost');
    await whenTraffic(bench, ({ kind, preview }) => kind === 'refused' && /revoked/.test(preview));
    const renewed = await bench.client.trust.renew({ fingerprint });
    await whenLink('backend', 'up');
    expect((await presentedBy(bench, 'backend')).fingerprint).toBe(renewed.fingerprint);
  });
});

describe('what is made anew in Trust', () => {
  it('reaches everything that runs: a new CA carries an update to its end', async () => {
    await bench.client.bench.start({ roles: ['broker', 'backend', 'dcu'] });
    const files = await filesOf(bench, 'backend');
    const session = await connect('outside', files);
    const ca = await bench.client.trust.createCa({ name: 'Second CA' });
    expect(ca).toMatchObject({ kind: 'ca', cn: 'Second CA', state: 'valid' });
    await gone(session);
    await expect(connect('again', files)).rejects.toThrow();
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
    const { certificates } = await whenTrust(bench);
    const issuers = new Set(certificates.map(({ issuer }) => issuer));
    expect([...issuers]).toEqual(['CN=Second CA']);
    await expect(connect('after', await filesOf(bench, 'backend'))).resolves.toBeDefined();
  });

  it('does not disturb a session: a renewed broker certificate is for those who come next', async () => {
    await bench.client.bench.start({ roles: ['broker', 'backend'] });
    const session = await connect('outside', await filesOf(bench, DEMO_VIN));
    const old = await presentedBy(bench, 'broker');
    const renewed = await bench.client.trust.renew({ fingerprint: old.fingerprint });
    expect(renewed).toMatchObject({ kind: 'server', usedBy: ['broker'], altNames: old.altNames });
    expect([session.connected, linkState('backend')]).toEqual([true, 'up']);
    await expect(connect('next', await filesOf(bench, DEMO_VIN))).resolves.toBeDefined();
  });
});

describe('a password', () => {
  it('counts from the moment it is set or forgotten', async () => {
    await bench.client.bench.start({ roles: ['broker'] });
    const { setPassword } = bench.client.settings;
    const script = { username: 'script', password: 'correct horse' };
    await expect(connect('one', script, 'MQTT, plain')).rejects.toThrow(/not authorized|bad user/i);
    await setPassword({ broker: 'own', user: 'script', password: script.password });
    await connect('two', script, 'MQTT, plain');
    await setPassword({ broker: 'own', user: 'script', password: null });
    await expect(connect('three', script, 'MQTT, plain')).rejects.toThrow(
      /not authorized|bad user/i,
    );
  });
});

describe('the access list', () => {
  it('is in force at once, and refused whole where a line is wrong', async () => {
    await bench.client.bench.start({ roles: ['broker'] });
    const { acl } = bench.client;
    const before = await acl.get();
    expect(before.isDefault).toBe(true);
    await expect(acl.set({ text: 'user backend\ntopic read r/#\n  # late' })).rejects.toMatchObject(
      {
        data: { code: 'ACL_SYNTAX', reason: expect.stringMatching(/^line 3, column/) as string },
      },
    );
    expect(await acl.get()).toEqual(before);
    const session = await connect('outside', await filesOf(bench, 'backend'));
    const topic = `vehicle/updates/${DEMO_VIN}/command`;
    await session.publishAsync(topic, '{}', { qos: 1 });
    const text = 'user backend\ntopic read vehicle/updates/#\n';
    expect(await acl.set({ text })).toEqual({ lines: 1, text, isDefault: false });
    session.publish(topic, '{}', { qos: 1 });
    await gone(session);
    expect(await acl.get()).toEqual({ text, isDefault: false });
    await acl.set({ text: null });
    expect(await acl.get()).toEqual(before);
  });
});
