import type { CertificateView, GuidedItem } from '#core/contract';

/** Words of a command line after `ota-bench`, before any shell sees them. */
export type CliCommand = readonly string[];

/** What can be done in the window and on the command line alike. A test parses each of them there. */
export const cli = {
  demo: (): CliCommand => ['demo'],
  sample: (workspace: string): CliCommand => ['sample', ...at(workspace)],
  removeSample: (workspace: string): CliCommand => ['sample', '--remove', ...at(workspace)],
  /** One image; where its file lies on the disk is not known to a window. */
  publish: (
    workspace: string,
    draft: {
      vin: string;
      ecuId: string;
      artifactName: string;
      version: string;
      description: string;
      releaseCounter?: number | undefined;
    },
  ): CliCommand => [
    ...['publish', ...at(workspace), '--vin', draft.vin, '--ecu', draft.ecuId],
    ...['--firmware', draft.artifactName, '--fw-version', draft.version],
    ...(draft.description === '' ? [] : ['--description', draft.description]),
    ...(draft.releaseCounter === undefined
      ? []
      : ['--release-counter', String(draft.releaseCounter)]),
  ],
  /** Releases of the catalogue, as they were signed. */
  publishReleases: (workspace: string, vin: string, items: readonly GuidedItem[]): CliCommand => [
    ...['publish', ...at(workspace), '--vin', vin],
    ...items.flatMap(({ releaseId, ecuId }) => ['--release', `${ecuId}=${releaseId}`]),
  ],
  rollback: (workspace: string, vin: string, ecuId: string): CliCommand => [
    ...['rollback', ...at(workspace), '--vin', vin, '--ecu', ecuId],
  ],
  exportCapture: (workspace: string, form: 'ndjson' | 'csv' | 'pcapng'): CliCommand => [
    ...['export', ...at(workspace), '--form', form, '--output', `capture.${form}`],
  ],
  issue: (
    workspace: string,
    wanted: { kind: 'server' | 'client'; cn: string; hosts: readonly string[]; days: number },
  ): CliCommand => [
    ...['trust', 'issue', ...at(workspace), '--kind', wanted.kind, '--cn', wanted.cn],
    ...wanted.hosts.flatMap((host) => ['--host', host]),
    ...['--days', String(wanted.days)],
  ],
  renew: (workspace: string, { fingerprint }: Certificate): CliCommand => [
    ...['trust', 'renew', ...at(workspace), fingerprint],
  ],
  revoke: (workspace: string, { fingerprint }: Certificate): CliCommand => [
    ...['trust', 'revoke', ...at(workspace), fingerprint],
  ],
  /** With a key, the passphrase is asked for on standard input. */
  exportCertificate: (
    workspace: string,
    { fingerprint, cn }: Certificate & Pick<CertificateView, 'cn'>,
    form: 'pem' | 'pem-with-key' | 'pkcs12' | 'der',
  ): CliCommand => [
    ...['trust', 'export', ...at(workspace), fingerprint, '--form', form],
    ...(form === 'pem' || form === 'der' ? [] : ['--passphrase-file', '-']),
    ...['--output', `${cn}.${ENDINGS[form]}`],
  ],
  dcu: (workspace: string, vin: string): CliCommand => [
    ...['trust', 'dcu', ...at(workspace), vin, '--passphrase-file', '-'],
    ...['--output', `${vin}.zip`],
  ],
  audit: (workspace: string): CliCommand => ['audit', ...at(workspace)],
};

type Certificate = Pick<CertificateView, 'fingerprint'>;

const ENDINGS = { pem: 'pem', 'pem-with-key': 'pem', pkcs12: 'p12', der: 'der' } as const;

const at = (workspace: string): readonly string[] => ['--workspace', workspace];

/** As a POSIX shell takes it: nothing of a name is ever read by the shell. */
export function asShell(command: CliCommand): string {
  return ['ota-bench', ...command].map(quoted).join(' ');
}

function quoted(text: string): string {
  return /^[\w./=:@-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
