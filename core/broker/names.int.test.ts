import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { ExtendedKeyUsage, ExtendedKeyUsageExtension } from '@peculiar/x509';
import { type JsonNameParams, Name, X509CertificateGenerator } from '@peculiar/x509';
import { connect as connectClient, type IClientOptions } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseAcl } from '#core/acl';
import { openOpensslPki, type OpensslPki, openTlsSite, type TlsSite } from '#core/testing';

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

let pki: OpensslPki;
let site: TlsSite;
beforeAll(async () => {
  pki = await openOpensslPki();
  await pki.makeCa('ca');
  await pki.issue('broker', { as: 'server' });
  await pki.issue('other', { as: 'named' });
  for (const cn of ['VIN1', 'VIN2']) await pki.issue(cn);
});
afterAll(() => pki.remove());
afterEach(() => site.close());

/** A client certificate with a subject that openssl itself would not write. */
async function issueNamed(file: string, subject: JsonNameParams): Promise<void> {
  const ca = createPrivateKey(await pki.text('ca.key')).export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', ca, P256, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create(
    {
      subject: new Name(subject),
      issuer: new Name([{ CN: [{ utf8String: 'ca' }] }]),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: P256,
      notBefore: new Date(0),
      notAfter: new Date('2049-01-01'),
      extensions: [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])],
    },
    webcrypto,
  );
  await writeFile(pki.file(`${file}.pem`), certificate.toString('pem'));
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const pem = `-----BEGIN PRIVATE KEY-----\n${key.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  await writeFile(pki.file(`${file}.key`), pem);
}

const named = (...names: string[]): JsonNameParams =>
  names.map((name) => ({ CN: [{ utf8String: name }] }));

describe('the name in a certificate', () => {
  it.each<[string, JsonNameParams, string]>([
    ['none', [{ O: [{ utf8String: 'Works' }] }], 'CERT_NAMELESS'],
    ['two', named('VIN1', 'VIN2'), 'CERT_NAMELESS'],
    ['an empty one', named(''), 'CERT_NAMELESS'],
    ['one with NUL', named('VIN1\0.evil'), 'NAME_INVALID'],
    ['one with a line end', named('VIN1\nbackend'), 'NAME_INVALID'],
    ['one with an escape', named('VIN1\u001b[2J'), 'NAME_INVALID'],
    ['one of 65 characters', named('V'.repeat(65)), 'NAME_INVALID'],
    ['one with +', named('+'), 'NAME_WILDCARD'],
    ['one with #', named('VIN#'), 'NAME_WILDCARD'],
    ['one with /, put into one level', named('VIN1/status'), 'NAME_INVALID'],
  ])('is refused at CONNECT with its reason where it is %s', async (_, subject, code) => {
    site = await openTlsSite(pki);
    await issueNamed('odd', subject);
    await expect(site.connect('odd', { clientId: 'me' })).rejects.toMatchObject({ code: 5 });
    const event = await site.refused();
    expect(event).toMatchObject({
      code,
      clientId: 'me',
      address: '127.0.0.1',
      certificate: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    // eslint-disable-next-line no-control-regex
    expect(JSON.stringify(event)).not.toMatch(/\\u00|\\n|\u001b/);
    expect(site.test.broker.clients()).toEqual([]);
  });

  it('of 64 characters, with umlauts, is served', async () => {
    site = await openTlsSite(pki);
    await issueNamed('odd', named(`Prüfstand ${'V'.repeat(54)}`));
    await site.connect('odd');
    expect(site.test.broker.clients()[0]?.user).toHaveLength(64);
  });

  it('with / is served where no line puts it into a level, and leaves when one does', async () => {
    const acl = 'user hall/1\ntopic a/#\npattern read b/%c\n';
    site = await openTlsSite(pki, { acl });
    await issueNamed('hall', named('hall/1'));
    const client = await site.connect('hall', { clientId: 'x' });
    await client.publishAsync('a/b', 'x', { qos: 1 });
    await expect(site.connect('hall', { clientId: 'y/z' })).rejects.toMatchObject({ code: 2 });
    const gone = new Promise<void>((resolve) => client.once('close', () => resolve()));
    site.test.broker.setAcl(parseAcl(`${acl}pattern read c/%u\n`));
    await gone;
    expect(site.refusals()).toMatchObject([
      { code: 'CLIENT_ID', detail: expect.stringContaining('line 3') as string },
      { code: 'NAME_INVALID', detail: expect.stringContaining('line 4') as string },
    ]);
    expect(await site.gone('x')).toBeDefined();
  });

  it('with / is served as Mosquitto does, where subscriptions are too', async () => {
    site = await openTlsSite(pki, { subscriptions: 'deliver-only' });
    await issueNamed('hall', named('hall/1'));
    await site.connect('hall');
  });
});

describe('a name in CONNECT', () => {
  const login = (options: IClientOptions) => () =>
    site.connect(null, { username: 'ann', password: 'ann', ...options });

  it.each<[string, IClientOptions, string]>([
    ['a user with a line end', { username: 'ann\n' }, 'NAME_INVALID'],
    ['a user of 60,000 characters', { username: 'a'.repeat(60_000) }, 'NAME_INVALID'],
    ['a user with +', { username: '+/ann' }, 'NAME_WILDCARD'],
    ['a client id with #', { clientId: 'a#' }, 'CLIENT_ID'],
    ['a client id with an escape', { clientId: 'a\u001b[2J' }, 'CLIENT_ID'],
    ['a client id of 60,000 characters', { clientId: '+'.repeat(60_000) }, 'CLIENT_ID'],
  ])('is refused as %s, in few words', async (_, options, code) => {
    site = await openTlsSite(pki);
    await expect(login(options)()).rejects.toMatchObject({ code: code === 'CLIENT_ID' ? 2 : 5 });
    const event = await site.refused();
    expect(event).toMatchObject({ code });
    expect(JSON.stringify(event).length).toBeLessThan(600);
    // eslint-disable-next-line no-control-regex
    expect(JSON.stringify(event)).not.toMatch(/\\u00|\\n|\u001b/);
  });

  it('may be a certificate’s at most once: a second identity gets neither session nor queue', async () => {
    site = await openTlsSite(pki, {
      acl: 'pattern %u/#\nuser VIN1\ntopic x/#\nuser VIN2\ntopic x/#\n',
    });
    const first = await site.connect('VIN1', { clientId: 'shared', clean: false });
    await first.subscribeAsync('x/#', { qos: 1 });
    await first.endAsync();
    await site.gone('shared');
    const writer = await site.connect('VIN2', { clientId: 'writer' });
    await writer.publishAsync('x/secret', 'for VIN1', { qos: 1 });
    for (const clean of [false, true]) {
      const theft = site.connect('VIN2', { clientId: 'shared', clean });
      await expect(theft).rejects.toMatchObject({ code: 2 });
    }
    expect(await site.refused('CLIENT_ID_TAKEN')).toMatchObject({ cn: 'VIN2', clientId: 'shared' });
    const back = connectClient(site.test.url, {
      ...{ cert: await pki.text('VIN1.pem'), key: await pki.text('VIN1.key') },
      ...{ ca: await pki.text('ca.pem'), clientId: 'shared', clean: false },
    });
    // Listening from the first byte on: what waited comes before `connect` is over.
    const got = await new Promise((resolve) => {
      back.once('message', (_, payload) => resolve(payload.toString()));
    });
    back.end(true);
    expect(got).toBe('for VIN1');
  });
});
