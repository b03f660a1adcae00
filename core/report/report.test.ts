import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ReportDocument, UpdateView } from '#core/contract';
import { openDatabase } from '#core/storage';
import { aKey, aManifest, seededRandom } from '#core/testing';
import {
  buildReport,
  openReportBooks,
  readFingerprint,
  readTrusted,
  reportPage,
  signReport,
  verifyReport,
  type Material,
} from '#core/report';
import { exportPublicJwk } from '#core/signing';

const NOON = Date.UTC(2026, 10, 28, 12);
const HOSTILE = '"><script>alert(1)</script>\u202eevil <img src=x onerror=1> & \'';

const anUpdate = (more: Partial<UpdateView> = {}): UpdateView => ({
  ...{ updateId: 'u-1', vin: 'VIN1', ecuId: 'radio', releaseId: 'r-1', version: '2.0.0' },
  ...{ description: HOSTILE, createdAt: NOON, stage: 'completed', progress: 100, paused: false },
  ...{ waiting: null, foreign: false, members: [] },
  steps: [
    { stage: 'issued', at: NOON, detail: 'delivered', signature: 'valid', by: 'backend' },
    { stage: 'available', at: NOON + 1, detail: 'offered', signature: 'valid', by: 'gatekeeper' },
    { stage: 'completed', at: NOON + 9, detail: HOSTILE, signature: 'valid', by: 'vehicle' },
  ],
  ...more,
});

const aMaterial = (more: Partial<Material> = {}): Material => ({
  ...{ reportId: 'report-1', vin: 'VIN1', advice: [], remarks: null },
  work: { operator: HOSTILE, purpose: 'مثال', order: null, rxswin: null },
  session: { sessionId: 's-1', begunAt: NOON, finishedAt: NOON + 10, events: [] },
  ...{ before: null, after: null, rollbacks: [], refused: [] },
  updates: [
    {
      update: anUpdate(),
      installs: true,
      releases: [
        {
          manifest: aManifest({ preconditions: { minSupplyMillivolts: 12_000, parked: true } }),
          ...{ ecuId: 'radio', manifestSha256: '0'.repeat(64), signature: 'valid', kid: null },
        },
      ],
      moments: [
        {
          moment: 'installing',
          snapshot: {
            ...{ at: NOON + 5, online: true, simulated: true, ecus: [] },
            conditions: {
              ...{ supplyMillivolts: 11_900, ignition: 'off', parked: true },
              ...{ freeBytes: 2 ** 40, temperatureCelsius: 20 },
            },
          },
        },
      ],
    },
  ],
  tool: { version: '0', benchId: 'bench', host: 'headless', os: 'linux' },
  zone: { name: 'Europe/Berlin', offsetAt: () => 60 },
  ...more,
});

let signed: { document: ReportDocument; text: string };
let key: Awaited<ReturnType<typeof aKey>>;
beforeAll(async () => {
  key = await aKey('ES256');
  signed = await signReport(buildReport(aMaterial()), { key, chain: [] });
});
const codesOf = async (text: string): Promise<string[]> =>
  (await verifyReport(text)).failures.map(({ code }) => code);

