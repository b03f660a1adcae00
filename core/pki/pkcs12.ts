import {
  type KeyObject,
  createHmac,
  createPrivateKey,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { type Budget } from './budget.ts';
import {
  type DerNode,
  TAG,
  childrenOf,
  der,
  derInteger,
  derOid,
  expect,
  integerOf,
  octetsOf,
  oidOf,
  readDer,
  sequenceOf,
} from './der.ts';
import { decrypt, encrypt, passphraseNeeded, passphraseWrong } from './encryption.ts';
import { PkiError, damagedFile } from './errors.ts';
import { KDF_ID, SCRIPTED_WEIGHT, bmpPassphrase, pkcs12Kdf } from './pkcs12-kdf.ts';

/* PKCS #12, RFC 7292: what a browser, a phone or OpenSSL calls .p12 or .pfx. */

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const KEY_BAG = '1.2.840.113549.1.12.10.1.1';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERT_BAG = '1.2.840.113549.1.12.10.1.3';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const MAC_HASHES: Readonly<Record<string, { name: string; bytes: number }>> = {
  '1.3.14.3.2.26': { name: 'sha1', bytes: 20 },
  [SHA256]: { name: 'sha256', bytes: 32 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', bytes: 48 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', bytes: 64 },
};

/** The hashing is done in JavaScript: this many take a quarter of a second. */
const MAC_ITERATIONS = 100_000;
/** A folder of identities is not one file. */
const BAG_LIMIT = 256;

export type Pkcs12 = { readonly certificates: Uint8Array[]; readonly keys: KeyObject[] };

/**
 * @param what the file as the person knows it, for messages
 * @throws PkiError FILE_DAMAGED, PASSPHRASE_NEEDED, PASSPHRASE_WRONG, ENCRYPTION_LEGACY, ENCRYPTION_COSTLY, ALGORITHM_UNSUPPORTED
 */
export async function readPkcs12(
  bytes: Uint8Array,
  passphrase: string | undefined,
  budget: Budget,
  what: string,
): Promise<Pkcs12> {
  const [version, authSafe, macData] = sequenceOf(readDer(bytes, what), what);
  if (integerOf(version, what) !== 3) throw damagedFile(what);
  const { type, content } = contentInfo(authSafe, what);
  if (type !== DATA) throw unsupported(what, 'is protected by a public key');
  const safes = octetsOf(content, what);
  // A file without passphrase is one with the empty passphrase.
  const opened = passphrase ?? '';
  if (macData !== undefined && !(await macAgrees(macData, safes, opened, budget, what))) {
    throw passphrase === undefined ? passphraseNeeded(what) : passphraseWrong(what);
  }
  const result: Pkcs12 = { certificates: [], keys: [] };
  let bags = 0;
  for (const safe of sequenceOf(readDer(safes, what), what)) {
    const contents = await safeContents(safe, opened, budget, what);
    for (const bag of sequenceOf(readDer(contents, what), what)) {
      bags += 1;
      if (bags > BAG_LIMIT) throw unsupported(what, `holds more than ${BAG_LIMIT} entries`);
      await readBag(bag, opened, budget, result, what);
    }
  }
  return result;
}

function contentInfo(
  node: DerNode | undefined,
  what: string,
): { type: string; content: DerNode | undefined } {
  const [type, explicit] = sequenceOf(node, what);
  const content = childrenOf(expect(explicit, TAG.context0, what), what)[0];
  return { type: oidOf(type, what), content };
}

async function safeContents(
  safe: DerNode,
  passphrase: string,
  budget: Budget,
  what: string,
): Promise<Uint8Array> {
  const { type, content } = contentInfo(safe, what);
  if (type === DATA) return octetsOf(content, what);
  if (type !== ENCRYPTED_DATA) throw unsupported(what, 'is protected by a public key');
  const [, info] = sequenceOf(content, what);
  const [, algorithm, data] = sequenceOf(info, what);
  const cipherText = octetsOf(data, what, 0x80);
  return decrypt(algorithm, cipherText, passphrase, budget, what);
}

async function readBag(
  bag: DerNode,
  passphrase: string,
  budget: Budget,
  result: Pkcs12,
  what: string,
): Promise<void> {
  const { type, content } = contentInfo(bag, what);
  switch (type) {
    case CERT_BAG: {
      const [certType, value] = sequenceOf(content, what);
      if (oidOf(certType, what) !== X509_CERTIFICATE) return;
      const inner = childrenOf(expect(value, TAG.context0, what), what)[0];
      result.certificates.push(octetsOf(inner, what));
      return;
    }
    case KEY_BAG:
      result.keys.push(privateKeyOf(expect(content, TAG.sequence, what).whole, what));
      return;
    case SHROUDED_KEY_BAG:
      result.keys.push(
        await openEncryptedKey(expect(content, TAG.sequence, what), passphrase, budget, what),
      );
      return;
    default:
    // Revocation lists and other secrets are nothing this bench asked for.
  }
}

/** EncryptedPrivateKeyInfo, RFC 5958 section 3: in a PKCS #12 or a file of its own. */
export async function openEncryptedKey(
  node: DerNode,
  passphrase: string | undefined,
  budget: Budget,
  what: string,
): Promise<KeyObject> {
  const [algorithm, data] = childrenOf(node, what);
  const cipherText = octetsOf(data, what);
  const plain = await decrypt(algorithm, cipherText, passphrase, budget, what);
  try {
    return createPrivateKey({ key: Buffer.from(plain), format: 'der', type: 'pkcs8' });
  } catch (cause) {
    // One wrong passphrase in 256 leaves padding that looks right.
    throw passphraseWrong(what, cause);
  } finally {
    plain.fill(0);
  }
}

function privateKeyOf(pkcs8: Uint8Array, what: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  } catch (cause) {
    throw damagedFile(`the private key in ${what}`, cause);
  }
}

