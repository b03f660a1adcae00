import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '#core/contract';
import { defaultAcl, parseAcl } from '#core/acl';
import {
  type AuditCertificate,
  type AuditListener,
  type AuditSnapshot,
  auditBench,
} from './index.ts';

const NOW = Date.UTC(2026, 10, 22);
const DAY = 86_400_000;

const TLS: AuditListener = {
  ...{ name: 'tls', kind: 'tls', host: '127.0.0.1', port: 8_883, remote: false },
  ...{ clientCertificates: 'required', anonymous: false },
};
const TCP: AuditListener = {
  ...{ ...TLS, name: 'tcp', kind: 'tcp', port: 1_883 },
  clientCertificates: 'none',
};

function aCertificate(given: Partial<AuditCertificate> = {}): AuditCertificate {
  const cn = given.cn ?? 'backend';
  return {
    fingerprint: 'ab'.repeat(32),
    kind: 'client',
    cn,
    subject: `CN=${cn}`,
    issuer: 'CN=OTA Bench CA',
    origin: 'issued',
    keyType: 'P-256',
    signatureAlgorithm: 'ECDSA SHA-256',
    altNames: [],
    usages: ['digitalSignature', 'clientAuth'],
    notBefore: NOW - DAY,
    notAfter: NOW + 365 * DAY,
    state: 'valid',
    usedBy: [],
    ...given,
  };
}

const NAMES = ['backend', 'gatekeeper', 'VIN1234567890'];

/** As the bench is when nobody has changed anything, with a keychain. */
function aBench(given: Partial<AuditSnapshot> = {}): AuditSnapshot {
  return {
    listeners: [TLS],
    externalBroker: null,
    acl: parseAcl(defaultAcl('vehicle/updates')),
    identities: NAMES.map((name) => ({ name, by: 'certificate' as const })),
    certificates: [
      aCertificate({ kind: 'ca', cn: 'OTA Bench CA', fingerprint: '00'.repeat(32) }),
      aCertificate({ kind: 'server', cn: 'broker', altNames: ['DNS:localhost', 'IP:127.0.0.1'] }),
      ...NAMES.map((cn) => aCertificate({ cn, usedBy: [cn] })),
    ],
    policies: { gatekeeper: 'require', dcu: 'require', backend: 'require' },
    algorithm: 'EdDSA',
    vault: { mode: 'keychain' },
    secretsInSession: 0,
    clockSkewMs: 400,
    runtime: { electron: '45.4.1', node: '24.21.0' },
    clients: NAMES.map((user) => ({ clientId: `ota-${user}`, user, address: '127.0.0.1' })),
    takenOver: [{ clientId: 'ota-backend', times: 1 }],
    subscriptions: 'refuse-suback',
    now: NOW,
    ...given,
  };
}

const found = (given: Partial<AuditSnapshot>): string[] =>
  auditBench(aBench(given)).map(({ code, severity }) => `${severity} ${code}`);
const withCertificate = (given: Partial<AuditCertificate>): string[] =>
  found({ certificates: [...aBench().certificates, aCertificate(given)] });
const withAcl = (text: string): string[] => found({ acl: parseAcl(text) });

