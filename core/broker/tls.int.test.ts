import { X509Certificate } from 'node:crypto';
import { connectAsync, type IClientOptions } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openOpensslPki, type OpensslPki, openTlsSite, type TlsSite } from '#core/testing';

let pki: OpensslPki;
beforeAll(async () => {
  pki = await openOpensslPki();
  await pki.makeCa('ca');
  await pki.makeCa('strangers');
  await pki.issue('broker', { as: 'server' });
  await pki.issue('renewed', { as: 'server' });
  await pki.issue('other', { as: 'named' });
  for (const name of ['VIN1', 'VIN2', 'revoked']) await pki.issue(name);
  await pki.issue('expired', { to: '20200301000000Z' });
  await pki.issue('early', { from: '20480101000000Z' });
  await pki.issue('usage', { as: 'server' });
  await pki.issue('stranger', { ca: 'strangers' });
  await pki.issue('wildcard', { cn: 'VIN#1' });
  await pki.selfSigned('self', 'VIN1');
  await pki.revoke('revoked');
});
afterAll(() => pki.remove());

let site: TlsSite;
beforeEach(async () => {
  site = await openTlsSite(pki);
});
afterEach(() => site.close());

describe('a client certificate', () => {
  it.each([
    [null, 'CERT_MISSING', /no client certificate/],
    ['expired', 'CERT_EXPIRED', /of expired expired on 2020-03-01T00:00:00Z/],
    ['early', 'CERT_NOT_YET_VALID', /not valid before 2048-01-01T00:00:00Z/],
    ['stranger', 'CERT_UNKNOWN_CA', /issued by CN=strangers, which is not trusted/],
    ['self', 'CERT_SELF_SIGNED', /signed by itself/],
    ['usage', 'CERT_WRONG_USAGE', /lacks clientAuth/],
    ['revoked', 'CERT_REVOKED', /of revoked, serial [0-9a-f]+, is revoked/],
  ] as const)(
    'that is %s is refused with its reason, and not a byte behind it is read',
    async (name, code, detail) => {
      const mosquitto = await site.publish(name);
      expect(mosquitto.code).not.toBe(0);
      expect(mosquitto.out.toString()).toMatch(/not authori[sz]ed/i);
      const raw = await site.sClient(name);
      expect(raw.out.includes(Buffer.from([0x20, 2, 0, 5]))).toBe(true);
      await expect(site.connect(name)).rejects.toMatchObject({ code: 5 });
      await expect(
        site.connect(name, { maxVersion: 'TLSv1.2' } as IClientOptions),
      ).rejects.toMatchObject({ code: 5 });
      expect(site.refusals()).toEqual(
        Array.from({ length: 4 }, () => ({
          code,
          detail: expect.stringMatching(detail) as string,
        })),
      );
      const cn = name === 'self' ? 'VIN1' : name;
      const certificate = name && new X509Certificate(await pki.text(`${name}.pem`));
      const shown = certificate && {
        cn,
        certificate: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      };
      expect(site.test.events[0]).toMatchObject({ address: '127.0.0.1', ...shown });
      expect(site.test.events.filter(({ kind }) => kind !== 'refused')).toEqual([]);
      expect(site.test.broker.clients()).toEqual([]);
    },
  );

  it('that is good lets each of them in, under the name in it', async () => {
    expect(await site.publish('VIN1')).toEqual({ code: 0, out: Buffer.alloc(0) });
    const raw = await site.sClient('VIN2');
    expect(raw.out.includes(Buffer.from([0x20, 2, 0, 0]))).toBe(true);
    await site.connect('VIN1', { clientId: 'third' });
    const users = site.test.events.flatMap((e) => (e.kind === 'connect' ? [e.user] : []));
    expect(users).toEqual(['VIN1', 'VIN2', 'VIN1']);
    expect(site.test.broker.clients().find(({ clientId }) => clientId === 'third')).toMatchObject({
      via: 'tls',
      certificate: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it('of another name than CONNECT says, or with # in it, is refused', async () => {
    await expect(
      site.connect('VIN1', { username: 'VIN2', password: 'x', clientId: 'mine' }),
    ).rejects.toMatchObject({
      code: 5,
    });
    await expect(site.connect('wildcard')).rejects.toMatchObject({ code: 5 });
    expect(site.refusals()).toEqual([
      { code: 'NAME_MISMATCH', detail: 'says it is VIN2, but its certificate is that of VIN1' },
      { code: 'NAME_WILDCARD', detail: 'the name VIN#1 contains + or #' },
    ]);
    expect(site.test.events[0]).toMatchObject({
      clientId: 'mine',
      address: '127.0.0.1',
      cn: 'VIN1',
      certificate: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    await site.connect('VIN1', { username: 'VIN1', password: 'ignored' });
  });

  it('is optional where a password may be given instead, but a bad one is no none', async () => {
    const { url } = site.test.broker.endpoints[1]!;
    const both = async (name: string, options: IClientOptions = {}) => {
      const own = { cert: await pki.text(`${name}.pem`), key: await pki.text(`${name}.key`) };
      return connectAsync(url, { ca: await pki.text('ca.pem'), ...own, ...options }, false);
    };
    await site.connect(null, { username: 'ann', password: 'ann' });
    const third = await both('VIN1');
    await expect(both('expired', { username: 'ann', password: 'ann' })).rejects.toMatchObject({
      code: 5,
    });
    expect(site.test.broker.clients().map(({ user }) => user)).toEqual(['ann', 'VIN1']);
    expect(site.refusals()).toMatchObject([{ code: 'CERT_EXPIRED' }]);
    third.end(true);
  });
});

describe('a certificate taken back', () => {
  it('ends its live session, by a new list, and nobody else’s', async () => {
    await pki.issue('taken');
    const taken = await site.connect('taken', { clientId: 'taken' });
    const other = await site.connect('VIN1', { clientId: 'other' });
    const closed = new Promise((resolve) => taken.once('close', () => resolve(undefined)));
    await pki.revoke('taken');
    await site.test.broker.setTls(await site.material());
    await closed;
    expect(await site.gone('taken')).toMatchObject({ detail: 'its certificate was revoked' });
    await expect(site.connect('taken')).rejects.toMatchObject({ code: 5 });
    expect(await site.refused()).toMatchObject({ code: 'CERT_REVOKED' });
    await other.publishAsync('VIN1/t', 'still here', { qos: 1 });
  });

  it('is cut by fingerprint for good, and by serial', async () => {
    for (const name of ['byprint', 'byserial']) {
      await pki.issue(name);
      await site.connect(name, { clientId: name });
    }
    const of = (name: string) => site.test.broker.clients().find(({ user }) => user === name)!;
    expect(site.test.broker.cutCertificate(of('byprint').certificate!.toUpperCase())).toBe(1);
    await site.gone('byprint');
    await expect(site.connect('byprint')).rejects.toMatchObject({ code: 5 });
    expect(await site.refused()).toMatchObject({ code: 'CERT_REVOKED', user: 'byprint' });
    const { serialNumber } = new X509Certificate(await pki.text('byserial.pem'));
    expect(site.test.broker.cutCertificate(serialNumber)).toBe(1);
    await site.gone('byserial');
    expect(site.test.broker.cutCertificate('00ff')).toBe(0);
  });
});

describe('a change of certificates', () => {
  it('is for those who come, and leaves those who are there', async () => {
    const before = await site.connect('VIN1', { clientId: 'before' });
    const named = async (more: string[] = []): Promise<string> => {
      const { out } = await site.sClient(null, more, new Uint8Array());
      return /subject=CN = (\S+)/.exec(out.toString())?.[1] ?? '';
    };
    expect(await named()).toBe('broker');
    expect(await named(['-servername', 'OTHER.example'])).toBe('other');
    await site.test.broker.setTls(await site.material('renewed', false));
    expect(await named()).toBe('renewed');
    await before.publishAsync('VIN1/t', 'still here', { qos: 1 });
    // Without the list, nobody is revoked.
    await site.connect('revoked', { clientId: 'after' });
    const ca = await pki.text('strangers.pem');
    await site.test.broker.setTls({ ...(await site.material('broker', false)), ca });
    await site.connect('stranger');
    await expect(site.connect('VIN2')).rejects.toMatchObject({ code: 5 });
  });

  it('that does not fit together changes nothing', async () => {
    const good = await site.material();
    const faulty = [
      { ...good, key: await pki.text('VIN1.key') },
      { ...good, ca: '' },
      { ...good, ca: 'no PEM' },
      { ...good, crl: 'no PEM' },
      { ...good, crl: await pki.text('strangers.crl') },
      { ...good, named: [{ host: 'x', key: good.key, cert: await pki.text('VIN1.pem') }] },
    ];
    for (const one of faulty) {
      await expect(site.test.broker.setTls(one)).rejects.toMatchObject({ code: 'TLS_INVALID' });
    }
    await site.connect('VIN1');
    await expect(site.connect('revoked')).rejects.toMatchObject({ code: 5 });
  });
});
