import { createPrivateKey } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCodedError, systemClock, systemRandom } from '#core/ports';
import { der, derInteger, derOid } from './der.ts';
import { writePem } from './pem.ts';
import { encryptedKey } from './pkcs12.ts';
import {
  type BenchCa,
  createBenchCa,
  exportDer,
  exportPem,
  exportPkcs12,
  inspectCertificate,
  readCertificateFiles,
} from './index.ts';

/* Whatever the bytes: an answer or a code, soon, and never a crash. */

let ca: BenchCa;
const samples: Record<string, Uint8Array> = {};
beforeAll(async () => {
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Bench CA' });
  const client = await ca.issue({ kind: 'client', cn: 'VIN1' });
  const pkcs8 = createPrivateKey(client.keyPem).export({ type: 'pkcs8', format: 'der' });
  samples['cert.der'] = exportDer(client.certPem);
  samples['key.der'] = pkcs8;
  samples['encrypted.der'] = await encryptedKey(pkcs8, 'passphrase');
  samples['cert.pem'] = Buffer.from(client.certPem);
  samples['key.pem'] = Buffer.from(client.keyPem);
  samples['encrypted.pem'] = Buffer.from(
    await exportPem('', { keyPem: client.keyPem, passphrase: 'passphrase' }),
  );
  samples['bundle.p12'] = await exportPkcs12(client, 'passphrase', ca.certPem);
});
afterAll(() => ca.close());

/** The code, or null when it was read. Anything else thrown fails the test. */
async function codeOf(work: () => unknown): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!isCodedError(error)) throw error;
    expect(error.next).not.toBe('');
    return error.code;
  }
}
const reading = (bytes: Uint8Array): Promise<string | null> =>
  codeOf(() => readCertificateFiles([{ name: 'x', bytes }], 'passphrase'));

const NAMES = [
  'cert.der',
  'key.der',
  'encrypted.der',
  'cert.pem',
  'key.pem',
  'encrypted.pem',
  'bundle.p12',
];

