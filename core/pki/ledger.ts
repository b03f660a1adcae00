import { X509Certificate, createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction, migrate, type Migration, type Schema } from '#core/storage';
import { type CertificateDetails, inspectCertificate } from './inspect.ts';

/** What a bench remembers of its certificates: all of it public. */
export type LedgerEntry = CertificateDetails & {
  readonly kind: 'ca' | 'server' | 'client';
  readonly origin: 'issued' | 'signed' | 'imported';
  /** Fingerprint of the bench CA that issued it; null for a CA and for what others issued. */
  readonly issuedBy: string | null;
  /** Certificates between this one and its root, PEM, as they came with an import. */
  readonly chainPem: string;
  readonly revokedAt: number | null;
};

type NewEntry = {
  readonly details: CertificateDetails;
  readonly kind: LedgerEntry['kind'];
  readonly origin: LedgerEntry['origin'];
  readonly issuedBy: string | null;
  readonly chainPem?: string;
};

export type Ledger = {
  /** The bench CA; null before the first. */
  currentCa(): LedgerEntry | null;
  /** Oldest first. */
  list(): LedgerEntry[];
  find(fingerprint: string): LedgerEntry | null;
  /** The same certificate again changes nothing. */
  add(entry: NewEntry): void;
  /** The new CA takes the place of the old one, which goes with all the new one did not issue. */
  replaceCa(entry: NewEntry, issued: (pem: string) => boolean): void;
  /** The first time counts. */
  revoke(ca: string, serial: string, at: number): void;
  /** Everything the key of this CA ever revoked, by serial number. */
  revocations(ca: string): ReadonlyMap<string, number>;
  /** Rises with each call, per key of a CA. RFC 5280 section 5.2.3. */
  nextCrlNumber(ca: string): number;
};

const MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE pki_certificate (
    fingerprint TEXT PRIMARY KEY,
    added INTEGER NOT NULL,        -- rises by one per certificate added
    kind TEXT NOT NULL CHECK (kind IN ('ca', 'server', 'client')),
    origin TEXT NOT NULL CHECK (origin IN ('issued', 'signed', 'imported')),
    issued_by TEXT REFERENCES pki_certificate (fingerprint) ON DELETE CASCADE,
    pem TEXT NOT NULL,
    chain_pem TEXT NOT NULL
  ) STRICT;
  CREATE INDEX pki_certificate_by_issuer ON pki_certificate (issued_by);

  -- These two outlive their CA: imported again, or renewed with its key, it must not trust what
  -- it had revoked. The column ca is the SHA-256 of its public key (SubjectPublicKeyInfo).
  CREATE TABLE pki_revocation (
    ca TEXT NOT NULL,
    serial TEXT NOT NULL,
    revoked_at INTEGER NOT NULL,   -- wall clock, ms
    PRIMARY KEY (ca, serial)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pki_crl (
    ca TEXT PRIMARY KEY,
    number INTEGER NOT NULL
  ) STRICT;
  `,
];

export const PKI_SCHEMA: Schema = { room: 'pki', migrations: MIGRATIONS };

type Row = {
  fingerprint: string;
  kind: LedgerEntry['kind'];
  origin: LedgerEntry['origin'];
  issued_by: string | null;
  pem: string;
  chain_pem: string;
};

export function openLedger(db: DatabaseSync): Ledger {
  migrate(db, PKI_SCHEMA);
  const list = db.prepare('SELECT * FROM pki_certificate ORDER BY added');
  const find = db.prepare('SELECT * FROM pki_certificate WHERE fingerprint = ?');
  const ca = db.prepare(`SELECT * FROM pki_certificate WHERE kind = 'ca' ORDER BY added DESC`);
  const insert = db.prepare(
    `INSERT INTO pki_certificate (fingerprint, added, kind, origin, issued_by, pem, chain_pem)
     VALUES (?, (SELECT coalesce(max(added), 0) + 1 FROM pki_certificate), ?, ?, ?, ?, ?)
     ON CONFLICT (fingerprint) DO NOTHING`,
  );
  const removeOtherCas = db.prepare(
    `DELETE FROM pki_certificate WHERE kind = 'ca' AND fingerprint <> ?`,
  );
  const adopt = db.prepare('UPDATE pki_certificate SET issued_by = ? WHERE fingerprint = ?');
  const revoke = db.prepare(
    `INSERT INTO pki_revocation (ca, serial, revoked_at) VALUES (?, ?, ?)
     ON CONFLICT (ca, serial) DO NOTHING`,
  );
  const revocations = db.prepare('SELECT serial, revoked_at FROM pki_revocation WHERE ca = ?');
  const revokedAt = db.prepare('SELECT revoked_at FROM pki_revocation WHERE ca = ? AND serial = ?');
  const number = db.prepare(
    `INSERT INTO pki_crl (ca, number) VALUES (?, 1)
     ON CONFLICT (ca) DO UPDATE SET number = number + 1 RETURNING number`,
  );

  /** By fingerprint of the CA. */
  const caKeys = new Map<string, string>();
  const caKeyOf = (fingerprint: string): string => {
    const known = caKeys.get(fingerprint);
    if (known !== undefined) return known;
    const row = find.get(fingerprint) as Row | undefined;
    if (row === undefined) return fingerprint;
    const spki = new X509Certificate(row.pem).publicKey.export({ type: 'spki', format: 'der' });
    const key = createHash('sha256').update(spki).digest('hex');
    caKeys.set(fingerprint, key);
    return key;
  };
  const revocationOf = (ca: string | null, serial: string): number | null => {
    const row = ca === null ? undefined : revokedAt.get(caKeyOf(ca), serial);
    return row === undefined ? null : (row as { revoked_at: number }).revoked_at;
  };

  /** A certificate never changes; reading one takes a millisecond, and lists are shown often. */
  const details = new Map<string, CertificateDetails>();
  const entryOf = (raw: unknown): LedgerEntry => {
    const row = raw as Row;
    let known = details.get(row.fingerprint);
    if (known === undefined) {
      known = inspectCertificate(row.pem);
      details.set(row.fingerprint, known);
    }
    return {
      ...known,
      kind: row.kind,
      origin: row.origin,
      issuedBy: row.issued_by,
      chainPem: row.chain_pem,
      revokedAt: revocationOf(row.issued_by, known.serial),
    };
  };
  const add = (entry: NewEntry): string => {
    const { kind, origin, issuedBy, chainPem = '' } = entry;
    const { fingerprint, pem } = entry.details;
    insert.run(fingerprint, kind, origin, issuedBy, pem, chainPem);
    details.set(fingerprint, entry.details);
    return fingerprint;
  };

  return {
    currentCa: () => {
      const row = ca.get();
      return row === undefined ? null : entryOf(row);
    },
    list: () => list.all().map(entryOf),
    find: (fingerprint) => {
      const row = find.get(fingerprint);
      return row === undefined ? null : entryOf(row);
    },
    add: (entry) => {
      add(entry);
    },
    replaceCa: (entry, issued) => {
      inTransaction(db, () => {
        const fingerprint = add(entry);
        const leaves = (list.all() as Row[]).filter(({ kind }) => kind !== 'ca');
        for (const { fingerprint: leaf, pem } of leaves) {
          if (issued(pem)) adopt.run(fingerprint, leaf);
        }
        removeOtherCas.run(fingerprint);
      });
    },
    revoke: (issuer, serial, at) => {
      revoke.run(caKeyOf(issuer), serial, at);
    },
    revocations: (issuer) => {
      const rows = revocations.all(caKeyOf(issuer)) as { serial: string; revoked_at: number }[];
      return new Map(rows.map(({ serial, revoked_at }) => [serial, revoked_at]));
    },
    nextCrlNumber: (fingerprint) => (number.get(caKeyOf(fingerprint)) as { number: number }).number,
  };
}
