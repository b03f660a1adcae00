import type { CertificateView } from '#core/contract';

/** What a change of the CA would leave without trust: neither ended nor revoked already. */
export function issuedByBench(certificates: readonly CertificateView[]): CertificateView[] {
  const cas = certificates.filter(({ kind }) => kind === 'ca').map(({ subject }) => subject);
  return certificates.filter(
    ({ kind, issuer, state }) =>
      kind !== 'ca' && cas.includes(issuer) && state !== 'revoked' && state !== 'expired',
  );
}