describe('readCertificateFiles', () => {
  it.each(NAMES)('reads %s whole', async (name) => {
    expect(await reading(samples[name]!)).toBeNull();
  });

  it.each(NAMES)('refuses %s cut short anywhere', { timeout: 60_000 }, async (name) => {
    const whole = samples[name]!;
    // The last line break of a text may go; everything else is missed.
    const least = name.endsWith('.pem') ? 2 : 1;
    for (let step = 0, length = 0; length <= whole.length - least; step += 1) {
      expect(await reading(whole.subarray(0, length)), `cut to ${length}`).not.toBeNull();
      length += step < 64 ? 1 : 7;
    }
  });

  it.each(NAMES)('answers or refuses %s with bytes changed', { timeout: 120_000 }, async (name) => {
    const whole = samples[name]!;
    const slow = /encrypted|p12/.test(name);
    const change = fc.record({
      at: fc.nat({ max: whole.length - 1 }),
      byte: fc.oneof(fc.constantFrom(0, 0x7f, 0x80, 0x84, 0xff, 0x30), fc.nat({ max: 255 })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, byte } of changes) bytes[at] = byte;
        const partner = samples[name.includes('key') ? 'cert.pem' : 'key.pem']!;
        const pair = [
          { name: 'x', bytes },
          { name: 'y', bytes: partner },
        ];
        await codeOf(() => ca.importIdentity(pair, 'passphrase'));
        if (slow) return;
        await reading(bytes);
        await codeOf(() => inspectCertificate(bytes));
        await codeOf(() => ca.signRequest(bytes));
        await codeOf(() => ca.importCa(pair, 'passphrase'));
      }),
      // Each encrypted one costs up to a second of derivation.
      { numRuns: slow ? 10 : 300 },
    );
  });

  it('answers or refuses any bytes, behind a plausible beginning or not', async () => {
    const beginnings = ['', '-----BEGIN CERTIFICATE-----\n', '\x30\x82\x10\x00', '\x30\x80'];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...beginnings),
        fc.uint8Array({ maxLength: 2_000 }),
        async (beginning, rest) => {
          expect(
            await reading(Buffer.concat([Buffer.from(beginning, 'latin1'), rest])),
          ).not.toBeNull();
        },
      ),
      { numRuns: 500 },
    );
  });

  const integer = (hex: string): Uint8Array => der(0x02, Buffer.from(hex, 'hex'));
  const slowKey = (kdf: Uint8Array): Uint8Array =>
    der(
      0x30,
      der(
        0x30,
        derOid('1.2.840.113549.1.5.13'),
        der(0x30, kdf, der(0x30, derOid('2.16.840.1.101.3.4.1.42'), der(0x04, new Uint8Array(16)))),
      ),
      der(0x04, new Uint8Array(32)),
    );
  const pbkdf2 = (...iterations: Uint8Array[]): Uint8Array =>
    der(
      0x30,
      derOid('1.2.840.113549.1.5.12'),
      der(0x30, der(0x04, new Uint8Array(8)), ...iterations),
    );
  const scrypt = (N: number, r: number, p: number): Uint8Array =>
    der(
      0x30,
      derOid('1.3.6.1.4.1.11591.4.11'),
      der(0x30, der(0x04, new Uint8Array(8)), derInteger(N), derInteger(r), derInteger(p)),
    );

  it.each([
    ['2^31 iterations', () => slowKey(pbkdf2(derInteger(2 ** 31))), 'ENCRYPTION_COSTLY'],
    [
      '2^200 iterations',
      () => slowKey(pbkdf2(integer(`01${'00'.repeat(25)}`))),
      'ENCRYPTION_COSTLY',
    ],
    ['no iterations', () => slowKey(pbkdf2(derInteger(0))), 'FILE_DAMAGED'],
    ['negative iterations', () => slowKey(pbkdf2(integer('ff'))), 'FILE_DAMAGED'],
    ['scrypt of 1 TB', () => slowKey(scrypt(2 ** 30, 8, 1)), 'ENCRYPTION_COSTLY'],
    ['scrypt of a day', () => slowKey(scrypt(2 ** 14, 1, 2 ** 12)), 'ENCRYPTION_COSTLY'],
    ['scrypt with N not a power of 2', () => slowKey(scrypt(1_000, 8, 1)), 'FILE_DAMAGED'],
    ['a length of 4 GB', () => Buffer.from('3084ffffffff0000', 'hex'), 'FILE_DAMAGED'],
    ['a length that never ends', () => Buffer.from('3080308030803080', 'hex'), 'FILE_DAMAGED'],
    ['half a million nested', () => Buffer.alloc(1_000_000, '3080', 'hex'), 'FILE_DAMAGED'],
    [
      'half a million empty elements',
      () => der(0x30, Buffer.alloc(1_000_000, '0500', 'hex')),
      'FILE_DAMAGED',
    ],
    ['2 MB', () => new Uint8Array(2_000_000), 'FILE_TOO_LARGE'],
    ['nothing', () => new Uint8Array(0), 'FILE_NOT_CERTIFICATE'],
    ['a text', () => Buffer.from('not a certificate'), 'FILE_NOT_CERTIFICATE'],
    [
      'a megabyte of one PEM line',
      () =>
        Buffer.from(
          `-----BEGIN CERTIFICATE-----\n${'A'.repeat(1_000_000)}\n-----END CERTIFICATE-----`,
        ),
      'FILE_DAMAGED',
    ],
    [
      'a thousand PEM blocks',
      () => Buffer.from('-----BEGIN X-----\nAAAA\n-----END X-----\n'.repeat(1_000)),
      'FILE_DAMAGED',
    ],
    [
      'PEM without an end',
      () => Buffer.from('-----BEGIN CERTIFICATE-----\nAAAA\n'),
      'FILE_DAMAGED',
    ],
    [
      'an SSH key',
      () =>
        Buffer.from('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----'),
      'ALGORITHM_UNSUPPORTED',
    ],
  ] as const)('refuses %s, and does not begin what would take a day', async (_n, make, code) => {
    expect(await reading(make())).toBe(code);
  });

  it('counts what a MAC costs, which is hashed slower than a key', async () => {
    const hash = der(0x30, derOid('2.16.840.1.101.3.4.2.1'), der(0x05));
    const mac = der(0x30, hash, der(0x04, new Uint8Array(32)));
    const safes = der(0x30, derOid('1.2.840.113549.1.7.1'), der(0xa0, der(0x04, der(0x30))));
    const file = (iterations: number): Uint8Array =>
      der(
        0x30,
        derInteger(3),
        safes,
        der(0x30, mac, der(0x04, new Uint8Array(8)), derInteger(iterations)),
      );
    expect(await reading(file(1_000_001))).toBe('ENCRYPTION_COSTLY');
    expect(await reading(file(2_048))).toBe('PASSPHRASE_WRONG');
  });

  it('refuses a certificate with bytes behind it, which had another fingerprint', async () => {
    const bytes = writePem(
      'CERTIFICATE',
      Buffer.concat([samples['cert.der']!, Buffer.from('3084ffff', 'hex')]),
    );
    const files = [
      { name: 'x.pem', bytes: Buffer.from(bytes) },
      { name: 'y.pem', bytes: samples['key.pem']! },
    ];
    expect(await codeOf(() => ca.importIdentity(files))).toBe('FILE_DAMAGED');
  });

  it('reads a nested certificate no deeper than its memory allows', async () => {
    // A certificate by its outside, nested ten thousand deep within.
    let inner: Uint8Array = der(0x05);
    for (let depth = 0; depth < 10_000; depth += 1) inner = der(0x30, inner);
    const algorithm = der(0x30, derOid('1.2.840.10045.4.3.2'));
    const bytes = der(0x30, inner, algorithm, der(0x03, new Uint8Array(9)));
    expect(await reading(bytes)).toBe('FILE_DAMAGED');
  });
});

describe('names that RFC 4514 would read as another', () => {
  it.each(['"backend"', 'back\\65nd', 'VIN1, O=x', 'ä&b'])('finds %j by itself', async (cn) => {
    const issued = await ca.issue({ kind: 'client', cn });
    expect(ca.find(issued.fingerprint)?.cn).toBe(cn);
    expect((await ca.identity(cn))?.fingerprint).toBe(issued.fingerprint);
    expect((await ca.renew(issued.fingerprint)).cn).toBe(cn);
  });
});
