import { type KeyObject, X509Certificate } from 'node:crypto';
import type { Clock, Random, Refusal } from '#core/ports';
import { VaultError } from '#core/vault';
import {
  fingerprintOf,
  inspectCertificate,
  isIssuedBy,
  parseCertificate,
  pemOf,
} from './inspect.ts';
import type { KeyStore } from './key-store.ts';
import type { Ledger } from './ledger.ts';
import { type Signer, makeCaCertificate, makeCrl, makeKey, signerOf } from './profile.ts';

/** The CA in office: its certificate and the key that signs. */
type Incumbent = {
  readonly fingerprint: string;
  readonly pem: string;
  readonly notAfter: number;
  readonly signer: Signer;
  /** Whether it signed this certificate. */
  issued(pem: string): boolean;
};

export type Authority = {
  now(): Incumbent;
  readonly notice: Refusal | null;
  crlPem(): string;
  signCrl(): Promise<void>;
  create(name: string): Promise<void>;
  replace(pem: string, key: KeyObject, origin: 'issued' | 'imported'): Promise<void>;
};

/** Takes up the CA of last time, or makes one where there was none or its key is gone. */
export async function openAuthority(options: {
  ledger: Ledger;
  keys: KeyStore;
  clock: Clock;
  random: Random;
  name: string;
}): Promise<Authority> {
  const { ledger, keys, clock, random, name } = options;

  const sweep = (): Promise<void> =>
    keys.keepOnly(new Set(ledger.list().map(({ fingerprint }) => fingerprint)));

  const signCrl = async (): Promise<void> => {
    const { fingerprint, signer } = incumbent;
    const revocations = [...ledger.revocations(fingerprint)].map(([serial, at]) => ({
      serial,
      at,
    }));
    crl = await makeCrl(signer, revocations, ledger.nextCrlNumber(fingerprint), clock);
  };

  const replace: Authority['replace'] = async (pem, key, origin) => {
    const next = await takeOffice(pem, key);
    // Key, then certificate, then the old keys: a crash in between leaves one CA or the other.
    await keys.put(next.fingerprint, key);
    const details = inspectCertificate(next.pem);
    ledger.replaceCa({ details, kind: 'ca', origin, issuedBy: null }, (pem) => next.issued(pem));
    incumbent = next;
    await sweep();
    await signCrl();
  };

  const create = async (wanted: string): Promise<void> => {
    const key = await makeKey();
    await replace(pemOf(await makeCaCertificate(wanted, key, clock, random)), key, 'issued');
  };

  let incumbent: Incumbent;
  let crl: string;
  let notice: Refusal | null = null;
  const last = ledger.currentCa();
  const key = last === null ? null : await keyOf(keys, last.fingerprint);
  if (last !== null && key !== null) {
    incumbent = await takeOffice(last.pem, key);
    await sweep();
    await signCrl();
  } else {
    if (last !== null) notice = keyLost(last.cn);
    await create(name);
  }

  return {
    now: () => incumbent,
    notice,
    crlPem: () => crl,
    signCrl,
    create,
    replace,
  };
}

async function takeOffice(pem: string, key: KeyObject): Promise<Incumbent> {
  const certificate = parseCertificate(pem);
  const node = new X509Certificate(pem);
  return {
    fingerprint: fingerprintOf(certificate),
    pem: pemOf(certificate),
    notAfter: certificate.notAfter.getTime(),
    signer: await signerOf(certificate, key),
    issued: (leaf) => isIssuedBy(new X509Certificate(leaf), node),
  };
}

/** A key somebody damaged is as lost as one somebody deleted. */
async function keyOf(keys: KeyStore, fingerprint: string): Promise<KeyObject | null> {
  try {
    return await keys.get(fingerprint);
  } catch (error) {
    if (error instanceof VaultError && error.code === 'SECRET_DAMAGED') return null;
    throw error;
  }
}

function keyLost(cn: string): Refusal {
  return {
    code: 'CA_KEY_LOST',
    reason: `the private key of "${cn}" is no longer in the keychain, so that a new CA was made`,
    next: 'Give the new CA certificate to every vehicle and broker that trusted the old one, or import the old CA with its key.',
  };
}
