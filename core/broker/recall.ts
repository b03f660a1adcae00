import type { X509Certificate } from 'node:crypto';
import { type ClientCertificate, normalFingerprint, normalSerial } from './certificate.ts';
import { type Revocations, noRevocations } from './revocations.ts';

/** Certificates taken back while the broker runs, by a list or one at a time. */
export type Recall = Pick<Revocations, 'has'> & {
  readonly replaceList: (list: Revocations) => void;
  /** Takes back by fingerprint for good; a serial number alone may be another CA's too. */
  readonly add: (id: string) => (certificate: ClientCertificate) => boolean;
};

const FINGERPRINT = /^[0-9a-f]{64}$/;

export function createRecall(): Recall {
  let list = noRevocations;
  const fingerprints = new Set<string>();
  return {
    has: (certificate: X509Certificate) =>
      list.has(certificate) || fingerprints.has(normalFingerprint(certificate.fingerprint256)),
    replaceList: (next) => {
      list = next;
    },
    add: (id) => {
      const wanted = normalFingerprint(id);
      if (FINGERPRINT.test(wanted)) {
        fingerprints.add(wanted);
        return ({ fingerprint }) => fingerprint === wanted;
      }
      const serialWanted = normalSerial(id);
      return ({ serial }) => serial === serialWanted;
    },
  };
}
