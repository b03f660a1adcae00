import { readFile } from 'node:fs/promises';
import { X509Certificate } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SavedFile } from '#core/contract';
import { aBench, opensslIn, tempDir, type TempDir, whenCompleted, whenTrust } from '#core/testing';
import { type Bench, DEMO_VIN } from '../index.ts';

let folder: TempDir;
let bench: Bench;
beforeEach(async () => {
  folder = await tempDir();
  bench = await aBench(folder.join('workspace'));
});
afterEach(async () => {
  await bench.close();
  await folder.remove();
});

const bytesOf = ({ base64 }: SavedFile): Buffer => Buffer.from(base64, 'base64');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('what is handed out from Trust', () => {
  it('names the address at which the broker will be, where it is not running', async () => {
    const { listeners, ...rest } = await bench.client.settings.get();
    await bench.client.settings.set({
      ...rest,
      listeners: { ...listeners, tls: { ...listeners.tls, port: 18_883 } },
    });
    const { base64: zip } = await bench.client.trust.exportDcu({ vin: 'DCU-7' });
    const files = unzipSync(Buffer.from(zip, 'base64'));
    const settings: unknown = JSON.parse(strFromU8(files['dcu.json']!));
    expect(settings).toMatchObject({ brokerUrl: 'mqtts://127.0.0.1:18883' });
  });

  it('gives a DCU all it needs in one zip, and the same certificate the next time', async () => {
    await bench.client.bench.start({ roles: ['broker', 'backend'] });
    const { name, base64: zip } = await bench.client.trust.exportDcu({ vin: 'DCU-7' });
    expect(name).toBe('DCU-7.zip');
    const files = unzipSync(Buffer.from(zip, 'base64'));
    expect(Object.keys(files).sort()).toEqual([
      ...['README.md', 'ca.crt', 'dcu.crt', 'dcu.json', 'dcu.key', 'verify-keys.jwks.json'],
    ]);
    const settings = JSON.parse(strFromU8(files['dcu.json']!)) as Record<string, unknown>;
    const [broker, api] = bench.view().endpoints;
    expect(settings).toMatchObject({ vin: 'DCU-7', brokerUrl: broker!.url, backendUrl: api!.url });
    expect(settings['topics']).toContainEqual({
      topic: 'vehicle/updates/DCU-7/status/acknowledgment',
      access: 'publish',
      qos: 1,
      about: expect.any(String) as string,
    });
    const { keys } = JSON.parse(strFromU8(files['verify-keys.jwks.json']!)) as {
      keys: { kid: string }[];
    };
    const trust = await whenTrust(bench);
    expect(keys.map(({ kid }) => kid).sort()).toEqual(
      trust.keys
        .flatMap(({ kid, own, uses }) => (own && !uses.includes(`dcu:${DEMO_VIN}`) ? kid : []))
        .sort(),
    );
    const again = await bench.client.trust.exportDcu({ vin: 'DCU-7' });
    expect(unzipSync(bytesOf(again))['dcu.crt']).toEqual(files['dcu.crt']);
  });

  it('exports a certificate in each form, with its key only where asked', async () => {
    const { trust } = bench.client;
    const { fingerprint } = await trust.issue({ kind: 'client', cn: 'tool' });
    const passphrase = 'correct horse';
    const pem = bytesOf(await trust.exportCertificate({ fingerprint, form: 'pem' })).toString();
    expect(pem).not.toContain('PRIVATE');
    const both = bytesOf(await trust.exportCertificate({ fingerprint, form: 'pem-with-key' }));
    expect(both.toString()).toContain('BEGIN PRIVATE KEY');
    const hidden = await trust.exportCertificate({ fingerprint, form: 'pem-with-key', passphrase });
    expect(bytesOf(hidden).toString()).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    const der = bytesOf(await trust.exportCertificate({ fingerprint, form: 'der' }));
    expect(new X509Certificate(der).fingerprint256.replaceAll(':', '').toLowerCase()).toBe(
      fingerprint,
    );
    const p12 = await trust.exportCertificate({ fingerprint, form: 'pkcs12', passphrase });
    // And back again, as another bench would read it.
    const files = [{ name: p12.name, base64: p12.base64 }];
    const [imported] = await trust.importFiles({ files, passphrase, as: 'identity' });
    expect(imported).toMatchObject({ fingerprint, cn: 'tool', kind: 'client', hasKey: true });
  });

  it('signs the request of a DCU whose key stays where it is', async () => {
    const openssl = opensslIn(folder);
    await openssl.ok('ecparam -name prime256v1 -genkey -noout -out dcu.key');
    await openssl.ok('req -new -key dcu.key -subj /CN=DCU-8 -out dcu.csr');
    const request = {
      name: 'dcu.csr',
      base64: (await readFile(folder.join('dcu.csr'))).toString('base64'),
    };
    const { certificate, file } = await bench.client.trust.sign({ request, days: 30 });
    expect(certificate).toMatchObject({ cn: 'DCU-8', kind: 'client', hasKey: false });
    expect(new X509Certificate(bytesOf(file)).subject).toBe('CN=DCU-8');
  });
});

