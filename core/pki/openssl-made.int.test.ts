import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { OPENSSL_KEY_TYPES, type Openssl, type TempDir, opensslIn, tempDir } from '#core/testing';
import { type BenchCa, createBenchCa, inspectCertificate, readCertificateFiles } from './index.ts';

/* Both ways: OpenSSL reads what we write, and we read what OpenSSL writes. */

const PASSPHRASE = 'pässword 1';
let dir: TempDir;
let openssl: Openssl;
let ca: BenchCa;
beforeAll(async () => {
  dir = await tempDir();
  openssl = opensslIn(dir);
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Bench CA' });
  await openssl.write('pass', `${PASSPHRASE}\n`);
  await openssl.write('ca.pem', ca.certPem);
});
afterAll(async () => {
  await ca.close();
  await dir.remove();
});

describe('what we make of OpenSSL’s files', () => {
  const read = async (names: string[], passphrase?: string) =>
    readCertificateFiles(await Promise.all(names.map((name) => openssl.read(name))), passphrase);

  it.each(OPENSSL_KEY_TYPES)('inspects a certificate with %s', async (type) => {
    const name = await openssl.ca(type);
    const { bytes } = await openssl.read(`${name}.pem`);
    const node = new X509Certificate(bytes);
    expect(inspectCertificate(Buffer.from(bytes).toString())).toMatchObject({
      keyType: type,
      keyWeakness: null,
      cn: name,
      subject: `O=Örg, CN=${name}`,
      serial: node.serialNumber,
      fingerprint: node.fingerprint256.replaceAll(':', '').toLowerCase(),
      isCa: true,
      selfIssued: true,
      notAfter: Date.parse(node.validTo),
    });
  });

  const ENCRYPTED_KEYS: [string, string][] = [
    ['PBES2, AES-256', 'pkcs8 -topk8 -v2 aes-256-cbc -in P-256.key'],
    ['PBES2, AES-128, SHA-512', 'pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA512 -in P-256.key'],
    ['PBES2, 3DES', 'pkcs8 -topk8 -v2 des3 -in P-256.key'],
    ['PBES2, scrypt', 'pkcs8 -topk8 -scrypt -in P-256.key'],
    ['PBES2, DER', 'pkcs8 -topk8 -outform DER -in P-256.key'],
    ['PBE-SHA1-3DES', 'pkcs8 -topk8 -v1 PBE-SHA1-3DES -in P-256.key'],
    ['traditional AES-256', 'ec -aes256 -in P-256.key'],
    ['traditional DES-EDE3', 'ec -des3 -in P-256.key'],
  ];
  it.each(ENCRYPTED_KEYS)(
    'opens a key encrypted with %s, and says when it cannot',
    async (_name, command) => {
      await openssl.ca('P-256');
      await openssl.ok(`${command} -passout file:pass -out enc.key`);
      const plain = await read(['P-256.key']);
      const opened = await read(['enc.key'], PASSPHRASE);
      expect(opened.keys[0]!.equals(plain.keys[0]!)).toBe(true);
      await expect(read(['enc.key'])).rejects.toMatchObject({ code: 'PASSPHRASE_NEEDED' });
      await expect(read(['enc.key'], 'other')).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
    },
  );

  const BUNDLES: [string, string][] = [
    ['the default', ''],
    ['AES-128 and a SHA-512 MAC', ' -keypbe AES-128-CBC -certpbe AES-128-CBC -macalg sha512'],
    ['3DES throughout', ' -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1'],
    ['no MAC', ' -nomac'],
    ['certificates in the clear', ' -certpbe NONE'],
    ['the key in the clear', ' -keypbe NONE'],
  ];
  it.each(BUNDLES)('reads a PKCS #12 with %s', async (_name, options) => {
    const name = await openssl.ca('RSA 2048');
    const pair = `-inkey ${name}.key -in ${name}.pem -certfile ca.pem`;
    await openssl.ok(`pkcs12 -export ${pair} -passout file:pass -out in.p12${options}`);
    const { certificates, keys } = await read(['in.p12'], PASSPHRASE);
    expect(certificates.map(({ cn }) => cn).sort()).toEqual(['Bench CA', name]);
    expect(keys[0]!.equals((await read([`${name}.key`])).keys[0]!)).toBe(true);
    await expect(read(['in.p12'], 'other')).rejects.toMatchObject({ code: 'PASSPHRASE_WRONG' });
    if (options !== ' -nomac') {
      await expect(read(['in.p12'])).rejects.toMatchObject({ code: 'PASSPHRASE_NEEDED' });
    }
  });

  it('reads a PKCS #12 whose passphrase is empty', async () => {
    const name = await openssl.ca('P-256');
    await openssl.ok(
      `pkcs12 -export -inkey ${name}.key -in ${name}.pem -passout pass: -out in.p12`,
    );
    expect((await read(['in.p12'])).keys).toHaveLength(1);
  });

  it('names the broken encryption of an old PKCS #12', async () => {
    const name = await openssl.ca('P-256');
    const pair = `-inkey ${name}.key -in ${name}.pem`;
    await openssl.ok(`pkcs12 -export -legacy ${pair} -passout file:pass -out old.p12`);
    await expect(read(['old.p12'], PASSPHRASE)).rejects.toMatchObject({
      code: 'ENCRYPTION_LEGACY',
      reason: expect.stringContaining('RC2-40') as string,
    });
    await openssl.ok(
      `ec -des -in ${name}.key -passout file:pass -out old.key -provider legacy -provider default`,
    );
    await expect(read(['old.key'], PASSPHRASE)).rejects.toMatchObject({
      code: 'ENCRYPTION_LEGACY',
    });
  });

  it('refuses a file that would cost minutes to open', async () => {
    await openssl.ca('P-256');
    const iterations = 'pkcs8 -topk8 -v2 aes-256-cbc -iter 4000001 -in P-256.key';
    await openssl.ok(`${iterations} -passout file:pass -out slow.key`);
    await expect(read(['slow.key'], PASSPHRASE)).rejects.toMatchObject({
      code: 'ENCRYPTION_COSTLY',
    });
  });

  it.each([
    ['PKCS #8', 'pkcs8 -topk8 -nocrypt -outform DER -in RSA2048.key -out k.der'],
    ['PKCS #1', 'rsa -traditional -outform DER -in RSA2048.key -out k.der'],
    ['SEC 1', 'ec -outform DER -in P-256.key -out k.der'],
    ['traditional PEM', 'rsa -traditional -in RSA2048.key -out k.der'],
  ])('reads a key as %s', async (_name, command) => {
    await openssl.ca('RSA 2048');
    await openssl.ca('P-256');
    await openssl.ok(command);
    expect((await read(['k.der'])).keys).toHaveLength(1);
  });

  it('imports an identity with its intermediate, found by its key', async () => {
    const root = await openssl.ca('P-384');
    await openssl.ok('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out sub.key');
    await openssl.ok('req -new -key sub.key -subj /CN=Sub -out sub.csr');
    await openssl.write('sub.ext', 'basicConstraints=critical,CA:true\n');
    await openssl.ok(
      `x509 -req -in sub.csr -CA ${root}.pem -CAkey ${root}.key -days 20 -extfile sub.ext -out sub.pem`,
    );
    await openssl.ok('genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out leaf.key');
    await openssl.ok('req -new -key leaf.key -subj /CN=VIN7 -out leaf.csr');
    await openssl.write('leaf.ext', 'extendedKeyUsage=clientAuth\n');
    await openssl.ok(
      'x509 -req -in leaf.csr -CA sub.pem -CAkey sub.key -days 10 -extfile leaf.ext -out leaf.pem',
    );
    const names = [`${root}.pem`, 'sub.pem', 'leaf.pem', 'leaf.key'];
    const files = await Promise.all(names.map((name) => openssl.read(name)));
    expect(await ca.importIdentity(files)).toMatchObject([
      { cn: 'VIN7', kind: 'client', own: false, keyType: 'RSA 2048' },
    ]);
    const identity = await ca.identity('VIN7');
    expect(identity?.certPem.match(/BEGIN/g)).toHaveLength(2);
    await openssl.write('chain.pem', identity!.certPem);
    await openssl.ok(`verify -CAfile ${root}.pem -untrusted chain.pem chain.pem`);
    const sub = await Promise.all(['sub.pem', 'sub.key'].map((name) => openssl.read(name)));
    await expect(ca.importCa(sub)).rejects.toMatchObject({ code: 'CA_UNFIT' });
    await expect(ca.importIdentity(sub)).rejects.toMatchObject({ code: 'CERTIFICATE_UNFIT' });
  });

  it('refuses pairs that are none, weak keys, and CAs that are over', async () => {
    const [one, two] = [await openssl.ca('P-256'), await openssl.ca('P-384')];
    const load = (...names: string[]) => Promise.all(names.map((name) => openssl.read(name)));
    const mixed = await load(`${one}.pem`, `${two}.key`);
    await expect(ca.importIdentity(mixed)).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
    await expect(ca.importCa(mixed)).rejects.toMatchObject({ code: 'KEY_MISMATCH' });
    await expect(ca.importCa(await load(`${one}.pem`))).rejects.toMatchObject({
      code: 'KEY_MISSING',
    });
    for (const [name, key] of [
      ['rsa1024', 'RSA -pkeyopt rsa_keygen_bits:1024'],
      ['k1', 'EC -pkeyopt ec_paramgen_curve:secp256k1'],
      ['exp3', 'RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:3'],
    ] as const) {
      await openssl.ok(
        `req -x509 -newkey ${key.replace('RSA', 'rsa').replace('EC', 'ec')} -nodes -keyout ${name}.key -subj /CN=weak -days 9 -out ${name}.pem`,
      );
      const files = await load(`${name}.pem`, `${name}.key`);
      await expect(ca.importCa(files)).rejects.toMatchObject({ code: 'KEY_WEAK' });
    }
    await openssl.ok(`x509 -in ${one}.pem -signkey ${one}.key -days -1 -out over.pem`);
    await expect(ca.importCa(await load('over.pem', `${one}.key`))).rejects.toMatchObject({
      code: 'CA_UNFIT',
    });
  });
});
