import { constants, X509Certificate } from 'node:crypto';
import { type SecureContext, type SecureContextOptions, createSecureContext } from 'node:tls';
import { BrokerError, messageOf } from './errors.ts';
import { type Revocations, noRevocations, readRevocations } from './revocations.ts';

/** What a TLS listener shows and whom it trusts. All PEM. */
export type TlsMaterial = {
  readonly key: string;
  /** The broker's certificate, with the intermediate ones behind it. */
  readonly cert: string;
  /** Who may have issued the certificates of clients: one or more. */
  readonly ca: string;
  /** Certificates taken back by those CAs. */
  readonly crl?: string | null;
  /** Other certificates, shown to clients that ask for one of these names (SNI, RFC 6066). */
  readonly named?: readonly {
    readonly host: string;
    readonly key: string;
    readonly cert: string;
  }[];
};

/** Material that was read and found sound. */
export type TlsSetUp = {
  readonly settings: SecureContextOptions;
  /** By lower-case host name. */
  readonly named: ReadonlyMap<string, SecureContext>;
  readonly revocations: Revocations;
};

/**
 * RFC 9325 section 4.2: TLS 1.2 with forward secrecy and authenticated encryption alone. CCM is
 * what small devices have, RFC 7925. The suites of TLS 1.3 are all of that kind.
 */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-CCM',
  'ECDHE-ECDSA-AES128-CCM',
].join(':');

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @throws BrokerError TLS_INVALID */
export async function readTls(material: TlsMaterial): Promise<TlsSetUp> {
  const { key, cert, ca, crl, named = [] } = material;
  try {
    // Node takes a CA it cannot read for none, and then trusts the public ones.
    const authorities = (ca.match(CERTIFICATE_BLOCK) ?? []).map((pem) => new X509Certificate(pem));
    if (authorities.length === 0) throw new Error('the CA holds no certificate');
    const settings = settingsOf({ key, cert, ca });
    createSecureContext(settings);
    const contexts = named.map(
      ({ host, ...own }) =>
        [host.toLowerCase(), createSecureContext(settingsOf({ ...own, ca }))] as const,
    );
    const revocations = crl ? await readRevocations(crl, authorities) : noRevocations;
    return { settings, named: new Map(contexts), revocations };
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    throw new BrokerError('TLS_INVALID', `the TLS listener cannot start: ${messageOf(error)}`, {
      next: 'Give a PEM key with the certificate that belongs to it, and the CA of the clients.',
      cause: error,
    });
  }
}

function settingsOf(pem: { key: string; cert: string; ca: string }): SecureContextOptions {
  return {
    ...pem,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    // A resumed session is not verified again: its certificate could be revoked by then.
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}
