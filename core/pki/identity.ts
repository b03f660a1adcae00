/** A certificate with its private key, in memory. */
export type Identity = {
  /** The name in it, by which a broker or a backend knows its holder. */
  readonly cn: string;
  readonly kind: 'server' | 'client';
  /** Its intermediates follow, where it came with any. */
  readonly certPem: string;
  /** PKCS #8. */
  readonly keyPem: string;
  /** `P-256`, `RSA 2048` … */
  readonly keyType: string;
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly notAfter: string;
};
