import { X509Certificate } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '#core/ports';
import { type Vault, createMemoryVault } from '#core/vault';
import { type BenchCa, createBenchCa, openBenchCa } from './index.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-01T12:00:00Z');
let now: number;
const clock = { ...systemClock, now: () => now };
let db: DatabaseSync;
let vault: Vault;
let ca: BenchCa;

const open = (): Promise<BenchCa> =>
  openBenchCa({ vault, db, clock, random: systemRandom, name: 'Bench CA' });
beforeEach(async () => {
  now = START;
  db = new DatabaseSync(':memory:');
  // As kept as a keychain's, without one.
  vault = { ...createMemoryVault(), mode: 'keychain' };
  ca = await open();
});
afterEach(async () => {
  await ca.close();
  db.close();
});

/** Everything the database holds, as one text. */
function dump(): string {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  return JSON.stringify(
    tables.map(({ name }) => db.prepare(`SELECT * FROM ${String(name)}`).all()),
  );
}

describe('openBenchCa', () => {
  it('is the same CA at the next start, with what it issued', async () => {
    const server = await ca.issue({ kind: 'server', cn: 'backend', hosts: ['bench.local'] });
    const client = await ca.issue({ kind: 'client', cn: 'backend' });
    const again = await open();
    expect(again.certPem).toBe(ca.certPem);
    expect(again.notice).toBeNull();
    expect(await again.identity('backend', 'server')).toEqual(server);
    expect(await again.identity('backend', 'client')).toEqual(client);
    expect(await again.identity(server.fingerprint)).toEqual(server);
    expect(await again.identity('nobody')).toBeNull();
    expect(await again.identity(again.fingerprint)).toBeNull();
    const next = await again.issue({ kind: 'client', cn: 'VIN1' });
    const root = new X509Certificate(ca.certPem);
    expect(new X509Certificate(next.certPem).verify(root.publicKey)).toBe(true);
  });

  it('shows each certificate as it is', async () => {
    const issued = await ca.issue({ kind: 'server', cn: 'broker', hosts: ['10.0.0.7'], days: 60 });
    expect(ca.list().map(({ kind, cn }) => [kind, cn])).toEqual([
      ['ca', 'Bench CA'],
      ['server', 'broker'],
    ]);
    expect(ca.find(issued.fingerprint)).toMatchObject({
      cn: 'broker',
      subject: 'CN=broker',
      issuer: 'CN=Bench CA',
      keyType: 'P-256',
      keyWeakness: null,
      signatureAlgorithm: 'ECDSA SHA-256',
      altNames: ['DNS:localhost', 'IP:127.0.0.1', 'IP:::1', 'IP:10.0.0.7'],
      usages: ['digitalSignature', 'serverAuth'],
      notBefore: START - 3_600_000,
      notAfter: START + 60 * DAY,
      state: 'valid',
      origin: 'issued',
      own: true,
      hasKey: true,
      revokedAt: null,
      serial: new X509Certificate(issued.certPem).serialNumber,
    });
    const stateAt = (time: number) => {
      now = time;
      return ca.find(issued.fingerprint)?.state;
    };
    expect(stateAt(START - 2 * 3_600_000)).toBe('not_yet_valid');
    expect(stateAt(START + 30 * DAY - 1)).toBe('valid');
    expect(stateAt(START + 30 * DAY)).toBe('expiring');
    expect(stateAt(START + 60 * DAY + 1)).toBe('expired');
    expect(await ca.identity('broker')).toBeNull();
    expect(await ca.identity(issued.fingerprint)).toEqual(issued);
  });

  it('keeps private keys in the vault and out of the database', async () => {
    const { keyPem } = await ca.issue({ kind: 'client', cn: 'VIN1' });
    const names = await vault.list();
    expect(names).toHaveLength(2);
    const kept = dump();
    expect(kept).not.toContain('PRIVATE KEY');
    for (const line of keyPem.split('\n').slice(1, -2)) expect(kept).not.toContain(line);
    for (const name of names) {
      const secret = Buffer.from((await vault.get(name))!);
      for (const form of ['base64', 'base64url', 'hex'] as const) {
        expect(kept).not.toContain(secret.toString(form).slice(40, 80));
      }
    }
  });

  it('writes nothing for a vault that forgets, and leaves what is there to its keychain', async () => {
    const before = dump();
    const session = await openBenchCa({
      vault: createMemoryVault(),
      db,
      clock,
      random: systemRandom,
      name: 'Bench CA',
    });
    await session.issue({ kind: 'client', cn: 'VIN1' });
    expect(session.certPem).not.toBe(ca.certPem);
    expect(session.list()).toHaveLength(2);
    await session.close();
    expect(dump()).toBe(before);
    expect((await open()).certPem).toBe(ca.certPem);
  });

  it('makes a new CA and says so when its key was deleted behind its back', async () => {
    await ca.issue({ kind: 'client', cn: 'VIN1' });
    await vault.delete(`pki/key/${ca.fingerprint}`);
    const next = await open();
    expect(next.certPem).not.toBe(ca.certPem);
    expect(next.notice).toMatchObject({ code: 'CA_KEY_LOST' });
    expect(next.list().map(({ kind }) => kind)).toEqual(['ca']);
    expect(await vault.list()).toEqual([`pki/key/${next.fingerprint}`]);
    expect((await open()).notice).toBeNull();
  });

  it('says which key is missing', async () => {
    const { fingerprint } = await ca.issue({ kind: 'client', cn: 'VIN1' });
    await vault.delete(`pki/key/${fingerprint}`);
    await expect(ca.identity('VIN1')).rejects.toMatchObject({ code: 'KEY_MISSING' });
    const again = await open();
    expect(again.find(fingerprint)?.hasKey).toBe(false);
    expect(await again.identity('VIN1')).toBeNull();
  });

  it('sweeps a key whose certificate was never written', async () => {
    const dying = {
      ...vault,
      put: async (name: string, bytes: Uint8Array) => {
        await vault.put(name, bytes);
        throw new Error('killed');
      },
    };
    const cut = await openBenchCa({ vault: dying, db, clock, random: systemRandom, name: 'x' });
    await expect(cut.issue({ kind: 'client', cn: 'VIN1' })).rejects.toThrow('killed');
    expect(await vault.list()).toHaveLength(2);
    const again = await open();
    expect(again.list()).toHaveLength(1);
    expect(await vault.list()).toHaveLength(1);
  });
});

