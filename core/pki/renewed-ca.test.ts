import { type KeyObject, X509Certificate, createPrivateKey } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { type Vault, createMemoryVault } from '#core/vault';
import { type BenchCa, type InputFile, createBenchCa, openBenchCa } from './index.ts';
import { pemOf } from './inspect.ts';
import { makeCaCertificate } from './profile.ts';

/* What a CA's time and key mean for what it issued. */

const DAY = 86_400_000;
const START = Date.parse('2026-03-01T12:00:00Z');
let now: number;
const clock = { ...systemClock, now: () => now };
let db: DatabaseSync;
let vault: Vault;
let ca: BenchCa;
beforeEach(async () => {
  now = START;
  db = new DatabaseSync(':memory:');
  vault = { ...createMemoryVault(), mode: 'keychain' };
  ca = await openBenchCa({ vault, db, clock, random: systemRandom, name: 'Bench CA' });
});
afterEach(async () => {
  await ca.close();
  db.close();
});

const keyOfCa = async (): Promise<KeyObject> => {
  const der = await vault.get(`pki/key/${ca.fingerprint}`);
  return createPrivateKey({ key: Buffer.from(der!), format: 'der', type: 'pkcs8' });
};
const filesOf = (pem: string, key: KeyObject): InputFile[] => [
  { name: 'ca.pem', bytes: Buffer.from(pem) },
  { name: 'ca.key', bytes: key.export({ type: 'pkcs8', format: 'der' }) },
];
const numberOf = (): number =>
  (db.prepare('SELECT max(number) AS number FROM pki_crl').get() as { number: number }).number;

describe('a CA renewed with its own key', () => {
  it('keeps what it issued and revoked, and numbers its lists on', async () => {
    const good = await ca.issue({ kind: 'client', cn: 'GOOD' });
    const bad = await ca.issue({ kind: 'client', cn: 'BAD' });
    await ca.revoke(bad.fingerprint);
    const number = numberOf();
    now += DAY;
    const key = await keyOfCa();
    const renewed = pemOf(await makeCaCertificate('Bench CA', key, clock, systemRandom));
    // The same name and key: both certificates are still good for whoever trusts the new one.
    const root = new X509Certificate(renewed);
    expect(new X509Certificate(bad.certPem).verify(root.publicKey)).toBe(true);

    await ca.importCa(filesOf(renewed, key));
    expect(ca.find(bad.fingerprint)).toMatchObject({ state: 'revoked', own: true });
    expect(ca.find(good.fingerprint)).toMatchObject({ state: 'valid', own: true, hasKey: true });
    expect(await ca.identity('GOOD')).toEqual(good);
    expect(numberOf()).toBeGreaterThan(number);
    expect(db.prepare('SELECT count(*) AS cas FROM pki_crl').get()).toEqual({ cas: 1 });
    expect(ca.list().map(({ cn }) => cn)).toEqual(['GOOD', 'BAD', 'Bench CA']);
  });

  it('makes its own what had been imported before it', async () => {
    const other = await createBenchCa({ clock, random: systemRandom, name: 'Other' });
    const key = await keyOfCa();
    const theirs = await ca.issue({ kind: 'client', cn: 'VIN9' });
    const theirCa = ca.certPem;
    await ca.createCa('Own');
    const bytes = Buffer.from(theirs.certPem + theirs.keyPem);
    expect(await ca.importIdentity([{ name: 'x.pem', bytes }])).toMatchObject([{ own: false }]);
    await ca.importCa(filesOf(theirCa, key));
    expect(ca.find(theirs.fingerprint)).toMatchObject({ own: true });
    expect(await ca.revoke(theirs.fingerprint)).toMatchObject({ state: 'revoked' });
    await other.close();
  });
});

describe('a clock that is wrong', () => {
  it('never gives a certificate that begins before the CA does', async () => {
    const key = await keyOfCa();
    now = START + 10 * DAY;
    const young = pemOf(await makeCaCertificate('Young', key, clock, systemRandom));
    now -= 3_600_000 - 60_000;
    await ca.importCa(filesOf(young, key));
    const leaf = await ca.issue({ kind: 'client', cn: 'VIN1', days: 7 });
    const begins = Date.parse(new X509Certificate(young).validFrom);
    expect(ca.find(leaf.fingerprint)?.notBefore).toBe(begins);
    const renewed = await ca.renew(leaf.fingerprint);
    expect(Date.parse(renewed.notAfter)).toBe(now + 7 * DAY);
  });

  it('issues nothing while it is behind the CA, and says that it is the clock', async () => {
    now = START - 30 * DAY;
    await expect(ca.issue({ kind: 'client', cn: 'VIN1' })).rejects.toMatchObject({
      code: 'CA_UNFIT',
      next: expect.stringContaining('clock') as string,
    });
    now = START;
    expect(await ca.issue({ kind: 'client', cn: 'VIN1' })).toMatchObject({ cn: 'VIN1' });
  });
});

it('is closed twice without harm', async () => {
  const short = await createBenchCa({ clock, random: systemRandom, name: 'x' });
  await short.close();
  await short.close();
});
