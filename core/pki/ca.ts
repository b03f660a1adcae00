import { type KeyObject, X509Certificate, createPublicKey } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '#core/storage';
import { type Vault, createMemoryVault } from '#core/vault';
import { openAuthority } from './authority.ts';
import type { BenchCa, BenchCaOptions, CaChange } from './bench-ca.ts';
import { PkiError } from './errors.ts';
import type { Identity } from './identity.ts';
import { pickAuthority, pickIdentities } from './import.ts';
import { describeKey } from './key-type.ts';
import { openKeyStore } from './key-store.ts';
import { type LedgerEntry, openLedger } from './ledger.ts';
import {
  DAY_MS,
  LEAF_LIFE_MS,
  type IssuedPurpose,
  type Purpose,
  makeKey,
  makeLeafCertificate,
} from './profile.ts';
import { readCertificateFiles } from './read-files.ts';
import { type CertificateRecord, recordOf, stateOf } from './record.ts';
import { readRequest } from './request.ts';
import { inspectCertificate, isIssuedBy, pemOf } from './inspect.ts';
import { createTurns } from './turns.ts';

/**
 * A CA for this process alone.
 *
 * @throws PkiError NAME_INVALID
 */
export async function createBenchCa(options: BenchCaOptions): Promise<BenchCa> {
  return openOver(openDatabase(':memory:'), true, createMemoryVault(), options);
}

/**
 * The CA of a workspace: keys in the vault, certificates and revocations in `db`. With a vault
 * that forgets, nothing is written: the CA is made anew and `db` waits for its keychain.
 *
 * @throws PkiError NAME_INVALID; VaultError, StorageError
 */
export async function openBenchCa(
  options: { readonly vault: Vault; readonly db: DatabaseSync } & BenchCaOptions,
): Promise<BenchCa> {
  const { vault, db } = options;
  return vault.mode === 'session'
    ? openOver(openDatabase(':memory:'), true, vault, options)
    : openOver(db, false, vault, options);
}

