import type { CertificateView, SavedFile } from '#core/contract';
import type { Client } from '../../connect.ts';
import { t } from '../../i18n/index.ts';
import { toBase64 } from '../../state/files.ts';
import { RefusedHere, refusalOf } from '../../state/refusal.ts';
import { fromBase64 } from '../../ui/format.ts';

export function identityFiles(name: string): { ca: string; certificate: string; key: string } {
  return { ca: 'ca.pem', certificate: `${name}.pem`, key: `${name}.key` };
}

/** CA, certificate and key of an identity, as three files that a client program takes. */
export async function fetchIdentity(client: Client, name: string): Promise<SavedFile[]> {
  const certificates = await knownCertificates(client);
  // The backend has a server certificate of the same name, which nobody can log in with.
  const identity = usable(
    certificates,
    (each) => each.kind === 'client' && each.cn === name && each.hasKey,
  );
  const ca = usable(
    certificates,
    (each) => each.kind === 'ca' && each.subject === identity?.issuer,
  );
  if (!identity || !ca) {
    throw new RefusedHere(
      refusalOf(
        'IDENTITY_MISSING',
        () => t('settings:script.missing.reason', { name }),
        () => t('settings:script.missing.next'),
      ),
    );
  }
  const [caFile, both] = await Promise.all([
    client.trust.exportCertificate({ fingerprint: ca.fingerprint, form: 'pem' }),
    client.trust.exportCertificate({ fingerprint: identity.fingerprint, form: 'pem-with-key' }),
  ]);
  const names = identityFiles(name);
  const { certificate, key } = splitPem(new TextDecoder().decode(fromBase64(both.base64)));
  return [
    { ...caFile, name: names.ca },
    pemFile(names.certificate, certificate),
    pemFile(names.key, key),
  ];
}

/** The newest that is good. */
function usable(
  certificates: readonly CertificateView[],
  fits: (certificate: CertificateView) => boolean,
): CertificateView | undefined {
  return certificates
    .filter((each) => fits(each) && (each.state === 'valid' || each.state === 'expiring'))
    .sort((a, b) => b.notBefore - a.notBefore)[0];
}

async function knownCertificates(client: Client): Promise<CertificateView[]> {
  const stop = new AbortController();
  try {
    for await (const frame of await client.trust.watch(undefined, { signal: stop.signal })) {
      return frame.upserts.flatMap(({ certificates }) => certificates);
    }
    return [];
  } finally {
    stop.abort();
  }
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----\r?\n?/g;

/** One PEM text apart into its certificates and its key. */
export function splitPem(text: string): { certificate: string; key: string } {
  const blocks = [...text.matchAll(BLOCK)];
  const join = (wanted: (label: string) => boolean): string =>
    blocks
      .filter(([, label]) => wanted(label ?? ''))
      .map(([block]) => (block.endsWith('\n') ? block : `${block}\n`))
      .join('');
  return {
    certificate: join((label) => label === 'CERTIFICATE'),
    key: join((label) => label.endsWith('PRIVATE KEY')),
  };
}

function pemFile(name: string, text: string): SavedFile {
  return {
    name,
    mime: 'application/x-pem-file',
    base64: toBase64(new TextEncoder().encode(text)),
  };
}
