import { type CertificateView, type SavedFile } from '#core/contract';
import {
  type BenchCa,
  type CertificateRecord,
  exportDer,
  exportPem,
  exportPkcs12,
  type Identity,
  type IssueRequest,
  PkiError,
} from '#core/pki';
import { BenchError } from '../errors.ts';
import { decodeBase64, savedFile } from './files.ts';
import { type Identities } from './identities.ts';
import { type Uptake } from './uptake.ts';
import { viewCertificate } from './views.ts';

type File = { name: string; base64: string };
type ExportForm = 'pem' | 'pem-with-key' | 'pkcs12' | 'der';

/** What a person does with certificates. What runs has taken it up when it resolves. */
export type CertificateDesk = {
  issue(request: IssueRequest): Promise<CertificateView>;
  sign(request: File, days: number): Promise<{ certificate: CertificateView; file: SavedFile }>;
  renew(fingerprint: string): Promise<CertificateView>;
  revoke(fingerprint: string): Promise<CertificateView>;
  createCa(name: string): Promise<CertificateView>;
  importFiles(
    files: readonly File[],
    how: { as: 'ca' | 'identity'; passphrase?: string | undefined; keepIssued: boolean },
  ): Promise<CertificateView[]>;
  export(fingerprint: string, form: ExportForm, passphrase?: string): Promise<SavedFile>;
};

export function createCertificateDesk(deps: {
  ca: BenchCa;
  identities: Identities;
  uptake: Uptake;
}): CertificateDesk {
  const { ca, identities, uptake } = deps;
  const viewed = async (fingerprint: string): Promise<CertificateView> => {
    await uptake.settled();
    return viewCertificate(known(ca, fingerprint), identities);
  };
  return {
    issue: async (request) => viewed((await ca.issue(request)).fingerprint),
    async sign(request, days) {
      const record = await ca.signRequest(decodeBase64(request.base64), { days });
      const file = savedFile(`${record.cn}.pem`, PEM_MIME, record.pem);
      return { certificate: await viewed(record.fingerprint), file };
    },
    renew: async (fingerprint) => viewed((await ca.renew(fingerprint)).fingerprint),
    revoke: async (fingerprint) => viewed((await ca.revoke(fingerprint)).fingerprint),
    createCa: async (name) => viewed((await ca.createCa(name)).fingerprint),
    async importFiles(files, { as, passphrase, keepIssued }) {
      const inputs = files.map(({ name, base64 }) => ({ name, bytes: decodeBase64(base64) }));
      const records =
        as === 'ca'
          ? [await ca.importCa(inputs, passphrase, { keepIssued })]
          : await ca.importIdentity(inputs, passphrase);
      return Promise.all(records.map(({ fingerprint }) => viewed(fingerprint)));
    },
    export: (fingerprint, form, passphrase) =>
      exportCertificate(ca, known(ca, fingerprint), form, passphrase),
  };
}

const PEM_MIME = 'application/x-pem-file';

async function exportCertificate(
  ca: BenchCa,
  record: CertificateRecord,
  form: ExportForm,
  passphrase: string | undefined,
): Promise<SavedFile> {
  const { cn, pem, chainPem } = record;
  switch (form) {
    case 'pem':
      return savedFile(`${cn}.pem`, PEM_MIME, await exportPem(pem, { chainPem }));
    case 'der':
      return savedFile(`${cn}.cer`, 'application/pkix-cert', exportDer(pem));
    case 'pem-with-key': {
      // Its intermediates follow in `certPem`.
      const { certPem, keyPem } = await withKey(ca, record);
      const secret = passphrase === undefined ? { keyPem } : { keyPem, passphrase };
      return savedFile(`${cn}.pem`, PEM_MIME, await exportPem(certPem, secret));
    }
    case 'pkcs12': {
      if (passphrase === undefined) {
        throw new BenchError('PASSPHRASE_MISSING', 'a PKCS #12 file needs a passphrase', {
          next: 'give one of at least 8 characters',
        });
      }
      const identity = await withKey(ca, record);
      const issuer = record.own ? ca.certPem : '';
      const bytes = await exportPkcs12(identity, passphrase, issuer);
      return savedFile(`${cn}.p12`, 'application/x-pkcs12', bytes);
    }
  }
}

async function withKey(
  ca: BenchCa,
  { fingerprint, cn, kind }: CertificateRecord,
): Promise<Identity> {
  const identity = await ca.identity(fingerprint);
  if (identity) return identity;
  const why = kind === 'ca' ? 'is not given out' : 'is not in the vault';
  throw new PkiError('KEY_MISSING', `the private key of "${cn}" ${why}`, {
    next: 'Export the certificate alone, as PEM or DER.',
  });
}

function known(ca: BenchCa, fingerprint: string): CertificateRecord {
  const record = ca.find(fingerprint);
  if (record) return record;
  throw new PkiError(
    'CERTIFICATE_UNKNOWN',
    `no certificate here has the fingerprint ${fingerprint}`,
    {
      next: 'Choose one from the list in Trust.',
    },
  );
}