async function openOver(
  db: DatabaseSync,
  ownsDb: boolean,
  vault: Vault,
  options: BenchCaOptions,
): Promise<BenchCa> {
  const { clock, random, name } = options;
  const ledger = openLedger(db);
  const keys = await openKeyStore(vault);
  const authority = await openAuthority({ ledger, keys, clock, random, name });
  const inTurn = createTurns();
  const listeners = new Set<(change: CaChange) => void>();

  const record = (entry: LedgerEntry): CertificateRecord =>
    recordOf(entry, authority.now().fingerprint, keys.has(entry.fingerprint), clock);
  const known = (fingerprint: string): LedgerEntry => {
    const entry = ledger.find(fingerprint);
    if (entry !== null) return entry;
    throw new PkiError(
      'CERTIFICATE_UNKNOWN',
      `no certificate here has the fingerprint ${fingerprint}`,
      {
        next: 'Choose one from the list in Trust.',
      },
    );
  };
  const told = (kind: CaChange['kind'], fingerprint: string): CertificateRecord => {
    const change = { kind, record: record(known(fingerprint)) };
    for (const listener of [...listeners]) listener(change);
    return change.record;
  };
  const assertOwnLeaf = (entry: LedgerEntry): void => {
    if (entry.kind === 'ca')
      throw unfit(entry, 'is the CA itself', 'Create a new bench CA instead.');
    if (entry.issuedBy === authority.now().fingerprint) return;
    throw new PkiError('CERTIFICATE_FOREIGN', `"${entry.cn}" was issued by ${entry.issuer}`, {
      next: 'Only its issuer can do this.',
    });
  };
  const assertNoneLost = (nextCa: string): void => {
    const next = new X509Certificate(nextCa);
    const { fingerprint } = authority.now();
    const lost = ledger
      .list()
      .filter(
        (entry) =>
          entry.issuedBy === fingerprint &&
          ['valid', 'expiring', 'not_yet_valid'].includes(stateOf(entry, clock.now())) &&
          !isIssuedBy(new X509Certificate(entry.pem), next),
      );
    if (lost.length === 0) return;
    const what = lost.length === 1 ? '1 certificate' : `${String(lost.length)} certificates`;
    const reason = `${what} of the present CA would stop being trusted: ${namesOf(lost)}`;
    throw new PkiError('CA_IN_USE', reason, {
      next: 'Say --force to replace the CA, and issue them anew.',
    });
  };

  const certify = async (purpose: Purpose, spki: Uint8Array, lifeMs: number): Promise<string> =>
    pemOf(await makeLeafCertificate(authority.now().signer, purpose, spki, lifeMs, clock, random));

  const issue = async (purpose: IssuedPurpose, lifeMs: number): Promise<Identity> => {
    const key = await makeKey();
    const pem = await certify(purpose, spkiOf(key), lifeMs);
    const details = inspectCertificate(pem);
    // The key first: a crash in between leaves a key without certificate, swept at the next start.
    await keys.put(details.fingerprint, key);
    const issuedBy = authority.now().fingerprint;
    ledger.add({ details, kind: purpose.kind, origin: 'issued', issuedBy });
    told('issued', details.fingerprint);
    return identityOf(known(details.fingerprint), key);
  };

  const withKey = async (entry: LedgerEntry): Promise<Identity> => {
    const key = await keys.get(entry.fingerprint);
    if (key !== null) return identityOf(entry, key);
    throw new PkiError('KEY_MISSING', `the private key of "${entry.cn}" is not in the vault`, {
      next: 'Renew the certificate, or import it again with its key.',
    });
  };

  return {
    get certPem() {
      return authority.now().pem;
    },
    get fingerprint() {
      return authority.now().fingerprint;
    },
    get notAfter() {
      return new Date(authority.now().notAfter).toISOString();
    },
    notice: authority.notice,
    crlPem: () => authority.crlPem(),
    list: () => ledger.list().map(record),
    find: (fingerprint) => {
      const entry = ledger.find(fingerprint);
      return entry === null ? null : record(entry);
    },
    identity: async (wanted, kind) => {
      const entry = choose(ledger.list(), wanted, kind);
      return entry === null ? null : withKey(entry);
    },
    issue: (request) =>
      inTurn(() => {
        const { cn, days } = request;
        const purpose: IssuedPurpose =
          request.kind === 'client'
            ? { kind: 'client', cn }
            : { kind: 'server', cn, hosts: request.hosts ?? [] };
        return issue(purpose, days === undefined ? LEAF_LIFE_MS : days * DAY_MS);
      }),
    renew: (fingerprint) =>
      inTurn(() => {
        const entry = known(fingerprint);
        assertOwnLeaf(entry);
        if (entry.origin === 'signed') {
          throw unfit(
            entry,
            'has its key elsewhere',
            'Have its holder make a new request and sign it.',
          );
        }
        return issue(purposeOf(entry), lifeOf(entry));
      }),
    revoke: (fingerprint) =>
      inTurn(async () => {
        const entry = known(fingerprint);
        assertOwnLeaf(entry);
        if (entry.revokedAt !== null) return record(entry);
        ledger.revoke(authority.now().fingerprint, entry.serial, clock.now());
        await authority.signCrl();
        return told('revoked', fingerprint);
      }),
    signRequest: (pemOrDer, { days } = {}) =>
      inTurn(async () => {
        const { cn, spki } = await readRequest(pemOrDer);
        const lifeMs = days === undefined ? LEAF_LIFE_MS : days * DAY_MS;
        const details = inspectCertificate(await certify({ kind: 'client', cn }, spki, lifeMs));
        const issuedBy = authority.now().fingerprint;
        ledger.add({ details, kind: 'client', origin: 'signed', issuedBy });
        return told('issued', details.fingerprint);
      }),
    certifySigner: (cn, spki) => inTurn(() => certify({ kind: 'signer', cn }, spki, LEAF_LIFE_MS)),
    createCa: (wanted) =>
      inTurn(async () => {
        await authority.create(wanted);
        return told('ca', authority.now().fingerprint);
      }),
    importCa: (files, passphrase, { keepIssued = false } = {}) =>
      inTurn(async () => {
        const { pem, key } = pickAuthority(await readCertificateFiles(files, passphrase), clock);
        if (keepIssued) assertNoneLost(pem);
        await authority.replace(pem, key, 'imported');
        return told('ca', authority.now().fingerprint);
      }),
    importIdentity: (files, passphrase) =>
      inTurn(async () => {
        const picked = pickIdentities(await readCertificateFiles(files, passphrase));
        const own = authority.now();
        for (const { details, key, kind, chainPem } of picked) {
          const issuedBy = own.issued(details.pem) ? own.fingerprint : null;
          await keys.put(details.fingerprint, key);
          ledger.add({ details, kind, origin: 'imported', issuedBy, chainPem });
        }
        return picked.map(({ details }) => told('imported', details.fingerprint));
      }),
    onRevoked: (listener) => {
      const heard = (change: CaChange): void => {
        if (change.kind === 'revoked') listener(change.record);
      };
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () =>
      inTurn(async () => {
        listeners.clear();
        if (ownsDb && db.isOpen) db.close();
      }),
  };

  function choose(
    entries: readonly LedgerEntry[],
    wanted: string,
    kind: Identity['kind'] | undefined,
  ): LedgerEntry | null {
    const exact = entries.find(({ fingerprint }) => fingerprint === wanted);
    if (exact !== undefined) return exact.kind === 'ca' || !keys.has(wanted) ? null : exact;
    const now = clock.now();
    const fit = entries.filter(
      (entry) =>
        entry.cn === wanted &&
        entry.kind !== 'ca' &&
        (kind === undefined || entry.kind === kind) &&
        keys.has(entry.fingerprint) &&
        ['valid', 'expiring'].includes(stateOf(entry, now)),
    );
    return fit.findLast(({ issuedBy }) => issuedBy !== null) ?? fit.at(-1) ?? null;
  }
}

function identityOf(entry: LedgerEntry, key: KeyObject): Identity {
  return {
    cn: entry.cn,
    kind: entry.kind === 'server' ? 'server' : 'client',
    certPem: entry.pem + entry.chainPem,
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    keyType: describeKey(key).type,
    fingerprint: entry.fingerprint,
    notAfter: new Date(entry.notAfter).toISOString(),
  };
}

const NAMES_LIMIT = 5;

function namesOf(entries: readonly LedgerEntry[]): string {
  const names = [...new Set(entries.map(({ cn }) => `"${cn}"`))];
  const rest = names.length - NAMES_LIMIT;
  const shown = names.slice(0, NAMES_LIMIT).join(', ');
  return rest > 0 ? `${shown} and ${String(rest)} more names` : shown;
}

/** In whole days, since the beginning was backdated and the end may be the CA's. */
function lifeOf({ notBefore, notAfter }: LedgerEntry): number {
  return Math.max(1, Math.round((notAfter - notBefore) / DAY_MS)) * DAY_MS;
}

/** `DNS:` and `IP:` are the only names a bench gives. */
function purposeOf(entry: LedgerEntry): IssuedPurpose {
  if (entry.kind !== 'server') return { kind: 'client', cn: entry.cn };
  const hosts = entry.altNames.flatMap((name) => /^(?:DNS|IP):(.+)$/.exec(name)?.[1] ?? []);
  return { kind: 'server', cn: entry.cn, hosts };
}

function spkiOf(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

function unfit(entry: LedgerEntry, why: string, next: string): PkiError {
  return new PkiError('CERTIFICATE_UNFIT', `"${entry.cn}" ${why}`, { next });
}