describe('what Trust refuses', () => {
  const fingerprint = 'ab'.repeat(32);
  const garbage = [{ name: 'x.pem', base64: base64('no certificate') }];
  it.each<[string, string, (bench: Bench) => Promise<unknown>]>([
    [
      'NAME_INVALID',
      'a name with spaces around it',
      ({ client }) => client.trust.issue({ kind: 'client', cn: ' x ' }),
    ],
    [
      'BAD_INPUT',
      'a name with a wildcard',
      ({ client }) => client.trust.issue({ kind: 'client', cn: 'a+b' }),
    ],
    [
      'HOST_INVALID',
      'a host that is none',
      ({ client }) => client.trust.issue({ kind: 'server', cn: 'x', hosts: ['a b'] }),
    ],
    [
      'CERTIFICATE_UNKNOWN',
      'to renew what is not here',
      ({ client }) => client.trust.renew({ fingerprint }),
    ],
    [
      'CERTIFICATE_UNKNOWN',
      'to revoke what is not here',
      ({ client }) => client.trust.revoke({ fingerprint }),
    ],
    [
      'CERTIFICATE_UNKNOWN',
      'to export what is not here',
      ({ client }) => client.trust.exportCertificate({ fingerprint, form: 'pem' }),
    ],
    [
      'BAD_INPUT',
      'a fingerprint that is none',
      ({ client }) => client.trust.renew({ fingerprint: 'x' }),
    ],
    [
      'FILE_DAMAGED',
      'a request that is none',
      ({ client }) => client.trust.sign({ request: garbage[0]! }),
    ],
    [
      'FILE_NOT_CERTIFICATE',
      'a file that holds nothing',
      ({ client }) => client.trust.importFiles({ files: garbage, as: 'identity' }),
    ],
    [
      'FILE_NOT_CERTIFICATE',
      'a CA that is none',
      ({ client }) => client.trust.importFiles({ files: garbage, as: 'ca' }),
    ],
    [
      'BAD_INPUT',
      'a file that is no base64',
      ({ client }) => client.trust.importFiles({ files: [{ name: 'x', base64: '*' }], as: 'ca' }),
    ],
    ['NAME_INVALID', 'a CA without a name', ({ client }) => client.trust.createCa({ name: ' ' })],
    ['VIN_SYNTAX', 'a VIN that is none', ({ client }) => client.trust.exportDcu({ vin: 'a b' })],
    ['BAD_INPUT', 'a role as a VIN', ({ client }) => client.trust.exportDcu({ vin: 'backend' })],
    ['BAD_INPUT', 'a secret that is too short', ({ client }) => client.secret.set({ hex: 'abcd' })],
    [
      'ACL_SYNTAX',
      'an access list with a wrong line',
      ({ client }) => client.acl.set({ text: 'topic' }),
    ],
    [
      'BAD_INPUT',
      'a flow that is none',
      ({ client }) =>
        client.acl.tryLive({ identity: 'x', flow: 'x' as 'status', access: 'read', vin: 'x' }),
    ],
    ['BAD_INPUT', 'a port that is none', ({ client }) => client.mosquitto.export({ port: 0 })],
    [
      'BAD_INPUT',
      'a user with a wildcard',
      ({ client }) => client.settings.setPassword({ broker: 'own', user: '#', password: 'x' }),
    ],
  ])('%s: %s', async (code, _, call) => {
    const before = (await whenTrust(bench)).certificates;
    await expect(call(bench)).rejects.toMatchObject({ data: { code } });
    expect((await whenTrust(bench)).certificates).toEqual(before);
  });

  it('PASSPHRASE_MISSING, KEY_MISSING: what must not leave so', async () => {
    const { trust } = bench.client;
    const own = await trust.issue({ kind: 'client', cn: 'tool' });
    await expect(
      trust.exportCertificate({ fingerprint: own.fingerprint, form: 'pkcs12' }),
    ).rejects.toMatchObject({ data: { code: 'PASSPHRASE_MISSING' } });
    const { certificates } = await whenTrust(bench);
    const ca = certificates.find(({ kind }) => kind === 'ca')!;
    await expect(
      trust.exportCertificate({ fingerprint: ca.fingerprint, form: 'pem-with-key' }),
    ).rejects.toMatchObject({ data: { code: 'KEY_MISSING' } });
  });

  it('ROLE_RUNNING: another secret under a running role; without one it is taken', async () => {
    const { secret } = bench.client;
    const before = await secret.reveal();
    await bench.client.bench.start({ roles: ['broker'] });
    await expect(secret.set({ hex: null })).rejects.toMatchObject({
      data: { code: 'ROLE_RUNNING' },
    });
    expect(await secret.reveal()).toEqual(before);
    await bench.client.bench.stop({ roles: ['broker'] });
    const hex = '0f'.repeat(32);
    await secret.set({ hex });
    expect(await secret.reveal()).toEqual({ hex });
    await bench.client.settings.set({ ...(await bench.client.settings.get()), algorithm: 'HS256' });
    await expect(secret.set({ hex: '0f'.repeat(16) })).rejects.toMatchObject({
      data: { code: 'SECRET_TOO_SHORT' },
    });
    const { updateId } = await bench.client.demo.run();
    await whenCompleted(bench, updateId);
  });
});

describe('the audit', () => {
  it('finds nothing high in the default set-up, and names a plain listener', async () => {
    const findings = await bench.client.audit.run();
    expect(findings.filter(({ severity }) => severity === 'high')).toEqual([]);
    const settings = await bench.client.settings.get();
    const tcp = { ...settings.listeners.tcp, on: true, port: 0 };
    const listeners = { ...settings.listeners, tcp };
    await bench.client.settings.set({ ...settings, listeners });
    await bench.client.bench.start({ roles: ['broker'] });
    const sarif = await bench.client.audit.export({ form: 'sarif' });
    expect(sarif.name).toMatch(/^ota-bench-audit-.*\.sarif$/);
    const { runs } = JSON.parse(bytesOf(sarif).toString()) as {
      runs: { results: { ruleId: string }[] }[];
    };
    expect(runs[0]!.results.map(({ ruleId }) => ruleId)).toContain('PLAIN_LISTENER');
  });
});
