import { type KeyObject, createPrivateKey } from 'node:crypto';
import { type Budget, createBudget } from './budget.ts';
import { type DerNode, TAG, childrenOf, readDer } from './der.ts';
import { legacyEncryption, passphraseNeeded, passphraseWrong } from './encryption.ts';
import { PkiError, damagedFile } from './errors.ts';
import { type CertificateDetails, inspectCertificate } from './inspect.ts';
import { type PemBlock, looksLikePem, readPem } from './pem.ts';
import { openEncryptedKey, readPkcs12 } from './pkcs12.ts';

export type InputFile = { readonly name: string; readonly bytes: Uint8Array };

export type CertificateFiles = {
  /** In the order of the files, each once. */
  readonly certificates: readonly CertificateDetails[];
  readonly keys: readonly KeyObject[];
};

/** A CA bundle of a whole company is a third of this. */
const FILE_LIMIT = 1_048_576;
const FILES_LIMIT = 16;
/** Of one import; each is parsed, and compared with each key. */
const CERTIFICATE_LIMIT = 128;
const KEY_LIMIT = 16;

/**
 * Certificates and keys out of PEM (keys may be encrypted, in PKCS #8 or the traditional way),
 * DER and PKCS #12, told apart by what is in them. Nothing is verified but that it can be read.
 *
 * @throws PkiError FILE_NOT_CERTIFICATE, FILE_DAMAGED, FILE_TOO_LARGE, PASSPHRASE_NEEDED, PASSPHRASE_WRONG, ENCRYPTION_LEGACY, ENCRYPTION_COSTLY, ALGORITHM_UNSUPPORTED
 */
export async function readCertificateFiles(
  files: readonly InputFile[],
  passphrase?: string,
): Promise<CertificateFiles> {
  if (files.length > FILES_LIMIT) throw tooLarge(`${files.length} files`);
  const budget = createBudget();
  const certificates = new Map<string, CertificateDetails>();
  const keys: KeyObject[] = [];
  for (const { name, bytes } of files) {
    if (bytes.length > FILE_LIMIT) throw tooLarge(`"${name}" of ${bytes.length} bytes`);
    const found = await readFile({ name, bytes }, passphrase, budget);
    for (const certificate of found.certificates) {
      certificates.set(certificate.fingerprint, certificate);
    }
    for (const key of found.keys) if (!keys.some((one) => one.equals(key))) keys.push(key);
    if (certificates.size > CERTIFICATE_LIMIT || keys.length > KEY_LIMIT) {
      throw tooLarge(`${certificates.size} certificates and ${keys.length} keys`);
    }
  }
  if (certificates.size === 0 && keys.length === 0) throw notCertificate(files);
  return { certificates: [...certificates.values()], keys };
}

async function readFile(
  file: InputFile,
  passphrase: string | undefined,
  budget: Budget,
): Promise<CertificateFiles> {
  const what = `"${file.name}"`;
  if (!looksLikePem(file.bytes)) return readBinary(file, passphrase, budget);
  const certificates: CertificateDetails[] = [];
  const keys: KeyObject[] = [];
  for (const block of readPem(file.bytes, what)) {
    if (isCertificate(block)) certificates.push(inspectCertificate(block.bytes));
    else if (block.label.endsWith('PRIVATE KEY')) {
      keys.push(await keyOfBlock(block, passphrase, budget, what));
    }
  }
  return { certificates, keys };
}

function isCertificate({ label }: PemBlock): boolean {
  return label === 'CERTIFICATE' || label === 'X509 CERTIFICATE';
}