async function macAgrees(
  node: DerNode,
  safes: Uint8Array,
  passphrase: string,
  budget: Budget,
  what: string,
): Promise<boolean> {
  const [digestInfo, saltNode, count] = sequenceOf(node, what);
  const [algorithm, digest] = sequenceOf(digestInfo, what);
  const oid = oidOf(sequenceOf(algorithm, what)[0], what);
  const hash = MAC_HASHES[oid];
  if (hash === undefined) throw unsupported(what, `is authenticated by the algorithm ${oid}`);
  const expected = octetsOf(digest, what);
  const salt = octetsOf(saltNode, what);
  const iterations = count === undefined ? 1 : integerOf(count, what);
  if (expected.length !== hash.bytes) throw damagedFile(what);
  // OpenSSL derives from nothing where no passphrase was given, others from the empty one.
  const forms =
    passphrase === '' ? [bmpPassphrase(''), new Uint8Array(0)] : [bmpPassphrase(passphrase)];
  for (const form of forms) {
    budget.spend(iterations * SCRIPTED_WEIGHT);
    const key = await pkcs12Kdf(hash.name, form, salt, iterations, KDF_ID.mac, hash.bytes);
    if (timingSafeEqual(createHmac(hash.name, key).update(safes).digest(), expected)) return true;
  }
  return false;
}

/**
 * @param certificates DER, the key's own first
 * @param name shown by whoever imports it
 */
export async function writePkcs12(
  certificates: readonly Uint8Array[],
  key: KeyObject,
  name: string,
  keyId: Uint8Array,
  passphrase: string,
): Promise<Uint8Array> {
  const attributes = der(
    TAG.set,
    attribute(FRIENDLY_NAME, der(TAG.bmpString, Buffer.from(name, 'utf16le').swap16())),
    attribute(LOCAL_KEY_ID, der(TAG.octets, keyId)),
  );
  const certBags = certificates.map((certificate, index) => {
    const value = der(
      TAG.sequence,
      derOid(X509_CERTIFICATE),
      der(TAG.context0, der(TAG.octets, certificate)),
    );
    const bag = [derOid(CERT_BAG), der(TAG.context0, value)];
    return der(TAG.sequence, ...(index === 0 ? [...bag, attributes] : bag));
  });
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const shrouded = der(TAG.context0, await encryptedKey(pkcs8, passphrase));
  pkcs8.fill(0);
  const keyBag = der(TAG.sequence, derOid(SHROUDED_KEY_BAG), shrouded, attributes);

  const hidden = await encrypt(der(TAG.sequence, ...certBags), passphrase);
  const encryptedData = der(
    TAG.sequence,
    derInteger(0),
    der(TAG.sequence, derOid(DATA), hidden.algorithm, der(0x80, hidden.data)),
  );
  const safes = der(
    TAG.sequence,
    der(TAG.sequence, derOid(ENCRYPTED_DATA), der(TAG.context0, encryptedData)),
    data(der(TAG.sequence, keyBag)),
  );
  return der(TAG.sequence, derInteger(3), data(safes), await macOf(safes, passphrase));
}

/** EncryptedPrivateKeyInfo. */
export async function encryptedKey(pkcs8: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const hidden = await encrypt(pkcs8, passphrase);
  return der(TAG.sequence, hidden.algorithm, der(TAG.octets, hidden.data));
}

async function macOf(safes: Uint8Array, passphrase: string): Promise<Uint8Array> {
  const salt = randomBytes(16);
  const key = await pkcs12Kdf(
    'sha256',
    bmpPassphrase(passphrase),
    salt,
    MAC_ITERATIONS,
    KDF_ID.mac,
    32,
  );
  const digest = createHmac('sha256', key).update(safes).digest();
  const algorithm = der(TAG.sequence, derOid(SHA256), der(TAG.null));
  return der(
    TAG.sequence,
    der(TAG.sequence, algorithm, der(TAG.octets, digest)),
    der(TAG.octets, salt),
    derInteger(MAC_ITERATIONS),
  );
}

function attribute(oid: string, value: Uint8Array): Uint8Array {
  return der(TAG.sequence, derOid(oid), der(TAG.set, value));
}

function data(content: Uint8Array): Uint8Array {
  return der(TAG.sequence, derOid(DATA), der(TAG.context0, der(TAG.octets, content)));
}

function unsupported(what: string, why: string): PkiError {
  return new PkiError('ALGORITHM_UNSUPPORTED', `${what} ${why}`, {
    next: 'Export it again with a passphrase: openssl pkcs12 -export.',
  });
}
