import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { Identity } from './identity.ts';
import { readPem, writePem } from './pem.ts';
import { encryptedKey, writePkcs12 } from './pkcs12.ts';

/**
 * Certificate, chain and, where given, the key, in that order.
 *
 * @param options.keyPem PKCS #8; encrypted with the passphrase when there is one
 */
export async function exportPem(
  certPem: string,
  options: { chainPem?: string; keyPem?: string; passphrase?: string } = {},
): Promise<string> {
  const { chainPem = '', keyPem, passphrase } = options;
  const key = keyPem === undefined ? '' : await exportKey(keyPem, passphrase);
  return certPem + chainPem + key;
}

/** PKCS #8, encrypted (PBES2 with AES-256) when there is a passphrase. */
export async function exportKey(keyPem: string, passphrase?: string): Promise<string> {
  if (passphrase === undefined) return keyPem;
  const pkcs8 = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' });
  const hidden = await encryptedKey(pkcs8, passphrase);
  pkcs8.fill(0);
  return writePem('ENCRYPTED PRIVATE KEY', hidden);
}

/** @param chainPem the CA, so that importing the file is all there is to do */
export async function exportPkcs12(
  identity: Pick<Identity, 'certPem' | 'keyPem' | 'cn'>,
  passphrase: string,
  chainPem: string,
): Promise<Uint8Array> {
  const pems = readPem(Buffer.from(identity.certPem + chainPem), 'the certificate');
  const certificates = pems.map(({ bytes }) => bytes);
  const own = new X509Certificate(identity.certPem);
  const keyId = Buffer.from(own.fingerprint.replaceAll(':', ''), 'hex');
  const key = createPrivateKey(identity.keyPem);
  return writePkcs12(certificates, key, identity.cn, keyId, passphrase);
}

export function exportDer(certPem: string): Uint8Array {
  return new X509Certificate(certPem).raw;
}
