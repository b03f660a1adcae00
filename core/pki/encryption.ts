import { createCipheriv, createDecipheriv, pbkdf2, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { type Budget, tooCostly } from './budget.ts';
import {
  type DerNode,
  TAG,
  der,
  derInteger,
  derOid,
  integerOf,
  octetsOf,
  oidOf,
  sequenceOf,
} from './der.ts';
import { PkiError, damagedFile } from './errors.ts';
import { KDF_ID, SCRIPTED_WEIGHT, bmpPassphrase, pkcs12Kdf } from './pkcs12-kdf.ts';

/* Encryption by passphrase: PBES2 of RFC 8018, and what is left in use of RFC 7292 appendix C. */

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';
const HMAC_SHA256 = '1.2.840.113549.2.9';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';
const PBE_SHA1_3DES = '1.2.840.113549.1.12.1.3';

const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  [HMAC_SHA256]: 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const CIPHERS: Readonly<Record<string, { name: string; keyBytes: number; ivBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16, ivBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24, ivBytes: 16 },
  [AES_256_CBC]: { name: 'aes-256-cbc', keyBytes: 32, ivBytes: 16 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24, ivBytes: 8 },
};
const LEGACY: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.5.1': 'PBE-MD2-DES',
  '1.2.840.113549.1.5.3': 'PBE-MD5-DES',
  '1.2.840.113549.1.5.4': 'PBE-MD2-RC2',
  '1.2.840.113549.1.5.6': 'PBE-MD5-RC2',
  '1.2.840.113549.1.5.10': 'PBE-SHA1-DES',
  '1.2.840.113549.1.5.11': 'PBE-SHA1-RC2',
  '1.2.840.113549.1.12.1.1': 'PBE-SHA1-RC4-128',
  '1.2.840.113549.1.12.1.2': 'PBE-SHA1-RC4-40',
  '1.2.840.113549.1.12.1.4': 'PBE-SHA1-2DES',
  '1.2.840.113549.1.12.1.5': 'PBE-SHA1-RC2-128',
  '1.2.840.113549.1.12.1.6': 'PBE-SHA1-RC2-40',
  '1.2.840.113549.3.2': 'RC2-CBC',
  '1.3.14.3.2.7': 'DES-CBC',
};

/** OWASP 2023 for PBKDF2 with HMAC-SHA-256. */
const ITERATIONS = 600_000;
/** Twice what `openssl pkcs8 -scrypt` asks for, and then some. */
const SCRYPT_MEMORY_LIMIT = 128 * 1_048_576;
/** One unit of scrypt's work (a block of 128 bytes) costs about as much as this of PBKDF2's. */
const SCRYPT_WEIGHT = 2;

const pbkdf2Of = promisify(pbkdf2);

type ScryptCost = { N: number; r: number; p: number; maxmem: number };
const scryptOf = (
  passphrase: string,
  salt: Uint8Array,
  length: number,
  cost: ScryptCost,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(passphrase, salt, length, cost, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });

/**
 * @param algorithm AlgorithmIdentifier
 * @throws PkiError PASSPHRASE_NEEDED, PASSPHRASE_WRONG, ENCRYPTION_LEGACY, ENCRYPTION_COSTLY, ALGORITHM_UNSUPPORTED, FILE_DAMAGED
 */
