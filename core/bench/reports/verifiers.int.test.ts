import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BenchCa, createBenchCa } from '#core/pki';
import { isCodedError, systemClock, systemRandom } from '#core/ports';
import {
  buildReport,
  decodeReport,
  readFingerprint,
  REPORT_BYTES_LIMIT,
  reportPage,
  signReport,
  systemZone,
  verifyReport,
} from '#core/report';
import { importPrivateJwk, REPORT_TYP, signObject, type SigningKey } from '#core/signing';
import { aKey, tempDir, type TempDir } from '#core/testing';

const SCRIPT = fileURLToPath(
  new URL('../../../resources/verifier/verify_report.py', import.meta.url),
);

let dir: TempDir;
let ca: BenchCa;
let key: SigningKey;
let chain: string[];
let text: string;

const unsigned = (): ReturnType<typeof buildReport> =>
  buildReport({
    ...{ reportId: 'report-1', vin: 'VIN1', advice: [], remarks: 'Gruß \u{1f697} é e\u0301' },
    work: { operator: 'Ada', purpose: '\u001b[31mred\u202e', order: null, rxswin: null },
    session: { sessionId: null, begunAt: Date.now(), finishedAt: Date.now(), events: [] },
    ...{ before: null, after: null, updates: [], rollbacks: [], refused: [] },
    tool: { version: '0', benchId: 'b', host: 'headless', os: 'linux' },
    zone: systemZone,
  });
/** As its holder signs it, whatever it says. */
const signed = async (change: Record<string, unknown>, by = key): Promise<string> => {
  const { signature, ...content } = JSON.parse(text) as Record<string, unknown>;
  expect(signature).toBeDefined();
  return JSON.stringify(await signObject({ ...content, ...change }, { key: by, typ: REPORT_TYP }));
};
const withChain = (certificates: string[]): Promise<string> => {
  const { signedBy } = JSON.parse(text) as { signedBy: object };
  return signed({ signedBy: { ...signedBy, chain: certificates } });
};

beforeAll(async () => {
  dir = await tempDir();
  ca = await createBenchCa({ clock: systemClock, random: systemRandom, name: 'Test CA' });
  key = await aKey('ES256', 'report');
  if (!('jwk' in key.publicKey)) throw new Error('no public key');
  const spki = key.publicKey.material.export({ type: 'spki', format: 'der' });
  const leaf = await ca.certifySigner('report-signing', new Uint8Array(spki));
  chain = [leaf, ca.certPem].map((pem) => new X509Certificate(pem).raw.toString('base64'));
  ({ text } = await signReport(unsigned(), { key, chain }));
});
afterAll(() => dir.remove());

/** A vehicle's or an operator's certificate by the same CA, with the key that its holder has. */
async function byVehicle(): Promise<string> {
  const { certPem, keyPem } = await ca.issue({ kind: 'client', cn: 'VIN1' });
  const jwk = createPrivateKey(keyPem).export({ format: 'jwk' });
  const stolen = importPrivateJwk(jwk, 'vehicle');
  const leaf = new X509Certificate(certPem).raw.toString('base64');
  const [, own = ''] = chain;
  return (await signReport(unsigned(), { key: stolen, chain: [leaf, own] })).text;
}

async function cases(): Promise<
  Record<string, [expected: 'ok' | 'refused', document: string | Buffer]>
