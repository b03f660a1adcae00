import 'reflect-metadata';
import { createHash, X509Certificate as NodeCertificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from '@peculiar/x509';
import { damagedFile } from './errors.ts';
import { describePublicKey } from './key-type.ts';

/** What a certificate says of itself; nothing of it is verified by reading. */
export type CertificateDetails = {
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** The first common name, or an empty text. */
  readonly cn: string;
  /** RFC 4514. */
  readonly subject: string;
  readonly issuer: string;
  /** Hex as OpenSSL prints it, without colons. */
  readonly serial: string;
  /** `P-256`, `RSA 2048`, `Ed25519` … */
  readonly keyType: string;
  /** Why the key would be refused; null when it would not. */
  readonly keyWeakness: string | null;
  /** `ECDSA SHA-256`, `RSA SHA-1` … */
  readonly signatureAlgorithm: string;
  /** `DNS:localhost`, `IP:127.0.0.1` … */
  readonly altNames: readonly string[];
  /** Key usages and extended key usages, `digitalSignature`, `serverAuth` … */
  readonly usages: readonly string[];
  readonly isCa: boolean;
  /** Issuer and subject are one name. */
  readonly selfIssued: boolean;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly pem: string;
};

/** @throws PkiError FILE_DAMAGED */
export function inspectCertificate(pemOrDer: string | Uint8Array): CertificateDetails {
  return detailsOf(parseCertificate(pemOrDer));
}

/** @throws PkiError FILE_DAMAGED */
export function parseCertificate(pemOrDer: string | Uint8Array): X509Certificate {
  try {
    const input = typeof pemOrDer === 'string' ? pemOrDer : Buffer.from(pemOrDer);
    const certificate = new X509Certificate(input);
    // TLS will read it with OpenSSL: what only one of the two can read is damaged.
    const { raw } = new NodeCertificate(Buffer.from(certificate.rawData));
    // Bytes behind it would change its fingerprint and nothing else, and as PEM OpenSSL fails on them.
    if (raw.length !== certificate.rawData.byteLength) throw new Error('bytes follow it');
    return certificate;
  } catch (cause) {
    throw damagedFile('the certificate', cause);
  }
}

/** @throws PkiError FILE_DAMAGED */
function detailsOf(certificate: X509Certificate): CertificateDetails {
  try {
    const key = describePublicKey(new Uint8Array(certificate.publicKey.rawData));
    const { subject, issuer } = certificate;
    return {
      fingerprint: fingerprintOf(certificate),
      cn: certificate.subjectName.getField('CN')[0] ?? '',
      subject,
      issuer,
      serial: certificate.serialNumber.toUpperCase(),
      keyType: key.type,
      keyWeakness: key.weakness,
      signatureAlgorithm: algorithmName(certificate),
      altNames: altNamesOf(certificate),
      usages: usagesOf(certificate),
      isCa: certificate.getExtension(BasicConstraintsExtension)?.ca ?? false,
      selfIssued: subject === issuer,
      notBefore: certificate.notBefore.getTime(),
      notAfter: certificate.notAfter.getTime(),
      pem: pemOf(certificate),
    };
  } catch (cause) {
    throw damagedFile('the certificate', cause);
  }
}

/** By names, key identifiers and signature; false when either cannot be understood. */
export function isIssuedBy(below: NodeCertificate, above: NodeCertificate): boolean {
  try {
    return below.checkIssued(above) && below.verify(above.publicKey);
  } catch {
    return false;
  }
}

export function fingerprintOf(certificate: X509Certificate): string {
  return createHash('sha256').update(new Uint8Array(certificate.rawData)).digest('hex');
}

export function pemOf(certificate: X509Certificate): string {
  return certificate.toString('pem') + '\n';
}

function algorithmName({ signatureAlgorithm }: X509Certificate): string {
  // The types promise a hash; Ed25519 has none, and an unknown algorithm has neither.
  const { name = 'unknown', hash: { name: hash } = {} } = signatureAlgorithm as {
    name?: string;
    hash?: { name?: string };
  };
  const family = name === 'RSASSA-PKCS1-v1_5' ? 'RSA' : name === 'EdDSA' ? 'Ed25519' : name;
  return hash === undefined ? family : `${family} ${hash}`;
}

const ALT_NAME_LABELS: Readonly<Record<string, string>> = {
  dns: 'DNS',
  ip: 'IP',
  email: 'email',
  url: 'URI',
};

function altNamesOf(certificate: X509Certificate): string[] {
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  return names.map(({ type, value }) => `${ALT_NAME_LABELS[type] ?? type}:${value}`);
}

const KEY_USAGES = [
  ['digitalSignature', KeyUsageFlags.digitalSignature],
  ['nonRepudiation', KeyUsageFlags.nonRepudiation],
  ['keyEncipherment', KeyUsageFlags.keyEncipherment],
  ['dataEncipherment', KeyUsageFlags.dataEncipherment],
  ['keyAgreement', KeyUsageFlags.keyAgreement],
  ['keyCertSign', KeyUsageFlags.keyCertSign],
  ['cRLSign', KeyUsageFlags.cRLSign],
] as const;

function usagesOf(certificate: X509Certificate): string[] {
  const flags = certificate.getExtension(KeyUsagesExtension)?.usages ?? 0;
  const extended = certificate.getExtension(ExtendedKeyUsageExtension)?.usages ?? [];
  const names = new Map(
    Object.entries(ExtendedKeyUsage).map(([name, oid]) => [oid as string, name]),
  );
  return [
    ...KEY_USAGES.filter(([, flag]) => (flags & flag) !== 0).map(([name]) => name),
    ...extended.map((oid) => names.get(String(oid)) ?? String(oid)),
  ];
}
