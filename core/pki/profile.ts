// @peculiar/x509 decides what it is made of through decorators, and asks its host for this.
import 'reflect-metadata';
import { type KeyObject, createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
  X509CrlGenerator,
  X509CrlReason,
} from '@peculiar/x509';
import type { Clock, Random } from '#core/ports';
import { derInteger } from './der.ts';
import { PkiError } from './errors.ts';
import { writePem } from './pem.ts';
import {
  type AlternativeName,
  alternativeName,
  assertCommonName,
  assertIdentityName,
} from './names.ts';

/*
 * What the bench's certificates and revocation lists look like: RFC 5280 sections 4.2 and 5.
 */

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Benches and vehicles rarely agree on the time to the minute. */
const BACKDATED_MS = HOUR_MS;
const CA_LIFE_MS = 5 * 365 * DAY_MS;
/** Apple and others refuse server certificates that live longer than 398 days. */
export const LEAF_LIFE_MS = 397 * DAY_MS;
const OWN_HOSTS = ['localhost', '127.0.0.1', '::1'];
const CRL_NUMBER_OID = '2.5.29.20';

/** A CA with its key, ready to sign. */
export type Signer = {
  readonly certificate: X509Certificate;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: webcrypto.CryptoKey;
  readonly algorithm: SigningAlgorithm;
};

type SigningAlgorithm =
  | { readonly name: 'ECDSA'; readonly namedCurve: string; readonly hash: string }
  | { readonly name: 'RSASSA-PKCS1-v1_5'; readonly hash: string }
  | { readonly name: 'Ed25519' };

/** Keys of the bench itself are P-256: every TLS stack in a vehicle knows it. */
export async function makeKey(): Promise<KeyObject> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
  const pair = await webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']);
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', pair.privateKey);
  return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
}

/** @throws PkiError ALGORITHM_UNSUPPORTED */
export async function signerOf(certificate: X509Certificate, key: KeyObject): Promise<Signer> {
  const algorithm = algorithmOf(key);
  const pkcs8 = Uint8Array.from(key.export({ type: 'pkcs8', format: 'der' }));
  const spki = Uint8Array.from(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const { subtle } = webcrypto;
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    subtle.importKey('spki', spki, algorithm, true, ['verify']),
  ]);
  pkcs8.fill(0);
  return { certificate, privateKey, publicKey, algorithm };
}

function algorithmOf(key: KeyObject): SigningAlgorithm {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    case 'ed25519':
      return { name: 'Ed25519' };
    case 'ec':
      if (curve === 'prime256v1') return { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
      if (curve === 'secp384r1') return { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
      if (curve === 'secp521r1') return { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' };
      break;
    default:
  }
  const type = curve ?? key.asymmetricKeyType ?? 'unknown';
  throw new PkiError('ALGORITHM_UNSUPPORTED', `a CA with a key of type ${type} cannot sign here`, {
    next: 'Use a CA with a P-256, P-384, Ed25519 or RSA key.',
  });
}

/** @throws PkiError NAME_INVALID */
export async function makeCaCertificate(
  name: string,
  key: KeyObject,
  clock: Clock,
  random: Random,
): Promise<X509Certificate> {
  assertCommonName(name);
  const algorithm = algorithmOf(key);
  const { subtle } = webcrypto;
  const pkcs8 = Uint8Array.from(key.export({ type: 'pkcs8', format: 'der' }));
  const spki = Uint8Array.from(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const publicKey = await subtle.importKey('spki', spki, algorithm, true, ['verify']);
  return X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(random),
      name: nameOf(name),
      notBefore: new Date(clock.now() - BACKDATED_MS),
      notAfter: new Date(clock.now() + CA_LIFE_MS),
      keys: {
        privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
        publicKey,
      },
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
}

/** What a certificate is to be for. A client's never opens a server, nor the other way. */
export type Purpose =
  | IssuedPurpose
  /** Signs documents, and opens nothing. */
  | { readonly kind: 'signer'; readonly cn: string };
export type IssuedPurpose =
  | { readonly kind: 'client'; readonly cn: string }
  | { readonly kind: 'server'; readonly cn: string; readonly hosts: readonly string[] };

/**
 * @param spki the holder's public key, SubjectPublicKeyInfo in DER
 * @throws PkiError NAME_INVALID, HOST_INVALID, CA_EXPIRED, CA_UNFIT
 */
export async function makeLeafCertificate(
  signer: Signer,
  purpose: Purpose,
  spki: Uint8Array,
  lifeMs: number,
  clock: Clock,
  random: Random,
): Promise<X509Certificate> {
  assertIdentityName(purpose.cn);
  const extensions = extensionsFor(purpose);
  const now = clock.now();
  const caBegin = signer.certificate.notBefore.getTime();
  const caEnd = signer.certificate.notAfter.getTime();
  if (caEnd <= now) throw caExpired(signer.certificate);
  if (now < caBegin) throw caAhead(signer.certificate);
  return X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(random),
      subject: nameOf(purpose.cn),
      issuer: signer.certificate.subjectName,
      // Never outside the CA's own, at either end.
      notBefore: new Date(Math.max(now - BACKDATED_MS, caBegin)),
      notAfter: new Date(Math.min(now + lifeMs, caEnd)),
      publicKey: Uint8Array.from(spki),
      signingKey: signer.privateKey,
      signingAlgorithm: signer.algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        ...extensions,
        await SubjectKeyIdentifierExtension.create(Uint8Array.from(spki), false, webcrypto),
        await authorityKey(signer),
      ],
    },
    webcrypto,
  );
}

