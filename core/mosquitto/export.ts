import { parseAcl } from '#core/acl';
import { MosquittoError } from './errors.ts';
import { readme } from './readme.ts';
import type { MosquittoSetup } from './setup.ts';
import { START_SCRIPT } from './start-script.ts';

export type ConfigurationFile = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Unix permissions it should be written with. */
  readonly mode: number;
};

/**
 * A folder from which Mosquitto 2.0 starts as it is: TLS with required client certificates,
 * names from the certificates, the same access list.
 *
 * @throws AclError ACL_SYNTAX, MosquittoError PATH_UNSAFE, FILE_MISSING
 */
export function exportMosquitto(setup: MosquittoSetup): ConfigurationFile[] {
  parseAcl(setup.aclText);
  if (/[\s#]/.test(setup.host) || setup.host === '') {
    throw new MosquittoError('PATH_UNSAFE', `"${setup.host}" is no address to listen on`, {
      next: 'Use an address such as 127.0.0.1 or 0.0.0.0.',
    });
  }
  for (const [what, pem] of [
    ['CA certificate', setup.caPem],
    ['server certificate', setup.server.certPem],
    ['server key', setup.server.keyPem],
  ] as const) {
    if (pem.includes('-----BEGIN ')) continue;
    throw new MosquittoError('FILE_MISSING', `there is no ${what} to export`, {
      next: 'Issue the broker certificate first.',
    });
  }
  const files: [string, string][] = [
    ['mosquitto.conf', configuration(setup)],
    ['acl.conf', ended(setup.aclText)],
    ['certs/ca.crt', ended(setup.caPem)],
    ['certs/server.crt', ended(setup.server.certPem)],
    ['certs/server.key', ended(setup.server.keyPem)],
    ...(setup.crlPem === null ? [] : [['certs/crl.pem', ended(setup.crlPem)] as [string, string]]),
    ['start.sh', START_SCRIPT],
    ['README.txt', readme(setup)],
  ];
  const encoder = new TextEncoder();
  return files.map(([name, text]) => ({ name, bytes: encoder.encode(text), mode: modeOf(name) }));
}

function modeOf(name: string): number {
  if (name.endsWith('.key')) return 0o600;
  return name.endsWith('.sh') ? 0o755 : 0o644;
}

function configuration({ host, port, crlPem }: MosquittoSetup): string {
  return `# Made by OTA Bench for Mosquitto 2.0. Its paths are relative:
# start it with start.sh, or in this folder with mosquitto -c mosquitto.conf
per_listener_settings false
allow_anonymous false
acl_file acl.conf
set_tcp_nodelay true

listener ${String(port)} ${host}
tls_version tlsv1.2
cafile certs/ca.crt
certfile certs/server.crt
keyfile certs/server.key
${crlPem === null ? '' : 'crlfile certs/crl.pem\n'}require_certificate true
use_identity_as_username true
`;
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