describe('renew', () => {
  it('gives the same name, hosts and life with a new key, and leaves the old one valid', async () => {
    const old = await ca.issue({ kind: 'server', cn: 'broker', hosts: ['bench.local'], days: 90 });
    now += 80 * DAY;
    const renewed = await ca.renew(old.fingerprint);
    const record = ca.find(renewed.fingerprint);
    expect(record).toMatchObject({
      kind: 'server',
      altNames: ca.find(old.fingerprint)?.altNames,
      notAfter: now + 90 * DAY,
    });
    expect(renewed.keyPem).not.toBe(old.keyPem);
    expect(ca.find(old.fingerprint)?.state).toBe('expiring');
    expect((await ca.identity('broker'))?.fingerprint).toBe(renewed.fingerprint);
  });

  it('refuses the CA, what it does not know, and what is not its own', async () => {
    await expect(ca.renew(ca.fingerprint)).rejects.toMatchObject({ code: 'CERTIFICATE_UNFIT' });
    await expect(ca.renew('00'.repeat(32))).rejects.toMatchObject({ code: 'CERTIFICATE_UNKNOWN' });
    const other = await createBenchCa({ clock, random: systemRandom, name: 'Other' });
    const theirs = await other.issue({ kind: 'client', cn: 'VIN9' });
    const bytes = Buffer.from(theirs.certPem + theirs.keyPem);
    const [imported] = await ca.importIdentity([{ name: 'x.pem', bytes }]);
    expect(imported).toMatchObject({ own: false, hasKey: true, origin: 'imported' });
    for (const act of ['renew', 'revoke'] as const) {
      await expect(ca[act](theirs.fingerprint)).rejects.toMatchObject({
        code: 'CERTIFICATE_FOREIGN',
      });
    }
    await other.close();
  });

  it('never lets a certificate outlive the CA, nor the CA issue after its end', async () => {
    now += 4.9 * 365 * DAY;
    const last = await ca.issue({ kind: 'client', cn: 'VIN1', days: 3_650 });
    expect(last.notAfter).toBe(ca.notAfter);
    now = Date.parse(ca.notAfter) + 1;
    await expect(ca.issue({ kind: 'client', cn: 'VIN1' })).rejects.toMatchObject({
      code: 'CA_EXPIRED',
    });
  });
});

