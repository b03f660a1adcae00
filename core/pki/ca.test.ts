import { X509Certificate, createPrivateKey } from 'node:crypto';
// Node 24 leaves TLS without contexts where the first that needs it is `toLegacyObject`.
import 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { type BenchCa, createBenchCa } from './index.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const clock = { ...systemClock, now: () => NOW };
let ca: BenchCa;
beforeAll(async () => {
  ca = await createBenchCa({ clock, random: systemRandom, name: 'Bench CA' });
});

describe('createBenchCa', () => {
  it('names itself and may sign certificates, for leaves only', () => {
    const parsed = new X509Certificate(ca.certPem);
    expect(parsed.ca).toBe(true);
    expect(parsed.subject).toBe('CN=Bench CA');
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(ca.fingerprint).toBe(parsed.fingerprint256.replaceAll(':', '').toLowerCase());
  });

  it('issues a server certificate for this machine and the hosts asked for', async () => {
    const issued = await ca.issue({
      kind: 'server',
      cn: 'broker',
      hosts: ['bench.local', '10.0.0.7'],
    });
    const parsed = new X509Certificate(issued.certPem);
    expect(parsed.checkIssued(new X509Certificate(ca.certPem))).toBe(true);
    for (const ip of ['127.0.0.1', '::1', '10.0.0.7']) expect(parsed.checkIP(ip)).toBeDefined();
    for (const host of ['localhost', 'bench.local']) expect(parsed.checkHost(host)).toBeDefined();
    expect(parsed.checkHost('elsewhere.local')).toBeUndefined();
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(parsed.checkPrivateKey(createPrivateKey(issued.keyPem))).toBe(true);
  });

  it('issues a client certificate whose name is the identity, exactly', async () => {
    const cn = 'VIN1, O=backend';
    const issued = await ca.issue({ kind: 'client', cn });
    const parsed = new X509Certificate(issued.certPem);
    expect(parsed.toLegacyObject().subject).toEqual({ CN: cn });
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(parsed.ca).toBe(false);
    expect(issued.cn).toBe(cn);
  });

  // RFC 4514 gives each of these another meaning; in a certificate a name has none but itself.
  it.each(['"backend"', 'back\\65nd', '\\backend'])(
    'issues to %j, and not to whom it would be as a string of RFC 4514',
    async (cn) => {
      const issued = await ca.issue({ kind: 'client', cn });
      expect(new X509Certificate(issued.certPem).toLegacyObject().subject).toEqual({ CN: cn });
    },
  );

  it.each(['#0c076261636b656e64', '#zz', '"backend"', 'back\\65nd', '\\backend', 'A/B + C'])(
    'is itself named %j, and not as it would be as a string of RFC 4514',
    async (cn) => {
      const named = await createBenchCa({ clock, random: systemRandom, name: cn });
      const leaf = new X509Certificate((await named.issue({ kind: 'client', cn: 'x' })).certPem);
      expect(leaf.toLegacyObject().issuer).toEqual({ CN: cn });
      expect(leaf.checkIssued(new X509Certificate(named.certPem))).toBe(true);
    },
  );

  it('reckons validity from the clock it was given', async () => {
    const issued = await ca.issue({ kind: 'client', cn: 'backend' });
    const parsed = new X509Certificate(issued.certPem);
    expect(Date.parse(parsed.validFrom)).toBe(NOW - 3_600_000);
    expect(parsed.validToDate.toISOString()).toBe(issued.notAfter);
    expect(Date.parse(issued.notAfter)).toBe(NOW + 397 * 86_400_000);
  });

  it('never gives two certificates one serial number, nor one key', async () => {
    const [one, two] = await Promise.all([
      ca.issue({ kind: 'client', cn: 'backend' }),
      ca.issue({ kind: 'client', cn: 'backend' }),
    ]);
    expect(new X509Certificate(one.certPem).serialNumber).not.toBe(
      new X509Certificate(two.certPem).serialNumber,
    );
    expect(one.keyPem).not.toBe(two.keyPem);
  });

  it.each(['', ' VIN1', 'VIN1\n', 'x'.repeat(65), 'a\u202eb', 'a\0b', 'a\ud800b'])(
    'refuses the name %j',
    async (cn) => {
      await expect(ca.issue({ kind: 'client', cn })).rejects.toMatchObject({
        code: 'NAME_INVALID',
      });
    },
  );

  // It would be a wildcard, or two levels, wherever an access rule says %u.
  it.each(['VIN+', '#', 'VIN/1'])('refuses the name %j to client and server', async (cn) => {
    for (const kind of ['client', 'server'] as const) {
      await expect(ca.issue({ kind, cn })).rejects.toMatchObject({ code: 'NAME_INVALID' });
    }
  });

  it('writes IPv6 and international names as TLS compares them', async () => {
    const hosts = ['2001:DB8::7', '::ffff:10.0.0.7', 'bücher.example', 'Bench.Local'];
    const issued = await ca.issue({ kind: 'server', cn: 'broker', hosts });
    const parsed = new X509Certificate(issued.certPem);
    expect(parsed.checkIP('2001:db8:0::7')).toBeDefined();
    expect(parsed.checkHost('xn--bcher-kva.example')).toBeDefined();
    expect(parsed.checkHost('bench.local')).toBeDefined();
    const renewed = await ca.renew(issued.fingerprint);
    expect(ca.find(renewed.fingerprint)?.altNames).toEqual(ca.find(issued.fingerprint)?.altNames);
  });

  it.each([
    ...['*.local', 'a b', '', 'http://x', '-x', '1.2.3.4/8', 'fe80::1%eth0', '300.1.1.1', '1.2.3'],
    ...['ⓛocalhost/', '１.２.３', 'a..b', `${'a'.repeat(64)}.b`],
  ])('refuses the host %j', async (host) => {
    await expect(ca.issue({ kind: 'server', cn: 'x', hosts: [host] })).rejects.toMatchObject({
      code: 'HOST_INVALID',
    });
  });
});