> {
  const { signedBy, signature } = JSON.parse(text) as {
    signedBy: { kid: string; jwk: Record<string, string> };
    signature: string;
  };
  const [leaf = '', own = ''] = chain;
  const header = Buffer.from(signature.split('.')[0]!, 'base64url').toString();
  const heads = (more: string): string => {
    const other = Buffer.from(header.replace('}', `,${more}}`)).toString('base64url');
    return text.replace(signature.split('.')[0]!, other);
  };
  return {
    'as it was signed': ['ok', text],
    'other line ends': ['ok', text.replaceAll('\n', '\r\n')],
    'members in another order': [
      'ok',
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).reverse())),
    ],
    'a number written otherwise': [
      'ok',
      text.replace('"formatVersion": 1', '"formatVersion": 1.0'),
    ],
    'escapes written out': ['ok', text.replace('"Ada"', '"\\u0041da"')],
    'a page': ['ok', reportPage(text, 'de')],
    'another operator': ['refused', text.replace('"Ada"', '"Eva"')],
    'a letter composed otherwise': ['refused', text.replace(' é ', ' e\u0301 ')],
    'a number above all others': [
      'refused',
      text.replace('"formatVersion": 1', '"formatVersion": 9007199254740993'),
    ],
    'a fraction': ['refused', text.replace('"formatVersion": 1', '"formatVersion": 1.5')],
    'no number': ['refused', text.replace('"formatVersion": 1', '"formatVersion": NaN')],
    'a member twice': ['refused', text.replace('{', '{"format":"x",')],
    'a member twice, once escaped': ['refused', text.replace('{', '{"form\\u0061t":"x",')],
    'a member that nobody signed': ['refused', text.replace('{', '{"more":1,')],
    '`hmac` beside the signature': ['refused', text.replace('{', '{"hmac":"the result was good",')],
    '`__proto__`': ['refused', text.replace('{', '{"__proto__":{"format":"x"},')],
    'a name beyond ASCII': ['refused', text.replace('{', '{"ü":1,')],
    'half a character': ['refused', text.replace('"Ada"', '"\\ud800"')],
    'a bare control character': ['refused', text.replace('"Ada"', '"A\u0000da"')],
    'a byte order mark': ['refused', `\uFEFF${text}`],
    'two documents': ['refused', text + text],
    'half of it': ['refused', text.slice(0, text.length / 2)],
    nothing: ['refused', ''],
    'no UTF-8': ['refused', Buffer.from(text.replace('"Ada"', '"Ad\u00e4"'), 'latin1')],
    'more than a report may have': ['refused', text + ' '.repeat(REPORT_BYTES_LIMIT)],
    'no object': ['refused', '[]'],
    'too deep': ['refused', `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`],
    'no signature': ['refused', text.replace(/,\s*"signature": "[^"]*"/, '')],
    'a signature that is null': [
      'refused',
      text.replace(/"signature": "[^"]*"/, '"signature": null'),
    ],
    'a header that says more': ['refused', heads('"x":1')],
    'a header that demands': ['refused', heads('"crit":["exp"]')],
    'another format': ['refused', await signed({ format: 'letter' })],
    'a later format': ['refused', await signed({ formatVersion: 2 })],
    'true in place of 1': ['refused', await signed({ formatVersion: true })],
    'no result': ['refused', await signed({ result: null })],
    'a time without a zone': [
      'refused',
      await signed({ createdAt: { utc: '2026-11-28T12:00:00.000', offsetMinutes: 0 } }),
    ],
    'before its certificate': [
      'refused',
      await signed({ createdAt: { utc: '2001-01-01T00:00:00.000Z', offsetMinutes: 0 } }),
    ],
    'no certificates': ['ok', await withChain([])],
    'the certificate alone': ['refused', await withChain([leaf])],
    'certificates the other way round': ['refused', await withChain([own, leaf])],
    'a certificate in other base64': [
      'refused',
      await withChain([`${leaf.slice(0, 8)}\n${leaf.slice(8)}`, own]),
    ],
    'a certificate in PEM': [
      'refused',
      await withChain([
        Buffer.from(new X509Certificate(Buffer.from(leaf, 'base64')).toString()).toString('base64'),
        own,
      ]),
    ],
    'something behind a certificate': [
      'refused',
      await withChain([
        Buffer.concat([Buffer.from(leaf, 'base64'), Buffer.from('x')]).toString('base64'),
        own,
      ]),
    ],
    'a key with its private part': [
      'refused',
      await signed({ signedBy: { ...signedBy, jwk: { ...signedBy.jwk, d: 'AA' }, chain: [] } }),
    ],
    'a key of another name': ['refused', await signed({ signedBy: { ...signedBy, kid: 'other' } })],
    'by the key of a vehicle, whose certificate the CA issued': ['refused', await byVehicle()],
  };
}

/** As `ota-bench report verify` reads a file. */
async function ourVerdict(document: string | Buffer): Promise<string> {
  try {
    return (
      await verifyReport(
        decodeReport(typeof document === 'string' ? Buffer.from(document) : document),
      )
    ).verdict;
  } catch (error) {
    if (isCodedError(error)) return 'refused';
    throw error;
  }
}

const python = (args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile('/usr/bin/python3', [SCRIPT, ...args], (_error, stdout, stderr) => {
      resolve(`${stdout}${stderr}`);
    });
  });

it('is judged alike by us and by the script, whatever was done to it', async () => {
  const all = Object.entries(await cases());
  const files = all.map((_, index) => dir.join(`${String(index)}.json`));
  for (const [index, [, [, document]]] of all.entries()) await writeFile(files[index]!, document);
  const out = await python(files);
  const script = out.split('\n').filter((line) => /^(NOT )?OK: /.test(line));
  const judged: Record<string, unknown> = {};
  const wanted: Record<string, unknown> = {};
  for (const [index, [what, [expected, document]]] of all.entries()) {
    const verdict = await ourVerdict(document);
    const theirs = script[index]?.startsWith('OK: ') === true ? 'ok' : 'refused';
    judged[what] = [verdict === 'refused' ? 'refused' : 'ok', theirs];
    wanted[what] = [expected, expected];
  }
  expect(script).toHaveLength(all.length);
  expect(judged).toEqual(wanted);
  // What a stranger wrote moves no cursor and turns no line round.
  for (const mark of ['\u001b', '\u202e']) expect(out).not.toContain(mark);
});

it('is trusted by the CA for its own certificate, and not for that of a vehicle', async () => {
  const given = readFingerprint(ca.fingerprint);
  const vehicle = await byVehicle();
  expect(await verifyReport(text, { given })).toMatchObject({ verdict: 'trusted' });
  expect((await verifyReport(vehicle, { given })).failures[0]!.code).toBe('REPORT_CHAIN');
  const [good, bad] = [dir.join('good.json'), dir.join('bad.json')];
  await writeFile(good, text);
  await writeFile(bad, vehicle);
  const out = await python([good, bad, '--fingerprint', ca.fingerprint]);
  expect(out).toContain(`OK: ${good}: unchanged, and signed by a key that you trust`);
  expect(out).toContain(`NOT OK: ${bad}: the certificate is not for signing documents`);
});