async function keyOfBlock(
  block: PemBlock,
  passphrase: string | undefined,
  budget: Budget,
  what: string,
): Promise<KeyObject> {
  const key = `the private key in ${what}`;
  if (block.label === 'ENCRYPTED PRIVATE KEY') {
    return openEncryptedKey(readDer(block.bytes, key), passphrase, budget, key);
  }
  if (!['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'].includes(block.label)) {
    throw new PkiError('ALGORITHM_UNSUPPORTED', `${key} is in the form "${block.label}"`, {
      next: 'Convert it: openssl pkey -in OLD -out NEW, or ssh-keygen -p -m PKCS8.',
    });
  }
  const encryption = block.headers.get('dek-info');
  if (encryption !== undefined) return traditionalKey(block, encryption, passphrase, key);
  try {
    return createPrivateKey({ key: block.text, format: 'pem' });
  } catch (cause) {
    throw damagedFile(key, cause);
  }
}

/** RFC 1421 as OpenSSL does it. Its key derivation is a single MD5, so that time is no concern. */
function traditionalKey(
  block: PemBlock,
  encryption: string,
  passphrase: string | undefined,
  what: string,
): KeyObject {
  const cipher = encryption.split(',', 1)[0] ?? '';
  if (!/^(AES-(128|192|256)-CBC|DES-EDE3-CBC)$/.test(cipher)) throw legacyEncryption(cipher, what);
  if (passphrase === undefined) throw passphraseNeeded(what);
  try {
    return createPrivateKey({ key: block.text, format: 'pem', passphrase });
  } catch (cause) {
    throw passphraseWrong(what, cause);
  }
}

async function readBinary(
  file: InputFile,
  passphrase: string | undefined,
  budget: Budget,
): Promise<CertificateFiles> {
  const what = `"${file.name}"`;
  if (file.bytes[0] !== TAG.sequence) throw notCertificate([file]);
  const root = readDer(file.bytes, what);
  // What follows the element is padding of a careless copy, or not this at all.
  if (root.whole.length !== file.bytes.length) throw damagedFile(what);
  const form = formOf(childrenOf(root, what), what);
  switch (form) {
    case 'pkcs12': {
      const { certificates, keys } = await readPkcs12(file.bytes, passphrase, budget, what);
      return { certificates: certificates.map((der) => inspectCertificate(der)), keys };
    }
    case 'encrypted':
      return { certificates: [], keys: [await openEncryptedKey(root, passphrase, budget, what)] };
    case 'certificate':
      return { certificates: [inspectCertificate(file.bytes)], keys: [] };
    default:
      return { certificates: [], keys: [binaryKey(file.bytes, form, what)] };
  }
}

type Form = 'pkcs12' | 'encrypted' | 'certificate' | 'pkcs8' | 'pkcs1' | 'sec1';

/** The first elements of each form tell it from the others. */
function formOf(children: readonly DerNode[], what: string): Form {
  const [first, second, third] = children.map(({ tag }) => tag);
  if (first === TAG.integer && second === TAG.sequence) {
    return third === TAG.octets ? 'pkcs8' : 'pkcs12';
  }
  if (first === TAG.integer && second === TAG.integer) return 'pkcs1';
  if (first === TAG.integer && second === TAG.octets) return 'sec1';
  if (first === TAG.sequence && second === TAG.octets) return 'encrypted';
  if (first === TAG.sequence && second === TAG.sequence) return 'certificate';
  throw damagedFile(what);
}

function binaryKey(bytes: Uint8Array, type: 'pkcs8' | 'pkcs1' | 'sec1', what: string): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(bytes), format: 'der', type });
  } catch (cause) {
    throw damagedFile(what, cause);
  }
}

function notCertificate(files: readonly InputFile[]): PkiError {
  const names = files.map(({ name }) => `"${name}"`).join(', ');
  return new PkiError(
    'FILE_NOT_CERTIFICATE',
    `no certificate and no key in ${names || 'no file'}`,
    {
      next: 'Choose a PEM (.pem, .crt, .key), DER (.cer, .der) or PKCS #12 (.p12, .pfx) file.',
    },
  );
}

function tooLarge(what: string): PkiError {
  return new PkiError('FILE_TOO_LARGE', `${what} are more than an import takes`, {
    next: `Import at most ${FILES_LIMIT} files of ${FILE_LIMIT} bytes, ${CERTIFICATE_LIMIT} certificates and ${KEY_LIMIT} keys at once.`,
  });
}