describe('a report', () => {
  it('says what was required and what was found, and which did not hold', () => {
    const checked = signed.document.updates[0]!.moments[0]!.checked;
    expect(checked).toMatchObject([
      { condition: 'minSupplyMillivolts', required: 12_000, actual: 11_900, state: 'unmet' },
      { condition: 'parked', required: true, actual: true, state: 'met' },
      { condition: 'minFreeBytes', state: 'met' },
    ]);
  });

  it('writes times in UTC with their distance from it, also when the clock went back', () => {
    const { createdAt } = signed.document;
    expect(createdAt).toEqual({ utc: '2026-11-28T12:00:00.010Z', offsetMinutes: 60 });
    const session = { sessionId: null, begunAt: NOON, finishedAt: -5, events: [] };
    expect(buildReport(aMaterial({ session })).createdAt.utc).toBe('1970-01-01T00:00:00.000Z');
  });

  it.each([
    ['nothing_done', []],
    ['completed', [anUpdate({ stage: 'refused' }), anUpdate({ createdAt: NOON + 20 })]],
    ['rolled_back', [anUpdate(), anUpdate({ stage: 'rolled_back' })]],
    ['failed', [anUpdate({ stage: 'failed' }), anUpdate({ ecuId: 'other' })]],
    ['unfinished', [anUpdate(), anUpdate({ ecuId: 'other', stage: 'installing' })]],
  ] as const)('comes to %s by the last attempt at each ECU', (word, updates) => {
    const noted = updates.map((update) => ({ update, installs: true, releases: [], moments: [] }));
    expect(buildReport(aMaterial({ updates: noted })).result.word).toBe(word);
  });

  const bank = { bank: 'A', state: 'valid', length: 1, releaseCounter: 1 } as const;
  const found = (at: number, versions: Record<string, string>): Material['before'] => ({
    ...{ at, online: true, simulated: true, conditions: null },
    ecus: Object.entries(versions).map(([ecuId, version]) => ({
      ...{ ecuId, name: ecuId, hardwareId: 'H', partNumber: 'P', bootloaderSha256: '' },
      ...{ layout: 'dual', activeBank: 'A', basis: 'measured' },
      banks: [{ ...bank, version, sha256: `sha-${version}`, claimedSha256: `sha-${version}` }],
    })),
  });
  const sentence = (more: Partial<Material>): string =>
    buildReport(aMaterial(more)).result.sentence;
  const attempt = (ecuId: string, stage: UpdateView['stage'], code?: string) => ({
    update: anUpdate({
      ...{ updateId: `u-${ecuId}`, ecuId, stage },
      ...(code === undefined ? {} : { refusal: { code, reason: 'r', next: 'n' } }),
    }),
    ...{ installs: true, releases: [], moments: [] },
  });

  it('says of each ECU only what came of it, and no stranger’s message is its reason', () => {
    const its = {
      before: found(NOON, { radio: '1', gateway: '1' }),
      after: found(NOON + 9, { radio: '2', gateway: '1' }),
      updates: [attempt('gateway', 'refused', 'NOT_PARKED'), attempt('radio', 'completed')],
      refused: [{ at: NOON + 20, updateId: 'u-gateway', code: 'SIGNATURE_INVALID', reason: 'x' }],
    };
    expect(sentence(its)).toBe(
      'VIN1: the update was refused and nothing was written (gateway): NOT_PARKED; ' +
        'the new software is installed and runs (radio 1 → 2).',
    );
  });

  it('claims no success that was taken back, and says what else changed meanwhile', () => {
    const back = {
      ...{ verdictId: 'v', updateId: 'other', vin: 'VIN1', ecuId: 'radio', origin: 'technician' },
      ...{ askedBy: 'x', requestedAt: NOON + 20, endedAt: NOON + 30, receivedAt: NOON + 30 },
      ...{ checks: [], action: 'switched', outcome: 'rolled_back', before: null, after: null },
      ...{ reason: { code: 'ASKED', reason: 'r', next: 'n' }, signature: 'valid' },
    } as unknown as Material['rollbacks'][number];
    const report = buildReport(
      aMaterial({ updates: [attempt('radio', 'completed')], rollbacks: [back] }),
    );
    expect(report.result.word).toBe('rolled_back');
    // One that was taken back to just this is none of its failures.
    const [kept] = aMaterial().updates;
    const { sha256 } = kept!.releases[0]!.manifest.firmware;
    const after = { activeBank: 'B', banks: [{ bank: 'B', state: 'valid', version: '2', sha256 }] };
    const onto = { ...back, after } as unknown as typeof back;
    expect(buildReport(aMaterial({ rollbacks: [onto] })).result.word).toBe('completed');
    const others = { before: found(NOON, { radio: '1' }), after: found(NOON + 9, { radio: '9' }) };
    expect(sentence({ ...others, updates: [] })).toBe(
      'VIN1: nothing was done in this session; something else changed meanwhile (radio 1 → 9).',
    );
    const [noted] = aMaterial().updates;
    expect(sentence({ ...others, updates: [noted!] })).toContain(
      'afterwards other software was found than was installed (radio)',
    );
  });

  it('tells a refusal with who refused, and each member of a bundle that failed', () => {
    const refusal = { code: 'SELF_TEST', reason: 'no answer', next: 'look' };
    const update = anUpdate({
      stage: 'failed',
      ecuId: '',
      steps: [
        {
          stage: 'failed',
          at: NOON,
          detail: 'SELF_TEST: no answer',
          signature: 'valid',
          by: 'vehicle',
        },
      ],
      refusal,
      members: [{ ecuId: 'a', version: '1', stage: 'failed', progress: 0, refusal }],
    });
    const noted = [{ update, installs: true, releases: [], moments: [] }];
    expect(buildReport(aMaterial({ updates: noted })).refusals).toMatchObject([
      { ecuId: 'a', by: 'vehicle', code: 'SELF_TEST', at: null },
      { ecuId: null, by: 'vehicle', code: 'SELF_TEST', at: { offsetMinutes: 60 } },
    ]);
  });
});

