import type { Clock, Random, Refusal } from '#core/ports';
import type { Identity } from './identity.ts';
import type { InputFile } from './read-files.ts';
import type { CertificateRecord } from './record.ts';

export type IssueRequest = { readonly days?: number } & (
  | {
      readonly kind: 'server';
      readonly cn: string;
      /** Names and addresses it answers to, besides those of this machine. */
      readonly hosts?: readonly string[];
    }
  | { readonly kind: 'client'; readonly cn: string }
);

export type CaChange =
  | { readonly kind: 'issued' | 'imported' | 'revoked'; readonly record: CertificateRecord }
  /** Everything issued by the one before is no longer trusted. */
  | { readonly kind: 'ca'; readonly record: CertificateRecord };

/**
 * The certificate authority of one bench and every certificate it knows. What it shows follows
 * `createCa` and `importCa`; whoever copied `certPem` listens to `onChange`.
 */
export type BenchCa = {
  readonly certPem: string;
  readonly fingerprint: string;
  /** ISO 8601. */
  readonly notAfter: string;
  /** Why this CA is not the one of last time; null when it is, or when there was none. */
  readonly notice: Refusal | null;
  /** Signed anew with each revocation; ends with the CA. */
  crlPem(): string;
  /** Oldest first; the bench CA among them. */
  list(): CertificateRecord[];
  find(fingerprint: string): CertificateRecord | null;
  /**
   * By fingerprint; or by common name, then the newest that is valid now, of this CA before any
   * other's. Null when there is none with a key.
   *
   * @throws PkiError KEY_MISSING; VaultError SECRET_DAMAGED
   */
  identity(name: string, kind?: Identity['kind']): Promise<Identity | null>;
  /** @throws PkiError NAME_INVALID, HOST_INVALID, CA_EXPIRED, CA_UNFIT */
  issue(request: IssueRequest): Promise<Identity>;
  /**
   * Same name, kind, hosts and length of life in days; new key.
   *
   * @throws PkiError CERTIFICATE_UNKNOWN, CERTIFICATE_FOREIGN, CERTIFICATE_UNFIT
   */
  renew(fingerprint: string): Promise<Identity>;
  /** @throws PkiError CERTIFICATE_UNKNOWN, CERTIFICATE_FOREIGN, CERTIFICATE_UNFIT */
  revoke(fingerprint: string): Promise<CertificateRecord>;
  /**
   * Certifies a client whose key stays where it is. Of the request only its common name and key
   * are taken.
   *
   * @throws PkiError FILE_NOT_CERTIFICATE, FILE_DAMAGED, REQUEST_UNPROVEN, KEY_WEAK, NAME_INVALID, NAME_RESERVED
   */
  signRequest(pemOrDer: Uint8Array, options?: { days?: number }): Promise<CertificateRecord>;
  /**
   * Vouches for a key that signs documents and opens no connection; PEM. It is in no list: what it
   * vouches for carries it.
   *
   * @param spki SubjectPublicKeyInfo, DER
   * @throws PkiError NAME_INVALID, CA_EXPIRED, CA_UNFIT
   */
  certifySigner(cn: string, spki: Uint8Array): Promise<string>;
  /** A new CA in place of this one, which is forgotten with everything it issued. @throws PkiError NAME_INVALID */
  createCa(name: string): Promise<CertificateRecord>;
  /**
   * Another CA in place of this one. What it issued itself, because it is this one renewed with
   * the same key or because it was imported before, stays.
   *
   * @param keepIssued refused where a certificate of this CA, neither ended nor revoked, would be lost
   * @throws PkiError CA_UNFIT, CA_IN_USE, KEY_MISMATCH, KEY_MISSING, KEY_WEAK and those of readCertificateFiles
   */
  importCa(
    files: readonly InputFile[],
    passphrase?: string,
    options?: { keepIssued?: boolean },
  ): Promise<CertificateRecord>;
  /** @throws PkiError CERTIFICATE_UNFIT, NAME_INVALID, KEY_MISMATCH, KEY_MISSING, KEY_WEAK and those of readCertificateFiles */
  importIdentity(files: readonly InputFile[], passphrase?: string): Promise<CertificateRecord[]>;
  onRevoked(listener: (record: CertificateRecord) => void): () => void;
  onChange(listener: (change: CaChange) => void): () => void;
  close(): Promise<void>;
};

export type BenchCaOptions = {
  readonly clock: Clock;
  readonly random: Random;
  /** Common name of a CA that has to be made. */
  readonly name: string;
};
