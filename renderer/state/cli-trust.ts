import type { CertificateView } from '#core/contract';
import { at, flag, given, named, type CliCommand } from './cli-words.ts';

type Certificate = Pick<CertificateView, 'fingerprint'>;

const ENDINGS = { pem: 'pem', 'pem-with-key': 'pem', pkcs12: 'p12', der: 'der' } as const;

/** Certificates, keys, access rules. A passphrase is asked for on standard input. */
export const trustCommands = {
  issue: (
    workspace: string,
    wanted: { kind: 'server' | 'client'; cn: string; hosts: readonly string[]; days: number },
  ): CliCommand => [
    ...['trust', 'issue', ...at(workspace), '--kind', wanted.kind, '--cn', wanted.cn],
    ...wanted.hosts.flatMap((host) => ['--host', host]),
    ...['--days', String(wanted.days)],
  ],
  sign: (workspace: string, request: string, days: number): CliCommand => [
    ...['trust', 'sign', ...at(workspace), '--days', String(days)],
    ...['--output', `${request.replace(/\.(csr|pem|der|req)$/i, '')}.crt`, ...named(request)],
  ],
  renew: (workspace: string, { fingerprint }: Certificate): CliCommand => [
    ...['trust', 'renew', ...at(workspace), fingerprint],
  ],
  revoke: (workspace: string, { fingerprint }: Certificate): CliCommand => [
    ...['trust', 'revoke', ...at(workspace), fingerprint],
  ],
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
    ...['trust', 'dcu', ...at(workspace), '--passphrase-file', '-'],
    ...['--output', `${vin}.zip`, ...named(vin)],
  ],
  importFiles: (
    workspace: string,
    files: readonly string[],
    how: { as: 'ca' | 'identity'; withPassphrase: boolean; replaces: boolean },
  ): CliCommand => [
    ...['trust', 'import', ...at(workspace), '--as', how.as],
    ...(how.withPassphrase ? ['--passphrase-file', '-'] : []),
    ...[...flag('--force', how.replaces), ...named(...files)],
  ],
  newCa: (workspace: string, cn: string, replaces: boolean): CliCommand => [
    ...['trust', 'ca', ...at(workspace), '--cn', cn, ...flag('--force', replaces)],
  ],
  secret: (workspace: string, way: 'random' | 'own'): CliCommand => [
    ...['trust', 'secret', ...at(workspace), ...(way === 'own' ? ['--file', '-'] : [])],
  ],
  mosquitto: (workspace: string, port: number): CliCommand => [
    ...['trust', 'mosquitto', ...at(workspace), '--tls-port', String(port)],
    ...['--output', 'mosquitto.zip'],
  ],
  importMosquitto: (workspace: string, conf: string, acl: string | undefined): CliCommand => [
    ...['trust', 'import-mosquitto', ...at(workspace), ...given('--acl', acl), ...named(conf)],
  ],
  setAcl: (workspace: string): CliCommand => ['trust', 'acl', 'set', ...at(workspace), 'acl.conf'],
  resetAcl: (workspace: string): CliCommand => ['trust', 'acl', 'reset', ...at(workspace)],
  doctor: (
    workspace: string,
    cast: { backend?: string; gatekeeper?: string; vehicles?: readonly string[] },
    repaired: boolean,
  ): CliCommand => [
    ...['trust', 'acl', 'doctor', ...at(workspace), ...given('--backend', cast.backend)],
    ...given('--gatekeeper', cast.gatekeeper),
    ...(cast.vehicles ?? []).flatMap((name) => ['--vehicle', name]),
    ...[...(repaired ? ['--repaired', 'acl-repaired.conf'] : []), 'acl.conf'],
  ],
  audit: (workspace: string): CliCommand => ['audit', ...at(workspace)],
};
