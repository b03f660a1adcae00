// @peculiar/x509 decides what it is made of through decorators, and asks its host for this.
import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  Name,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Clock, Random } from '#core/ports';
import { alternativeName, assertCommonName } from './names.ts';

/** A certificate with its private key. Both live in memory only. */
export type Issued = {
  /** The name in it, by which a broker or a backend knows its holder. */
  readonly cn: string;
  readonly certPem: string;
  /** PKCS #8. */
  readonly keyPem: string;
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly notAfter: string;
};

export type IssueRequest =
  | {
      readonly kind: 'server';
      readonly cn: string;
      /** Names and addresses it answers to, besides those of this machine. */
      readonly hosts?: readonly string[];
    }
  | { readonly kind: 'client'; readonly cn: string };

export type BenchCa = {
  readonly certPem: string;
  readonly fingerprint: string;
  readonly notAfter: string;
  /** @throws PkiError NAME_INVALID, HOST_INVALID */
  issue(request: IssueRequest): Promise<Issued>;
};

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Benches and vehicles rarely agree on the time to the minute. */
const BACKDATED_MS = HOUR_MS;
const CA_LIFE_MS = 5 * 365 * DAY_MS;
/** Apple and others refuse server certificates that live longer than 398 days. */
const LEAF_LIFE_MS = 397 * DAY_MS;
const OWN_HOSTS = ['localhost', '127.0.0.1', '::1'];

/**
 * Makes a certificate authority for one bench. Its key cannot be exported and is gone with
 * the process. Profiles: RFC 5280 section 4.2.
 *
 * @throws PkiError NAME_INVALID
 */
export async function createBenchCa(options: {
  clock: Clock;
  random: Random;
  name: string;
}): Promise<BenchCa> {
  const { clock, random, name } = options;
  assertCommonName(name);
  const keys = await makeKeys(false);
  const caEnd = clock.now() + CA_LIFE_MS;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(random),
      name: nameOf(name),
      ...validity(clock.now(), caEnd),
      keys,
      signingAlgorithm: SIGNATURE,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );

  return {
    ...described(certificate),
    issue: async (request) => {
      assertCommonName(request.cn);
      const names = purposeOf(request);
      const leaf = await makeKeys(true);
      const issued = await X509CertificateGenerator.create(
        {
          serialNumber: serialNumber(random),
          subject: nameOf(request.cn),
          issuer: certificate.subjectName,
          ...validity(clock.now(), Math.min(clock.now() + LEAF_LIFE_MS, caEnd)),
          publicKey: leaf.publicKey,
          signingKey: keys.privateKey,
          signingAlgorithm: SIGNATURE,
          extensions: [
            new BasicConstraintsExtension(false, undefined, true),
            new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
            ...names,
            await SubjectKeyIdentifierExtension.create(leaf.publicKey, false, webcrypto),
            await AuthorityKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
          ],
        },
        webcrypto,
      );
      return { cn: request.cn, ...described(issued), keyPem: await privatePem(leaf.privateKey) };
    },
  };
}

/**
 * A plain string would be read as RFC 4514 writes names: `#0c…` as hex, quotes and backslashes
 * as escapes, so that one name could be asked for and another one issued.
 */
function nameOf(cn: string): Name {
  return new Name([{ CN: [{ utf8String: cn }] }]);
}

/** What the certificate is good for; a client's never opens a server, nor the other way. */
function purposeOf(request: IssueRequest): Extension[] {
  if (request.kind === 'client') {
    return [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])];
  }
  const hosts = new Set([...OWN_HOSTS, ...(request.hosts ?? [])]);
  return [
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([...hosts].map(alternativeName)),
  ];
}

async function makeKeys(extractable: boolean): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, extractable, ['sign', 'verify']);
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY') + '\n';
}

function described(certificate: X509Certificate): {
  certPem: string;
  fingerprint: string;
  notAfter: string;
} {
  return {
    certPem: certificate.toString('pem') + '\n',
    fingerprint: createHash('sha256').update(new Uint8Array(certificate.rawData)).digest('hex'),
    notAfter: certificate.notAfter.toISOString(),
  };
}

function validity(now: number, end: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - BACKDATED_MS), notAfter: new Date(end) };
}

/** RFC 5280 section 4.1.2.2: positive and at most 20 octets. */
function serialNumber(random: Random): string {
  const bytes = random.bytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
