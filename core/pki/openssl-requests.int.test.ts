import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { OPENSSL_KEY_TYPES, type Openssl, type TempDir, opensslIn, tempDir } from '#core/testing';
import { type BenchCa, createBenchCa } from './index.ts';

/* Both ways: OpenSSL reads what we write, and we read what OpenSSL writes. */

let dir: TempDir;
let openssl: Openssl;
let ca: BenchCa;
beforeAll(async () => {
  dir = await tempDir();
  openssl = opensslIn(dir);
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Bench CA' });
  await openssl.write('ca.pem', ca.certPem);
});
afterAll(async () => {
  await ca.close();
  await dir.remove();
});

describe('certificate requests of OpenSSL', () => {
  const request = async (subject: string, key = 'csr.key', more = ''): Promise<Uint8Array> => {
    await openssl.ok(`req -new -key ${key} -subj ${subject} -out dcu.csr${more}`);
    return (await openssl.read('dcu.csr')).bytes;
  };

  it.each(OPENSSL_KEY_TYPES)('signs one with a key of type %s', async (type) => {
    const name = await openssl.ca(type);
    const bytes = await request(`/O=Acme/CN=VIN-${name}`, `${name}.key`);
    const record = await ca.signRequest(bytes, { days: 10 });
    expect(record).toMatchObject({
      cn: `VIN-${name}`,
      subject: `CN=VIN-${name}`,
      kind: 'client',
      origin: 'signed',
      keyType: type,
      hasKey: false,
      usages: ['digitalSignature', 'clientAuth'],
    });
    await openssl.write('signed.pem', record.pem);
    await openssl.ok('verify -x509_strict -purpose sslclient -CAfile ca.pem signed.pem');
    await expect(ca.renew(record.fingerprint)).rejects.toMatchObject({
      code: 'CERTIFICATE_UNFIT',
    });
    expect(await ca.identity(record.fingerprint)).toBeNull();
    expect(await ca.revoke(record.fingerprint)).toMatchObject({ state: 'revoked' });
  });

  it('ignores what the request asks for besides: it gets no server, and no CA', async () => {
    const key = `${await openssl.ca('P-256')}.key`;
    const asks =
      ' -addext basicConstraints=critical,CA:true -addext extendedKeyUsage=serverAuth -addext subjectAltName=DNS:backend';
    const record = await ca.signRequest(await request('/CN=VIN2', key, asks));
    expect(record).toMatchObject({ isCa: false, altNames: [], kind: 'client' });
    expect(record.usages).not.toContain('serverAuth');
  });

  it('refuses wrong names, weak keys, and requests whose sender does not hold the key', async () => {
    const key = `${await openssl.ca('P-256')}.key`;
    for (const [subject, code] of [
      ['/CN=backend', 'NAME_RESERVED'],
      ['/CN=gatekeeper', 'NAME_RESERVED'],
      ['/CN=VIN\\+', 'NAME_INVALID'],
      ['/CN=a+CN=b', 'NAME_INVALID'],
      ['/CN=#', 'NAME_INVALID'],
      ['/O=VIN1', 'NAME_INVALID'],
      ['/CN=VIN1/CN=VIN2', 'NAME_INVALID'],
    ] as const) {
      const bytes = await request(subject, key);
      await expect(ca.signRequest(bytes), subject).rejects.toMatchObject({ code });
    }
    await openssl.ok('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out weak.key');
    const weak = await request('/CN=VIN1', 'weak.key');
    await expect(ca.signRequest(weak)).rejects.toMatchObject({ code: 'KEY_WEAK' });
    const forged = Buffer.from(await request('/CN=VIN1', key, ' -outform DER'));
    expect(await ca.signRequest(forged)).toMatchObject({ cn: 'VIN1' });
    forged[forged.indexOf('VIN1') + 3] = 0x32;
    await expect(ca.signRequest(forged)).rejects.toMatchObject({ code: 'REQUEST_UNPROVEN' });
    await expect(ca.signRequest(Buffer.from(ca.certPem))).rejects.toMatchObject({
      code: 'FILE_NOT_CERTIFICATE',
    });
  });
});