describe('revoke', () => {
  it('says so once, at once, and still at the next start', async () => {
    const { fingerprint } = await ca.issue({ kind: 'client', cn: 'VIN1' });
    const said: string[] = [];
    const undo = ca.onRevoked((record) => said.push(record.fingerprint));
    const empty = ca.crlPem();
    expect(await ca.revoke(fingerprint)).toMatchObject({ state: 'revoked', revokedAt: START });
    expect(said).toEqual([fingerprint]);
    const crl = ca.crlPem();
    expect(crl).not.toBe(empty);
    now += DAY;
    expect(await ca.revoke(fingerprint)).toMatchObject({ revokedAt: START });
    expect(said).toEqual([fingerprint]);
    expect(ca.crlPem()).toBe(crl);
    undo();
    expect(await ca.identity('VIN1')).toBeNull();
    const again = await open();
    expect(again.find(fingerprint)?.state).toBe('revoked');
  });

  it('is not forgotten when the CA is lost and imported again', async () => {
    const caKey = await vault.get(`pki/key/${ca.fingerprint}`);
    const gone = await ca.issue({ kind: 'client', cn: 'VIN1' });
    await ca.revoke(gone.fingerprint);
    const files = [
      { name: 'ca.pem', bytes: Buffer.from(ca.certPem) },
      { name: 'ca.key', bytes: caKey! },
    ];
    await ca.createCa('Another');
    await ca.importCa(files);
    const back = Buffer.from(gone.certPem + gone.keyPem);
    expect(await ca.importIdentity([{ name: 'x.pem', bytes: back }])).toMatchObject([
      { state: 'revoked', own: true },
    ]);
  });
});

describe('importCa with keepIssued', () => {
  const another = async (): Promise<{ name: string; bytes: Uint8Array }[]> => {
    const theirs = { ...createMemoryVault(), mode: 'keychain' } as const;
    const other = await openBenchCa({
      ...{ vault: theirs, db: new DatabaseSync(':memory:'), clock, random: systemRandom },
      name: 'Other',
    });
    const key = await theirs.get(`pki/key/${other.fingerprint}`);
    return [
      { name: 'ca.pem', bytes: Buffer.from(other.certPem) },
      { name: 'ca.key', bytes: key! },
    ];
  };

  it('refuses to lose a good certificate, by number and name, and changes nothing', async () => {
    const before = ca.fingerprint;
    await ca.issue({ kind: 'client', cn: 'VIN1' });
    await ca.issue({ kind: 'client', cn: 'VIN2' });
    const files = await another();
    await expect(ca.importCa(files, undefined, { keepIssued: true })).rejects.toMatchObject({
      code: 'CA_IN_USE',
      reason: expect.stringMatching(/^2 certificates .*"VIN1", "VIN2"$/) as string,
    });
    expect(ca.fingerprint).toBe(before);
    await ca.importCa(files);
    expect(ca.list().map(({ cn }) => cn)).toEqual(['Other']);
  });

  it('takes a CA where nothing good is lost', async () => {
    await ca.revoke((await ca.issue({ kind: 'client', cn: 'VIN1' })).fingerprint);
    await ca.importCa(await another(), undefined, { keepIssued: true });
    expect(ca.list().find(({ kind }) => kind === 'ca')?.cn).toBe('Other');
  });
});

describe('createCa', () => {
  it('forgets the old CA and everything it issued, but not what was imported', async () => {
    await ca.issue({ kind: 'client', cn: 'VIN1' });
    const other = await createBenchCa({ clock, random: systemRandom, name: 'Other' });
    const theirs = await other.issue({ kind: 'client', cn: 'VIN9' });
    const bytes = Buffer.from(theirs.certPem + theirs.keyPem);
    await ca.importIdentity([{ name: 'x.pem', bytes }]);
    const before = ca.certPem;
    const seen: string[] = [];
    ca.onChange(({ kind }) => seen.push(kind));
    await ca.createCa('New CA');
    expect(seen).toEqual(['ca']);
    expect(ca.certPem).not.toBe(before);
    expect(ca.list().map(({ cn }) => cn)).toEqual(['VIN9', 'New CA']);
    expect(await vault.list()).toHaveLength(2);
    expect((await open()).certPem).toBe(ca.certPem);
    await other.close();
  });
});
