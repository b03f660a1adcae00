import { type CertificateView, type KeyView, type TrustView } from '#core/contract';
import { type BenchCa, type CertificateRecord } from '#core/pki';
import { type Refusal } from '#core/ports';
import { type KeyRing } from '#core/signing';
import { type Vault } from '#core/vault';
import { type BenchKeys } from '../keys.ts';
import { type Identities } from './identities.ts';
import { type Notices } from './notices.ts';

/** Where secrets are, and why not elsewhere. */
export type OpenedVault = { vault: Vault; refusal?: Refusal };

export type TrustParts = {
  opened: OpenedVault;
  ca: BenchCa;
  identities: Identities;
  keys: BenchKeys;
  ring: KeyRing;
  notices: Notices;
};

export function viewTrust(parts: TrustParts): TrustView {
  const { opened, ca, identities, keys, ring, notices } = parts;
  const { vault, refusal } = opened;
  const own = keys.own();
  return {
    vault: { mode: vault.mode, ...(refusal ? { refusal: { ...refusal } } : {}) },
    notices: notices.all(),
    certificates: ca.list().map((record) => viewCertificate(record, identities)),
    keys: ring.list().map(({ key, uses }): KeyView => ({
      kid: key.kid,
      name: key.name,
      alg: key.alg,
      uses: [...uses],
      own: own.has(key.kid),
    })),
  };
}

export function viewCertificate(
  record: CertificateRecord,
  identities: Pick<Identities, 'usedBy'>,
): CertificateView {
  const { fingerprint, kind, cn, subject, issuer, serial, keyType, signatureAlgorithm } = record;
  const { altNames, usages, notBefore, notAfter, state, hasKey } = record;
  return {
    ...{ fingerprint, kind, cn, subject, issuer, serial, keyType, signatureAlgorithm },
    ...{ notBefore, notAfter, state, hasKey },
    altNames: [...altNames],
    usages: [...usages],
    usedBy: identities.usedBy(fingerprint),
  };
}
