import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { OPENSSL_KEY_TYPES, type Openssl, type TempDir, opensslIn, tempDir } from '#core/testing';
import {
  type BenchCa,
  createBenchCa,
  type Identity,
  dcuBundle,
  exportDer,
  exportPem,
  exportPkcs12,
  inspectCertificate,
} from './index.ts';

/* Both ways: OpenSSL reads what we write, and we read what OpenSSL writes. */

const PASSPHRASE = 'pässword 1';
let dir: TempDir;
let openssl: Openssl;
let ca: BenchCa;
let client: Identity;
beforeAll(async () => {
  dir = await tempDir();
  openssl = opensslIn(dir);
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Bench CA' });
  client = await ca.issue({ kind: 'client', cn: 'VIN1' });
  await openssl.write('pass', `${PASSPHRASE}\n`);
  await openssl.write('ca.pem', ca.certPem);
});
afterAll(async () => {
  await ca.close();
  await dir.remove();
});

describe('what OpenSSL makes of our files', () => {
  it('reads the PKCS #12 with its passphrase, key and chain, and with no other', async () => {
    await openssl.write('out.p12', await exportPkcs12(client, PASSPHRASE, ca.certPem));
    const text = await openssl.ok('pkcs12 -in out.p12 -passin file:pass -nodes');
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(text).toContain('friendlyName: VIN1');
    expect(text).toContain(client.keyPem.trim());
    const info = await openssl.ok('pkcs12 -in out.p12 -passin file:pass -info -noout');
    expect(info).toContain('AES-256-CBC, Iteration 600000, PRF hmacWithSHA256');
    expect(info).toContain('MAC: sha256, Iteration 100000');
    const wrong = await openssl.run('pkcs12 -in out.p12 -passin pass:other -noout');
    expect(wrong.code).not.toBe(0);
  });

  it('opens the encrypted PEM key, and reads the DER', async () => {
    const { certPem, keyPem } = client;
    await openssl.write('enc.pem', await exportPem(certPem, { keyPem, passphrase: PASSPHRASE }));
    expect(await openssl.ok('pkey -in enc.pem -passin file:pass')).toBe(keyPem);
    await openssl.write('out.der', exportDer(certPem));
    expect(await openssl.ok('x509 -inform DER -in out.der -noout -subject')).toContain('VIN1');
  });

  it('verifies against the revocation list, which is version 2, numbered and signed', async () => {
    const [good, bad] = [
      await ca.issue({ kind: 'client', cn: 'GOOD' }),
      await ca.issue({ kind: 'client', cn: 'BAD' }),
    ];
    await openssl.write('good.pem', good.certPem);
    await openssl.write('bad.pem', bad.certPem);
    const verify = async (name: string): Promise<string> => {
      await openssl.write('crl.pem', ca.crlPem());
      const check = '-x509_strict -crl_check_all -CAfile ca.pem -CRLfile crl.pem';
      return (await openssl.run(`verify ${check} ${name}`)).text;
    };
    expect(await verify('good.pem')).toContain('good.pem: OK');
    expect(await verify('bad.pem')).toContain('bad.pem: OK');
    await ca.revoke(bad.fingerprint);
    expect(await verify('good.pem')).toContain('good.pem: OK');
    expect(await verify('bad.pem')).toContain('certificate revoked');
    const text = await openssl.ok('crl -in crl.pem -noout -text -CAfile ca.pem');
    expect(text).toContain('verify OK');
    expect(text).toContain('Version 2');
    expect(text).toMatch(/X509v3 CRL Number: \n\s+2\n/);
    expect(text).toContain(inspectCertificate(bad.certPem).serial);
  });

  it.each(OPENSSL_KEY_TYPES)(
    'takes over a CA of OpenSSL with a key of type %s, and OpenSSL verifies what it signs',
    async (type) => {
      const name = await openssl.ca(type);
      const own = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'x' });
      const files = await Promise.all([openssl.read(`${name}.pem`), openssl.read(`${name}.key`)]);
      expect(await own.importCa(files)).toMatchObject({ cn: name, keyType: type, kind: 'ca' });
      const leaf = await own.issue({ kind: 'server', cn: 'broker' });
      const gone = await own.issue({ kind: 'client', cn: 'VIN1' });
      await own.revoke(gone.fingerprint);
      await openssl.write(`${name}-leaf.pem`, leaf.certPem);
      await openssl.write(`${name}-gone.pem`, gone.certPem);
      await openssl.write(`${name}-crl.pem`, own.crlPem());
      const verify = `verify -x509_strict -crl_check_all -CAfile ${name}.pem -CRLfile ${name}-crl.pem`;
      await openssl.ok(`${verify} -purpose sslserver ${name}-leaf.pem`);
      expect((await openssl.run(`${verify} ${name}-gone.pem`)).text).toContain('revoked');
      await own.close();
    },
  );

  it('finds in the zip for a DCU all it needs, with the key encrypted', async () => {
    const zip = await dcuBundle({
      vin: 'VIN1',
      identity: client,
      caPem: ca.certPem,
      brokerUrl: 'mqtts://bench.local:8883',
      backendUrl: null,
      topics: [
        { topic: 'vehicle/updates/VIN1/status', access: 'subscribe', qos: 1, about: 'offers' },
      ],
      verifyKeys: [{ kty: 'OKP' }],
      passphrase: PASSPHRASE,
      at: Date.parse('2026-03-01T12:00:00Z'),
    });
    const files = unzipSync(zip);
    expect(Object.keys(files).sort()).toEqual([
      'README.md',
      'ca.crt',
      'dcu.crt',
      'dcu.json',
      'dcu.key',
      'dcu.p12',
      'verify-keys.jwks.json',
    ]);
    for (const [name, bytes] of Object.entries(files)) await openssl.write(name, bytes);
    await openssl.ok('verify -CAfile ca.crt dcu.crt');
    expect(await openssl.ok('pkey -in dcu.key -passin file:pass')).toBe(client.keyPem);
    await openssl.ok('pkcs12 -in dcu.p12 -passin file:pass -noout');
    const readme = Buffer.from(files['README.md']!).toString();
    expect(readme).toContain('mosquitto_sub -h bench.local -p 8883');
    expect(readme).toContain('vehicle/updates/VIN1/status');
  });
});
