import { isIP } from 'node:net';
import { MosquittoError } from './errors.ts';
import {
  type ExportedListener,
  KINDS,
  type MosquittoSetup,
  asksForCertificates,
  takesPasswords,
} from './setup.ts';

/**
 * The text of mosquitto.conf.
 *
 * @throws MosquittoError PATH_UNSAFE, LISTENER_UNSUITABLE
 */
export function configuration(setup: MosquittoSetup): string {
  const { listeners, crlPem } = setup;
  if (listeners.every(({ kind }) => KINDS[kind].web)) {
    throw new MosquittoError(
      'LISTENER_UNSUITABLE',
      'Mosquitto 2.0 does not start with WebSocket listeners alone',
      { next: 'Switch a listener without WebSocket on, MQTT over TLS for instance.' },
    );
  }
  const crlFile = asksForCertificates(setup) && crlPem !== null;
  return `# Made by OTA Bench for Mosquitto 2.0. Its paths are relative:
# start it with start.sh, or in this folder with mosquitto -c mosquitto.conf
per_listener_settings false
allow_anonymous false
${takesPasswords(setup) ? 'password_file passwd\n' : ''}acl_file acl.conf
set_tcp_nodelay true
${listeners.map((listener) => `\n${block(listener, crlFile).join('\n')}\n`).join('')}`;
}

function block(listener: ExportedListener, crlFile: boolean): string[] {
  const { kind, port } = listener;
  const { secure, web } = KINDS[kind];
  return [
    `listener ${String(port)} ${addressOf(listener)}`,
    ...(web ? ['protocol websockets'] : []),
    // Or else a WebSocket listener ignores an IPv4 address and serves every one of the machine.
    ...(web && isIP(addressOf(listener)) === 4 ? ['socket_domain ipv4'] : []),
    ...(secure ? ['tls_version tlsv1.2'] : []),
    ...(kind === 'tls' ? ['cafile certs/ca.crt'] : []),
    ...(secure ? ['certfile certs/server.crt', 'keyfile certs/server.key'] : []),
    ...(kind !== 'tls'
      ? []
      : [
          ...(crlFile ? ['crlfile certs/crl.pem'] : []),
          'require_certificate true',
          'use_identity_as_username true',
        ]),
  ];
}

function addressOf({ kind, host }: ExportedListener): string {
  if (/[\s#]/.test(host) || host === '') {
    throw new MosquittoError('PATH_UNSAFE', `"${host}" is no address to listen on`, {
      next: 'Use an address such as 127.0.0.1 or 0.0.0.0.',
    });
  }
  if (!KINDS[kind].web || isIP(host) !== 0) return host;
  if (host === 'localhost') return '127.0.0.1';
  throw new MosquittoError(
    'LISTENER_UNSUITABLE',
    `Mosquitto 2.0 does not listen for WebSockets at a name, here "${host}"`,
    { next: 'Give the listener an address such as 127.0.0.1 or 0.0.0.0.' },
  );
}