function caExpired(certificate: X509Certificate): PkiError {
  const ended = certificate.notAfter.toISOString().slice(0, 10);
  return new PkiError('CA_EXPIRED', `the CA ended on ${ended}`, {
    next: 'Create a new bench CA in Trust and give it to the vehicles.',
  });
}

function caAhead(certificate: X509Certificate): PkiError {
  const begins = certificate.notBefore.toISOString();
  return new PkiError('CA_UNFIT', `the CA is not valid before ${begins}`, {
    next: 'Check the clock of this computer: it is behind that.',
  });
}

/** RFC 9336: signs documents; opens no connection. */
const DOCUMENT_SIGNING_OID = '1.3.6.1.5.5.7.3.36';

function extensionsFor(purpose: Purpose): Extension[] {
  if (purpose.kind === 'signer') return [new ExtendedKeyUsageExtension([DOCUMENT_SIGNING_OID])];
  if (purpose.kind === 'client') {
    return [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])];
  }
  const hosts = new Set([...OWN_HOSTS, ...purpose.hosts]);
  const names: AlternativeName[] = [...hosts].map(alternativeName);
  return [
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(names),
  ];
}

export type Revocation = { readonly serial: string; readonly at: number };

/**
 * A version 2 CRL. It ends with the CA: a bench's list is made anew with each revocation, and one
 * that lay in an exported folder for a month must not lock everybody out.
 */
export async function makeCrl(
  signer: Signer,
  revocations: readonly Revocation[],
  number: number,
  clock: Clock,
): Promise<string> {
  const now = clock.now();
  const crl = await X509CrlGenerator.create(
    {
      issuer: signer.certificate.subjectName,
      thisUpdate: new Date(now - BACKDATED_MS),
      nextUpdate: new Date(Math.max(signer.certificate.notAfter.getTime(), now)),
      entries: revocations.map(({ serial, at }) => ({
        serialNumber: serial,
        revocationDate: new Date(at),
        reason: X509CrlReason.cessationOfOperation,
      })),
      extensions: [
        await authorityKey(signer),
        // RFC 5280 section 5.2.3: a conforming CA numbers its lists.
        new Extension(CRL_NUMBER_OID, false, Uint8Array.from(derInteger(number))),
      ],
      signingAlgorithm: signer.algorithm,
      signingKey: signer.privateKey,
    },
    webcrypto,
  );
  // The library would label it "CRL"; RFC 7468 section 6 and every TLS stack say "X509 CRL".
  return writePem('X509 CRL', new Uint8Array(crl.rawData));
}

/** Names the CA's key as its own certificate does, whoever made that one. */
async function authorityKey({ certificate, publicKey }: Signer): Promise<Extension> {
  const own = certificate.getExtension(SubjectKeyIdentifierExtension);
  return own === null
    ? AuthorityKeyIdentifierExtension.create(publicKey, false, webcrypto)
    : new AuthorityKeyIdentifierExtension(own.keyId, false);
}

/**
 * A plain string would be read as RFC 4514 writes names: `#0c…` as hex, quotes and backslashes
 * as escapes, so that one name could be asked for and another one issued.
 */
function nameOf(cn: string): Name {
  return new Name([{ CN: [{ utf8String: cn }] }]);
}

/** RFC 5280 section 4.1.2.2: positive and at most 20 octets. */
function serialNumber(random: Random): string {
  const bytes = random.bytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