describe('verifying', () => {
  it('calls an unknown key unknown, and trusts the one it was told of', async () => {
    expect(await verifyReport(signed.text)).toMatchObject({
      verdict: 'unknown_key',
      trust: 'none',
    });
    const given = readTrusted(JSON.stringify({ keys: [exportPublicJwk(key)] }));
    expect(await verifyReport(signed.text, { given })).toMatchObject({ verdict: 'trusted' });
    const hex = Buffer.from(key.kid, 'base64url').toString('hex').match(/../g)!.join(':');
    const by = { given: readFingerprint(hex.toUpperCase()) };
    expect(await verifyReport(signed.text, by)).toMatchObject({ verdict: 'trusted' });
    const other = { given: readFingerprint('a'.repeat(64)) };
    expect((await verifyReport(signed.text, other)).failures[0]!.code).toBe('REPORT_UNTRUSTED');
  });

  it('fails when any one character becomes another', async () => {
    const { text } = signed;
    const place = fc.nat({ max: text.trimEnd().length - 1 });
    const changed = fc.tuple(
      place,
      fc.constantFrom('a', 'Z', '0', '{', '"', '\\', ',', ':', '-', 'é', '\u0000'),
    );
    await fc.assert(
      fc.asyncProperty(changed, async ([at, other]) => {
        // White space between members says nothing, and one character may be what was there.
        fc.pre(text[at] !== other);
        const verdict = await verifyReport(text.slice(0, at) + other + text.slice(at + 1));
        expect(verdict.verdict).toBe('refused');
        expect(verdict.document).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a key put in place of the one that signed, another kind, and no signature', async () => {
    const stranger = await aKey('EdDSA');
    const { kid, kty, crv, x } = exportPublicJwk(stranger);
    const signedBy = { kid, jwk: { kty, crv, x }, chain: [] };
    const swapped = JSON.stringify({ ...signed.document, signedBy });
    expect(await codesOf(swapped)).toEqual(['KEY_UNKNOWN']);
    const { signature, ...unsigned } = signed.document;
    expect(await codesOf(JSON.stringify(unsigned))).toEqual(['UNSIGNED']);
    const [, part = ''] = signature.split('..');
    const header = { alg: 'ES256', kid: key.kid, typ: 'ota-status+jws' };
    const moved = `${Buffer.from(JSON.stringify(header)).toString('base64url')}..${part}`;
    const told = JSON.stringify({ ...signed.document, signature: moved });
    expect(await codesOf(told)).toEqual(['TYP_MISMATCH']);
    expect(await codesOf(' '.repeat(7_000_000))).toEqual(['TOO_LARGE']);
  });
});

describe('the page', () => {
  it.each(['en', 'de'] as const)(
    'in %s shows what strangers wrote, and runs none of it',
    (lang) => {
      const page = reportPage(signed.text, lang);
      expect(page).not.toMatch(/<script|<img|onerror=1>/);
      expect(page).toContain('<bdi>&quot;&gt;&lt;script&gt;');
      const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page)!;
      const hash = createHash('sha256').update(style).digest('base64');
      expect(page).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
      expect(page).toContain('UTC+01:00');
    },
  );

  it('is verified with what it shows', async () => {
    const page = reportPage(signed.text, 'de');
    expect((await verifyReport(page)).verdict).toBe('unknown_key');
    expect((await verifyReport(page.replaceAll('\n', '\r\n'))).verdict).toBe('unknown_key');
    const altered = page.replace('Abgeschlossen', 'Fehlgeschlagen');
    expect(await codesOf(altered)).toEqual(['REPORT_PAGE_CHANGED']);
  });
});

describe('the books', () => {
  it('keep a report as it is, and page through thousands', () => {
    const db = openDatabase(':memory:');
    const { shelf } = openReportBooks(db, seededRandom());
    for (let index = 1; index <= 2_100; index += 1) {
      const document = {
        ...signed.document,
        reportId: `report-${String(index)}`,
        session: { ...signed.document.session, sessionId: null },
      };
      shelf.add(document, '{}', () => undefined);
    }
    const first = shelf.list({ limit: 200 });
    expect([first.reports.length, first.total, first.next]).toEqual([200, 2_100, 1_901]);
    let pages = 1;
    for (let { next } = first; next !== null; pages += 1) {
      ({ next } = shelf.list({ limit: 200, before: next }));
    }
    expect(pages).toBe(11);
    expect(shelf.list({ limit: 5, text: 'VIN1 REPORT-77' }).total).toBe(11);
    expect(() => db.exec("UPDATE report SET text = 'x'")).toThrow('never changed');
    expect(() => db.exec('DELETE FROM report')).toThrow('never deleted');
    db.close();
  });

  it('keep the session where there is no space for its report', () => {
    const db = openDatabase(':memory:');
    const { shelf, sessions } = openReportBooks(db, seededRandom());
    const session = {
      ...{ sessionId: 's-1', vin: 'VIN1', begunAt: NOON, operator: 'A', purpose: 'B', order: null },
      ...{ rxswin: null, before: null, updateIds: [], events: [] },
    };
    sessions.add(session);
    db.exec(
      `PRAGMA max_page_count = ${String(db.prepare('PRAGMA page_count').get()!['page_count'])}`,
    );
    const add = (): unknown =>
      shelf.add(signed.document, 'x'.repeat(100_000), () => {
        sessions.end('s-1');
      });
    expect(add).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
    expect(sessions.running()).toHaveLength(1);
    db.exec('PRAGMA max_page_count = 100000');
    expect(add()).toMatchObject({ sessionId: 's-1', number: 1 });
    expect(openReportBooks(db, seededRandom()).sessions.running()).toEqual([]);
    db.close();
  });
});
