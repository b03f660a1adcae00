import { parseAcl } from '#core/acl';
import { configuration } from './configuration.ts';
import { MosquittoError } from './errors.ts';
import { passwordFile } from './passwords.ts';
import { readme } from './readme.ts';
import { type MosquittoSetup, asksForCertificates, takesPasswords, usesTls } from './setup.ts';
import { START_SCRIPT } from './start-script.ts';

export type ConfigurationFile = {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Unix permissions it should be written with. */
  readonly mode: number;
};

/**
 * A folder from which Mosquitto 2.0 starts as it is: the listeners that are on, names from
 * certificates or with passwords, the same access list.
 *
 * @throws AclError ACL_SYNTAX, MosquittoError PATH_UNSAFE, FILE_MISSING, USER_UNSAFE, LISTENER_UNSUITABLE
 */
export function exportMosquitto(setup: MosquittoSetup): ConfigurationFile[] {
  parseAcl(setup.aclText);
  const files: [string, string][] = [
    ['mosquitto.conf', configuration(setup)],
    ['acl.conf', ended(setup.aclText)],
    ...(takesPasswords(setup) ? [['passwd', passwordFile(setup)] as [string, string]] : []),
    ...(usesTls(setup) ? certificates(setup) : []),
    ['start.sh', START_SCRIPT],
    ['README.txt', readme(setup)],
  ];
  const encoder = new TextEncoder();
  return files.map(([name, text]) => ({ name, bytes: encoder.encode(text), mode: modeOf(name) }));
}

function certificates(setup: MosquittoSetup): [string, string][] {
  const { caPem, server, crlPem } = setup;
  for (const [what, pem] of [
    ['CA certificate', caPem],
    ['server certificate', server.certPem],
    ['server key', server.keyPem],
  ] as const) {
    if (pem.includes('-----BEGIN ')) continue;
    throw new MosquittoError('FILE_MISSING', `there is no ${what} to export`, {
      next: 'Issue the broker certificate first.',
    });
  }
  const files: [string, string][] = [
    ['certs/ca.crt', ended(caPem)],
    ['certs/server.crt', ended(server.certPem)],
    ['certs/server.key', ended(server.keyPem)],
  ];
  if (asksForCertificates(setup) && crlPem !== null) files.push(['certs/crl.pem', ended(crlPem)]);
  return files;
}

function modeOf(name: string): number {
  if (name.endsWith('.key') || name === 'passwd') return 0o600;
  return name.endsWith('.sh') ? 0o755 : 0o644;
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
