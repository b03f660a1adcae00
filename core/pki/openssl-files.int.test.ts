import { X509Certificate } from 'node:crypto';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { type Openssl, type TempDir, opensslIn, tempDir } from '#core/testing';
import {
  type BenchCa,
  type Identity,
  createBenchCa,
  dcuBundle,
  exportDer,
  exportPem,
  exportPkcs12,
  inspectCertificate,
  readCertificateFiles,
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

const KEYS = {
  'RSA 2048': 'RSA -pkeyopt rsa_keygen_bits:2048',
  'RSA 4096': 'RSA -pkeyopt rsa_keygen_bits:4096',
  'P-256': 'EC -pkeyopt ec_paramgen_curve:P-256',
  'P-384': 'EC -pkeyopt ec_paramgen_curve:P-384',
  'P-521': 'EC -pkeyopt ec_paramgen_curve:P-521',
  Ed25519: 'ED25519',
};
const made = new Map<string, Promise<string>>();
/** Key and self-signed CA certificate by openssl, once for each type. */
function opensslCa(type: keyof typeof KEYS): Promise<string> {
  const make = async (): Promise<string> => {
    const name = type.replace(' ', '');
    await openssl.ok(`genpkey -algorithm ${KEYS[type]} -out ${name}.key`);
    await openssl.ok(
      `req -x509 -new -key ${name}.key -days 30 -subj /O=Örg/CN=${name} -utf8 -addext keyUsage=critical,keyCertSign,cRLSign -out ${name}.pem`,
    );
    return name;
  };
  const known = made.get(type) ?? make();
  made.set(type, known);
  return known;
}

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

  it.each(Object.keys(KEYS) as (keyof typeof KEYS)[])(
    'takes over a CA of OpenSSL with a key of type %s, and OpenSSL verifies what it signs',
    async (type) => {
      const name = await opensslCa(type);
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

describe('what we make of OpenSSL’s files', () => {
  const read = async (names: string[], passphrase?: string) =>
    readCertificateFiles(await Promise.all(names.map((name) => openssl.read(name))), passphrase);

  it.each(Object.keys(KEYS) as (keyof typeof KEYS)[])(
    'inspects a certificate with %s',
    async (type) => {
      const name = await opensslCa(type);
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
    },
  );

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
      await opensslCa('P-256');
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
    const name = await opensslCa('RSA 2048');
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
    const name = await opensslCa('P-256');
    await openssl.ok(
      `pkcs12 -export -inkey ${name}.key -in ${name}.pem -passout pass: -out in.p12`,
    );
    expect((await read(['in.p12'])).keys).toHaveLength(1);
  });

  it('names the broken encryption of an old PKCS #12', async () => {
    const name = await opensslCa('P-256');
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
    await opensslCa('P-256');
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
    await opensslCa('RSA 2048');
    await opensslCa('P-256');
    await openssl.ok(command);
    expect((await read(['k.der'])).keys).toHaveLength(1);
  });

  it('imports an identity with its intermediate, found by its key', async () => {
    const root = await opensslCa('P-384');
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
    const [one, two] = [await opensslCa('P-256'), await opensslCa('P-384')];
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

describe('certificate requests of OpenSSL', () => {
  const request = async (subject: string, key = 'csr.key', more = ''): Promise<Uint8Array> => {
    await openssl.ok(`req -new -key ${key} -subj ${subject} -out dcu.csr${more}`);
    return (await openssl.read('dcu.csr')).bytes;
  };

  it.each(Object.keys(KEYS) as (keyof typeof KEYS)[])(
    'signs one with a key of type %s',
    async (type) => {
      const name = await opensslCa(type);
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
    },
  );

  it('ignores what the request asks for besides: it gets no server, and no CA', async () => {
    const key = `${await opensslCa('P-256')}.key`;
    const asks =
      ' -addext basicConstraints=critical,CA:true -addext extendedKeyUsage=serverAuth -addext subjectAltName=DNS:backend';
    const record = await ca.signRequest(await request('/CN=VIN2', key, asks));
    expect(record).toMatchObject({ isCa: false, altNames: [], kind: 'client' });
    expect(record.usages).not.toContain('serverAuth');
  });

  it('refuses wrong names, weak keys, and requests whose sender does not hold the key', async () => {
    const key = `${await opensslCa('P-256')}.key`;
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
