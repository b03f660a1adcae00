// @peculiar/x509 decides what it is made of through decorators, and asks its host for this.
import 'reflect-metadata';
import { type X509Certificate, webcrypto } from 'node:crypto';
import { X509Certificate as Certificate, X509Crl } from '@peculiar/x509';
import { BrokerError, messageOf } from './errors.ts';

/** Which certificates their CA has taken back. */
export type Revocations = {
  has(certificate: X509Certificate): boolean;
  /** When the CA promised a newer list, milliseconds since 1970; null where it promised none. */
  readonly nextUpdate: number | null;
};

export const noRevocations: Revocations = { has: () => false, nextUpdate: null };

const CRL_BLOCK = /-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g;

/**
 * Reads the CRLs in `pem`, each of which one of `authorities` must have signed.
 *
 * Handed to OpenSSL instead, a list would shut everybody out on the day after its `nextUpdate`,
 * and whenever a CA further up has none. Here it counts until it is replaced, also when it is
 * overdue, which is told: RFC 5280 section 6.3.3 leaves to local policy what an old list is worth,
 * and a bench whose every vehicle is shut out overnight would soon run without any.
 *
 * @throws BrokerError TLS_INVALID
 */
export async function readRevocations(
  pem: string,
  authorities: readonly X509Certificate[],
): Promise<Revocations> {
  const blocks = pem.match(CRL_BLOCK) ?? [];
  if (blocks.length === 0) throw unreadable('it holds no X509 CRL block');
  const lists = await Promise.all(blocks.map((block) => readList(block, authorities)));
  const promised = lists.flatMap(({ nextUpdate }) => nextUpdate ?? []);
  return {
    nextUpdate: promised.length === 0 ? null : Math.min(...promised),
    has: (certificate) =>
      lists.some(
        ({ authority, serials }) =>
          serials.has(BigInt(`0x${certificate.serialNumber}`)) &&
          certificate.checkIssued(authority),
      ),
  };
}

type ReadList = {
  readonly authority: X509Certificate;
  readonly serials: ReadonlySet<bigint>;
  readonly nextUpdate: number | null;
};

async function readList(block: string, authorities: readonly X509Certificate[]): Promise<ReadList> {
  let list: X509Crl;
  let serials: Set<bigint>;
  try {
    list = new X509Crl(block);
    serials = new Set(list.entries.map(({ serialNumber }) => BigInt(`0x${serialNumber}`)));
  } catch (error) {
    throw unreadable(messageOf(error), error);
  }
  for (const authority of authorities) {
    const { publicKey } = new Certificate(new Uint8Array(authority.raw));
    const signed = await list.verify({ publicKey }, webcrypto).catch(() => false);
    if (signed) return { authority, serials, nextUpdate: list.nextUpdate?.getTime() ?? null };
  }
  throw unreadable(`no CA of this listener signed the one of ${list.issuer}`);
}

function unreadable(why: string, cause?: unknown): BrokerError {
  return new BrokerError('TLS_INVALID', `the revocation list cannot be used: ${why}`, {
    next: 'Give a PEM list that a CA of this listener has signed, or none.',
    cause,
  });
}