export async function decrypt(
  algorithm: DerNode | undefined,
  data: Uint8Array,
  passphrase: string | undefined,
  budget: Budget,
  what: string,
): Promise<Uint8Array> {
  const [oidNode, parameters] = sequenceOf(algorithm, what);
  const oid = oidOf(oidNode, what);
  assertReadable(oid, [PBES2, PBE_SHA1_3DES], what);
  if (passphrase === undefined) throw passphraseNeeded(what);
  const plan =
    oid === PBES2
      ? await pbes2(parameters, passphrase, budget, what)
      : await sha1TripleDes(parameters, passphrase, budget, what);
  try {
    const decipher = createDecipheriv(plan.cipher, plan.key, plan.iv);
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch (cause) {
    throw passphraseWrong(what, cause);
  }
}

type Plan = { readonly cipher: string; readonly key: Uint8Array; readonly iv: Uint8Array };

async function pbes2(
  node: DerNode | undefined,
  passphrase: string,
  budget: Budget,
  what: string,
): Promise<Plan> {
  const [kdf, scheme] = sequenceOf(node, what);
  const [cipherOid, ivNode] = sequenceOf(scheme, what);
  const oid = oidOf(cipherOid, what);
  assertReadable(oid, Object.keys(CIPHERS), what);
  const cipher = CIPHERS[oid];
  const iv = octetsOf(ivNode, what);
  if (cipher?.ivBytes !== iv.length) throw damagedFile(what);
  const key = await derivedKey(kdf, passphrase, cipher.keyBytes, budget, what);
  return { cipher: cipher.name, key, iv };
}

async function derivedKey(
  kdf: DerNode | undefined,
  passphrase: string,
  length: number,
  budget: Budget,
  what: string,
): Promise<Uint8Array> {
  const [oidNode, parameters] = sequenceOf(kdf, what);
  const oid = oidOf(oidNode, what);
  assertReadable(oid, [PBKDF2, SCRYPT], what);
  const [saltNode, second, ...rest] = sequenceOf(parameters, what);
  const salt = octetsOf(saltNode, what);
  if (oid === PBKDF2) {
    const iterations = integerOf(second, what);
    if (iterations < 1) throw damagedFile(what);
    budget.spend(iterations);
    const prf = rest.find(({ tag }) => tag === TAG.sequence);
    const prfOid = prf === undefined ? '1.2.840.113549.2.7' : oidOf(sequenceOf(prf, what)[0], what);
    assertReadable(prfOid, Object.keys(PRFS), what);
    return pbkdf2Of(passphrase, salt, iterations, length, PRFS[prfOid] ?? 'sha1');
  }
  const N = integerOf(second, what);
  const r = integerOf(rest[0], what);
  const p = integerOf(rest[1], what);
  // RFC 7914 section 6; the memory it takes is 128·N·r.
  if (N < 2 || !Number.isInteger(Math.log2(N)) || r < 1 || p < 1) throw damagedFile(what);
  if (128 * r * (N + p) > SCRYPT_MEMORY_LIMIT) throw tooCostly(`${128 * r * N} bytes of memory`);
  budget.spend(N * r * p * SCRYPT_WEIGHT);
  return scryptOf(passphrase, salt, length, { N, r, p, maxmem: 2 * SCRYPT_MEMORY_LIMIT });
}

async function sha1TripleDes(
  node: DerNode | undefined,
  passphrase: string,
  budget: Budget,
  what: string,
): Promise<Plan> {
  const [saltNode, count] = sequenceOf(node, what);
  const salt = octetsOf(saltNode, what);
  const iterations = integerOf(count, what);
  // Two blocks of SHA-1 for the key, one for the vector.
  budget.spend(iterations * 3 * SCRIPTED_WEIGHT);
  const bytes = bmpPassphrase(passphrase);
  return {
    cipher: 'des-ede3-cbc',
    key: await pkcs12Kdf('sha1', bytes, salt, iterations, KDF_ID.key, 24),
    iv: await pkcs12Kdf('sha1', bytes, salt, iterations, KDF_ID.iv, 8),
  };
}

/** PBES2 with PBKDF2-HMAC-SHA-256 and AES-256: what OpenSSL 1.1 and later read. */
export async function encrypt(
  data: Uint8Array,
  passphrase: string,
): Promise<{ algorithm: Uint8Array; data: Uint8Array }> {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const key = await pbkdf2Of(passphrase, salt, ITERATIONS, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const prf = der(TAG.sequence, derOid(HMAC_SHA256), der(TAG.null));
  const kdf = der(TAG.sequence, der(TAG.octets, salt), derInteger(ITERATIONS), prf);
  const algorithm = der(
    TAG.sequence,
    derOid(PBES2),
    der(
      TAG.sequence,
      der(TAG.sequence, derOid(PBKDF2), kdf),
      der(TAG.sequence, derOid(AES_256_CBC), der(TAG.octets, iv)),
    ),
  );
  return { algorithm, data: Buffer.concat([cipher.update(data), cipher.final()]) };
}

function assertReadable(oid: string, readable: readonly string[], what: string): void {
  if (readable.includes(oid)) return;
  const legacy = LEGACY[oid];
  if (legacy !== undefined) throw legacyEncryption(legacy, what);
  throw new PkiError('ALGORITHM_UNSUPPORTED', `${what} uses the algorithm ${oid}`, {
    next: 'Export it again with PBES2 and AES-256, the default of OpenSSL 3.',
  });
}

export function legacyEncryption(name: string, what: string): PkiError {
  return new PkiError('ENCRYPTION_LEGACY', `${what} is encrypted with ${name}, which is broken`, {
    next: 'Convert it: openssl pkcs12 -legacy -in OLD -nodes | openssl pkcs12 -export -out NEW.',
  });
}

export function passphraseNeeded(what: string): PkiError {
  return new PkiError('PASSPHRASE_NEEDED', `${what} is encrypted`, {
    next: 'Give the passphrase it was exported with.',
  });
}

export function passphraseWrong(what: string, cause?: unknown): PkiError {
  return new PkiError('PASSPHRASE_WRONG', `the passphrase does not open ${what}`, {
    next: 'Check the passphrase, capitals and keyboard layout included; a damaged file looks the same.',
    cause,
  });
}
