import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { PkiError, damagedFile } from './errors.ts';
import { assertStrong, describePublicKey } from './key-type.ts';
import { assertIdentityName } from './names.ts';
import { looksLikePem, readPem } from './pem.ts';

/** Of a request only this much is believed: its holder does not choose usage, life or names. */
export type RequestedClient = {
  readonly cn: string;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
};

/** A request is below 8 KiB even with an RSA 16384 key. */
const REQUEST_LIMIT = 65_536;
/** The bench's own roles: a vehicle that bore such a name would have its rights. */
const RESERVED = new Set(['backend', 'gatekeeper', 'broker', 'recorder']);

/**
 * Reads a PKCS #10 request (RFC 2986), PEM or DER, and verifies that its sender holds the key.
 *
 * @throws PkiError FILE_NOT_CERTIFICATE, FILE_DAMAGED, FILE_TOO_LARGE, KEY_WEAK, REQUEST_UNPROVEN, NAME_INVALID, NAME_RESERVED
 */
export async function readRequest(pemOrDer: Uint8Array): Promise<RequestedClient> {
  const request = parseRequest(derOf(pemOrDer));
  const { names, spki } = request;
  // Before anything is computed with it.
  assertStrong(describePublicKey(spki), 'the request');
  const proven = await request.verify().catch(() => false);
  if (!proven) {
    throw new PkiError('REQUEST_UNPROVEN', 'the request is not signed with the key it names', {
      next: 'Make the request anew on the device that holds the key.',
    });
  }
  const [cn, ...more] = names;
  if (cn === undefined || more.length > 0) {
    throw new PkiError('NAME_INVALID', `the request has ${names.length} common names`, {
      next: 'Make a request with exactly one: openssl req -new -key KEY -subj /CN=VIN.',
    });
  }
  assertIdentityName(cn);
  if (RESERVED.has(cn)) {
    throw new PkiError('NAME_RESERVED', `"${cn}" is the name of a role of this bench`, {
      next: 'Use the VIN of the vehicle as common name. An identity for the backend is issued, not requested.',
    });
  }
  return { cn, spki };
}

function derOf(bytes: Uint8Array): Uint8Array {
  const what = 'the request';
  if (bytes.length > REQUEST_LIMIT) {
    throw new PkiError('FILE_TOO_LARGE', `${bytes.length} bytes are too many for a request`, {
      next: 'Choose the .csr file alone.',
    });
  }
  if (!looksLikePem(bytes)) return bytes;
  const block = readPem(bytes, what).find(({ label }) =>
    /^(NEW )?CERTIFICATE REQUEST$/.test(label),
  );
  if (block !== undefined) return block.bytes;
  throw new PkiError('FILE_NOT_CERTIFICATE', 'the file holds no certificate request', {
    next: 'Choose the .csr file: openssl req -new -key KEY -subj /CN=VIN -out DCU.csr.',
  });
}

function parseRequest(bytes: Uint8Array): {
  names: string[];
  spki: Uint8Array;
  verify: () => Promise<boolean>;
} {
  try {
    const request = new Pkcs10CertificateRequest(Uint8Array.from(bytes));
    return {
      names: request.subjectName.getField('CN'),
      spki: new Uint8Array(request.publicKey.rawData),
      verify: () => request.verify(webcrypto),
    };
  } catch (cause) {
    throw damagedFile('the request', cause);
  }
}