describe('the audit of a bench', () => {
  it('finds nothing wrong with the default set-up in keychain mode', () => {
    expect(auditBench(aBench())).toEqual([]);
  });

  it('says of the default set-up without a keychain only that', () => {
    const findings = auditBench(
      aBench({
        vault: { mode: 'session' },
        secretsInSession: 9,
        runtime: { electron: null, node: '24.21.0' },
      }),
    );
    expect(findings.map(({ code }) => code)).toEqual(['SECRETS_SESSION_ONLY']);
    expect(findings[0]?.evidence).toContain('9 secrets');
  });

  it('gives the reason why there is no keychain, and its next step', () => {
    const refusal = { code: 'KEYCHAIN_LOCKED', reason: 'it is locked', next: 'Unlock it.' };
    expect(auditBench(aBench({ vault: { mode: 'session', refusal } }))).toMatchObject([
      {
        evidence: expect.stringContaining('KEYCHAIN_LOCKED: it is locked') as string,
        repair: 'Unlock it.',
      },
    ]);
  });

  it.each<[string, Partial<AuditListener>, string[]]>([
    ['plain on loopback', {}, ['medium PLAIN_LISTENER']],
    ['plain on ::1', { host: '::1' }, ['medium PLAIN_LISTENER']],
    [
      'plain for all',
      { host: '0.0.0.0', remote: true },
      ['high PLAIN_LISTENER', 'medium EXPOSED_LISTENER'],
    ],
    ['plain WebSocket', { name: 'ws', kind: 'ws' }, ['medium PLAIN_LISTENER']],
    ['anonymous', { ...TLS, anonymous: true }, ['high ANONYMOUS_LISTENER']],
    ['TLS for all', { ...TLS, host: '192.168.1.2' }, ['low EXPOSED_LISTENER']],
    [
      'TLS for all with passwords',
      { ...TLS, host: '::', clientCertificates: 'optional' },
      ['medium EXPOSED_LISTENER'],
    ],
    ['TLS on localhost', { ...TLS, host: 'localhost' }, []],
    ['TLS on 127.1.2.3', { ...TLS, host: '127.1.2.3' }, []],
    // A name that only begins like loopback is somebody's machine.
    ['TLS on a look-alike', { ...TLS, host: '127.0.0.1.example' }, ['low EXPOSED_LISTENER']],
  ])('judges a listener that is %s', (_what, listener, wanted) => {
    expect(found({ listeners: [{ ...TCP, ...listener }] })).toEqual(wanted);
  });

  it.each<[string, boolean, string[]]>([
    ['mqtts://broker.example:8883', true, []],
    ['wss://broker.example/mqtt', true, []],
    ['mqtt://broker.example:1883', true, ['high OUTSIDE_BROKER_PLAIN']],
    ['ws://127.0.0.1:9001', true, ['medium OUTSIDE_BROKER_PLAIN']],
    ['mqtt://[::1]:1883', true, ['medium OUTSIDE_BROKER_PLAIN']],
    ['mqtts://broker.example', false, ['medium OUTSIDE_BROKER_ANONYMOUS']],
  ])('judges the outside broker %s', (url, credentials, wanted) => {
    expect(found({ listeners: [], acl: null, externalBroker: { url, credentials } })).toEqual(
      wanted,
    );
  });

  it.each([
    ['user backend\ntopic write #', ['high WILDCARD_WRITE']],
    ['user backend\ntopic #', ['high WILDCARD_WRITE']],
    ['user backend\ntopic write vehicle/updates/+/command', []],
    ['user VIN1234567890\ntopic write vehicle/updates/+/progress', ['medium WILDCARD_WRITE']],
    ['pattern write vehicle/updates/+/progress', ['medium WILDCARD_WRITE']],
    ['pattern write vehicle/updates/%u/#', ['medium WILDCARD_WRITE']],
    ['pattern write vehicle/updates/%u/firmware/+/request', []],
    ['topic write open/#', ['low WILDCARD_WRITE']],
    ['user ghost\ntopic write #', ['low UNUSED_ACL_USER', 'low WILDCARD_WRITE']],
    ['user backend\ntopic read #\ntopic deny secret/#', []],
  ])('looks for wildcard write rights in %j', (text, wanted) => {
    const everybody = 'pattern read vehicle/updates/%u/status\n';
    expect(withAcl(`${text}\n${everybody}`)).toEqual(wanted);
  });

  it('takes a right of the nameless for what it is once a listener lets them in', () => {
    const acl = parseAcl('topic write open/#\npattern read vehicle/updates/%u/status\n');
    const [listener] = aBench({}).listeners;
    expect(found({ acl, listeners: [{ ...listener!, anonymous: true }] })).toContain(
      'high WILDCARD_WRITE',
    );
  });

  it('names user and line of a wildcard write right', () => {
    const acl = parseAcl('pattern read x/%u\nuser backend\ntopic write a/#\n');
    expect(auditBench(aBench({ acl }))[0]?.evidence).toMatch(/^line 3: .*backend/);
  });

  it('finds users of the list whom nobody can be', () => {
    expect(withAcl('user ghost\ntopic read x\ntopic read y\npattern read x/%u')).toEqual([
      'low UNUSED_ACL_USER',
    ]);
  });

  it('finds identities of which no line speaks', () => {
    expect(withAcl('user backend\ntopic read x\nuser gatekeeper\ntopic read y')).toEqual([
      'low IDENTITY_WITHOUT_RIGHTS',
    ]);
  });

  it.each<[Partial<AuditCertificate>, string[]]>([
    [{ cn: 'VIN2', state: 'expired', notAfter: NOW - DAY }, ['high CERTIFICATE_EXPIRED']],
    [{ cn: 'VIN2', state: 'expiring', notAfter: NOW + 29 * DAY }, ['medium CERTIFICATE_EXPIRING']],
    [
      { cn: 'VIN2', state: 'not_yet_valid', notBefore: NOW + DAY },
      ['medium CERTIFICATE_NOT_YET_VALID'],
    ],
    [{ cn: 'VIN2', state: 'revoked', usedBy: ['VIN2'] }, ['high REVOKED_IN_USE']],
    [{ cn: 'VIN2', state: 'revoked', keyType: 'RSA 1024' }, []],
    [{ keyType: 'RSA 1024' }, ['high WEAK_KEY']],
    [{ keyType: 'RSA 2048' }, []],
    [{ keyType: 'secp192k1' }, ['high WEAK_KEY']],
    [{ keyType: 'RSA 4096', keyWeakness: 'its exponent is 3' }, ['high WEAK_KEY']],
    [{ keyType: 'Ed25519', keyWeakness: null }, []],
    [{ signatureAlgorithm: 'RSA SHA-1' }, ['high WEAK_SIGNATURE']],
    [{ signatureAlgorithm: 'md5WithRSAEncryption' }, ['high WEAK_SIGNATURE']],
    [{ signatureAlgorithm: 'RSA SHA-512' }, []],
    [
      { kind: 'ca', subject: 'CN=r', issuer: 'CN=r', signatureAlgorithm: 'RSA SHA-1' },
      ['low WEAK_SIGNATURE'],
    ],
    [{ kind: 'server' }, ['medium SERVER_WITHOUT_ALT_NAME']],
    [{ kind: 'server', altNames: ['DNS:broker'] }, []],
  ])('judges the certificate %j', (given, wanted) => {
    expect(withCertificate(given)).toEqual(wanted);
  });

  it('says nothing of an ended certificate that a valid one has replaced, unless it is in use', () => {
    const ended = { state: 'expired', notAfter: NOW - DAY, fingerprint: 'cd'.repeat(32) } as const;
    expect(withCertificate({ ...ended, cn: 'backend' })).toEqual([]);
    expect(withCertificate({ ...ended, cn: 'backend', usedBy: ['backend'] })).toEqual([
      'high CERTIFICATE_EXPIRED',
    ]);
  });

  it.each<[string, Partial<AuditSnapshot>, string[]]>([
    ['HS256', { algorithm: 'HS256' }, ['medium SHARED_SECRET_SIGNING']],
    ['hmac', { algorithm: 'hmac' }, ['medium SHARED_SECRET_SIGNING']],
    ['ES256', { algorithm: 'ES256' }, []],
    [
      'lax policies',
      { policies: { gatekeeper: 'off', dcu: 'warn', backend: 'warn' } },
      ['high POLICY_OFF', 'medium POLICY_WARN'],
    ],
    ['a minute of skew', { clockSkewMs: -60_000 }, []],
    ['more skew', { clockSkewMs: -60_001 }, ['medium CLOCK_SKEW']],
    ['unknown skew', { clockSkewMs: null }, []],
    ['old Electron', { runtime: { electron: '44.9.9', node: '24' } }, ['medium ELECTRON_OUTDATED']],
    ['no Electron', { runtime: { electron: null, node: '24' } }, []],
    [
      'odd Electron',
      { runtime: { electron: 'nightly', node: '24' } },
      ['medium ELECTRON_OUTDATED'],
    ],
    ['deliver-only', { subscriptions: 'deliver-only' }, ['info SUBSCRIPTIONS_DELIVER_ONLY']],
    ['two take-overs', { takenOver: [{ clientId: 'x', times: 2 }] }, []],
    ['a third one', { takenOver: [{ clientId: 'x', times: 3 }] }, ['medium SHARED_CLIENT_ID']],
    [
      'an id of two users',
      {
        clients: [
          { clientId: 'x', user: 'a', address: '10.0.0.1' },
          { clientId: 'x', user: 'b', address: '10.0.0.2' },
        ],
      },
      ['medium SHARED_CLIENT_ID'],
    ],
    [
      'an id of one user at two addresses',
      {
        clients: [
          { clientId: 'x', user: 'a', address: '10.0.0.1' },
          { clientId: 'x', user: 'a', address: '10.0.0.2' },
        ],
      },
      [],
    ],
  ])('judges %s', (_what, given, wanted) => {
    expect(found(given)).toEqual(wanted);
  });

  const listeners = fc.array(
    fc.record({
      name: fc.constantFrom('tls' as const, 'tcp' as const, 'ws' as const),
      kind: fc.constantFrom('tls' as const, 'tcp' as const, 'ws' as const, 'wss' as const),
      host: fc.constantFrom('127.0.0.1', '0.0.0.0', '10.1.1.1'),
      port: fc.integer({ min: 1, max: 65_535 }),
      remote: fc.boolean(),
      clientCertificates: fc.constantFrom('required' as const, 'none' as const),
      anonymous: fc.boolean(),
    }),
    { maxLength: 6 },
  );
  const rules = fc.array(
    fc.record({
      line: fc.integer({ min: 1, max: 99 }),
      access: fc.constantFrom('read' as const, 'write' as const),
      filter: fc.constantFrom('#', 'a/+', 'a/b'),
      kind: fc.constant('topic' as const),
      user: fc.constantFrom(null, 'a', 'b', 'backend'),
    }),
  );
  const ORDER = ['high', 'medium', 'low', 'info'];

  it('is pure, and its order depends on what is found alone', () => {
    fc.assert(
      fc.property(listeners, rules, (doors, lines) => {
        const snapshot = aBench({ listeners: doors, acl: { lines } });
        const before = structuredClone(snapshot);
        const findings = auditBench(snapshot);
        expect(snapshot).toEqual(before);
        expect(auditBench(snapshot)).toEqual(findings);
        const ranks = findings.map(({ severity }) => ORDER.indexOf(severity));
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
        for (const [index, { severity, code }] of findings.entries()) {
          const before_: Finding | undefined = findings[index - 1];
          if (before_?.severity === severity) expect(before_.code <= code).toBe(true);
          expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
        }
        const turned = auditBench(aBench({ listeners: [...doors].reverse(), acl: { lines } }));
        expect(turned).toEqual(findings);
      }),
    );
  });
});
