import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { type Openssl, type TempDir, opensslIn, tempDir } from '#core/testing';
import { type BenchCa, createBenchCa, exportPkcs12, readCertificateFiles } from './index.ts';

/* Files of others that are odd but right, ours in the hands of others, and those that are wrong. */

const PASSPHRASE = 'pässwörd 🔑 日本';
let dir: TempDir;
let openssl: Openssl;
let ca: BenchCa;
beforeAll(async () => {
  dir = await tempDir();
  openssl = opensslIn(dir);
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Bench CA' });
});
afterAll(async () => {
  await ca.close();
  await dir.remove();
});
const load = (...names: string[]) => Promise.all(names.map((name) => openssl.read(name)));
const python = (script: string): string =>
  execFileSync('/usr/bin/python3', ['-c', script], { cwd: dir.path, encoding: 'utf8' });
const SERIALIZE = `
from cryptography.hazmat.primitives.serialization import pkcs12, load_pem_private_key
from cryptography.hazmat.primitives import serialization as s
from cryptography import x509
secret = ${JSON.stringify(PASSPHRASE)}.encode()
`;

describe('PKCS #12 between Python and us', () => {
  it('is opened by Python with a passphrase of any letters, and by OpenSSL', async () => {
    const client = await ca.issue({ kind: 'client', cn: 'VIN1' });
    await openssl.write('ours.p12', await exportPkcs12(client, PASSPHRASE, ca.certPem));
    const seen = python(`${SERIALIZE}
key, cert, more = pkcs12.load_key_and_certificates(open('ours.p12', 'rb').read(), secret)
print(cert.subject.rfc4514_string(), len(more), key.curve.name)
`);
    expect(seen).toBe('CN=VIN1 1 secp256r1\n');
    await openssl.write('pass', `${PASSPHRASE}\n`);
    await openssl.ok('pkcs12 -in ours.p12 -passin file:pass -noout');
  });

  it.each([
    ['the best it has', 's.BestAvailableEncryption(secret)', PASSPHRASE],
    ['none', 's.NoEncryption()', undefined],
    [
      'AES and SHA-256',
      's.PrivateFormat.PKCS12.encryption_builder().key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC).kdf_rounds(50000).build(secret)',
      PASSPHRASE,
    ],
    [
      '3DES and SHA-1',
      's.PrivateFormat.PKCS12.encryption_builder().key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).build(secret)',
      PASSPHRASE,
    ],
  ])('is read as Python writes it with encryption %s', async (_name, encryption, passphrase) => {
    const client = await ca.issue({ kind: 'client', cn: 'VIN2' });
    await openssl.write('c.pem', client.certPem);
    await openssl.write('c.key', client.keyPem);
    await openssl.write('ca.pem', ca.certPem);
    python(`${SERIALIZE}
key = load_pem_private_key(open('c.key', 'rb').read(), None)
load = lambda name: x509.load_pem_x509_certificate(open(name, 'rb').read())
data = pkcs12.serialize_key_and_certificates(b'VIN2', key, load('c.pem'), [load('ca.pem')], ${encryption})
open('theirs.p12', 'wb').write(data)
`);
    const { certificates, keys } = await readCertificateFiles(await load('theirs.p12'), passphrase);
    expect(certificates.map(({ cn }) => cn).sort()).toEqual(['Bench CA', 'VIN2']);
    expect(keys).toHaveLength(1);
  });
});

describe('a CA that OpenSSL made', () => {
  const make = (name: string, more: string): Promise<string> =>
    openssl.ok(
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ${name}.key -subj /CN=${name} -out ${name}.pem ${more}`,
    );
  const imported = async (name: string): Promise<BenchCa> => {
    const own = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'x' });
    await own.importCa(await load(`${name}.pem`, `${name}.key`));
    return own;
  };

  it('may forbid CAs below it and live for a century: leaves and list verify strictly', async () => {
    const usage = '-addext keyUsage=critical,keyCertSign,cRLSign';
    await make(
      'narrow',
      `-days 36500 -addext basicConstraints=critical,CA:true,pathlen:0 ${usage}`,
    );
    const own = await imported('narrow');
    const leaf = await own.issue({ kind: 'server', cn: 'broker', hosts: ['2001:db8::7'] });
    await openssl.write('leaf.pem', leaf.certPem);
    await openssl.write('crl.pem', own.crlPem());
    const strictly = 'verify -x509_strict -crl_check_all -CAfile narrow.pem -CRLfile crl.pem';
    await openssl.ok(`${strictly} -purpose sslserver -verify_ip 2001:db8::7 leaf.pem`);
    await own.close();
  });

  it.each(['0x01', '0x00ff', '0x80', '0x7f0102030405060708090a0b0c0d0e0f10111213', '0x0a0b'])(
    'revokes what it had given the serial number %s',
    async (serial) => {
      await make('root', '-days 30 -addext keyUsage=critical,keyCertSign,cRLSign');
      await openssl.ok('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out l.key');
      await openssl.ok('req -new -key l.key -subj /CN=VIN8 -out l.csr');
      await openssl.write('l.ext', 'extendedKeyUsage=clientAuth\n');
      await openssl.ok(
        `x509 -req -in l.csr -CA root.pem -CAkey root.key -days 9 -set_serial ${serial} -extfile l.ext -out l.pem`,
      );
      const own = await imported('root');
      const [record] = await own.importIdentity(await load('l.pem', 'l.key'));
      expect(record).toMatchObject({ own: true, state: 'expiring' });
      await own.revoke(record!.fingerprint);
      await openssl.write('crl.pem', own.crlPem());
      const check = 'verify -crl_check -CAfile root.pem -CRLfile crl.pem l.pem';
      expect((await openssl.run(check)).text).toContain('certificate revoked');
      await own.close();
    },
  );

  it('is refused when it is signed with SHA-1, and so is an identity', async () => {
    await make('old', '-days 30 -sha1 -addext keyUsage=critical,keyCertSign,cRLSign');
    await expect(ca.importCa(await load('old.pem', 'old.key'))).rejects.toMatchObject({
      code: 'CA_UNFIT',
      reason: expect.stringContaining('SHA-1') as string,
    });
    await make('leaf1', '-days 30 -sha1 -addext basicConstraints=CA:false');
    const files = await load('leaf1.pem', 'leaf1.key');
    await expect(ca.importIdentity(files)).rejects.toMatchObject({ code: 'CERTIFICATE_UNFIT' });
  });

  it('gives no identity whose name would be a wildcard in a rule', async () => {
    await make('plus', '-days 30 -subj /CN=VIN\\+ -addext basicConstraints=CA:false');
    const files = await load('plus.pem', 'plus.key');
    await expect(ca.importIdentity(files)).rejects.toMatchObject({ code: 'NAME_INVALID' });
  });
});
