import {
  type ExportedListener,
  KINDS,
  type MosquittoSetup,
  asksForCertificates,
  takesPasswords,
  usesTls,
} from './setup.ts';

export function readme(setup: MosquittoSetup): string {
  return `A Mosquitto 2.0 set-up made by OTA Bench
========================================

Start it, from wherever you are:

    sh start.sh

The paths in mosquitto.conf are relative, and Mosquitto looks for them where it is started. Without
start.sh (on Windows, or as a service) change to this folder first, or make the paths absolute:

    mosquitto -c mosquitto.conf

${takesPasswords(setup) ? severalWays(setup) : certificatesOnly(setup)}
${trials(setup)}
${advice(setup)
  .map((each) => `- ${each}\n`)
  .join('')}`;
}

function certificatesOnly({ listeners, server }: MosquittoSetup): string {
  const ports = listeners.map(({ port }) => String(port)).join(', ');
  return `It listens with TLS on port ${ports} as "${server.cn}". Clients show a certificate of the same CA;
its common name is their MQTT user name, by which acl.conf decides. There are no passwords here:
clients that logged in to the bench with one need a certificate.
`;
}

const WAYS: Readonly<Record<ExportedListener['kind'], string>> = {
  tls: 'MQTT over TLS. Clients show a certificate of the same CA; its common name is their user name.',
  tlsPassword: 'MQTT over TLS, with user and password.',
  tcp: 'MQTT without encryption, with user and password.',
  wss: 'WebSocket over TLS, with user and password.',
  ws: 'WebSocket without encryption, with user and password.',
};

function severalWays(setup: MosquittoSetup): string {
  const { listeners, server } = setup;
  const either = listeners.filter(({ kind }) => KINDS[kind].secure && KINDS[kind].passwords);
  const text = [
    `It listens${usesTls(setup) ? `, where with TLS as "${server.cn}",` : ''} on

${listeners.map(({ kind, port }) => `    port ${String(port).padEnd(5)}  ${WAYS[kind]}\n`).join('')}
The user name is what acl.conf decides by. Nobody gets in without one.
`,
    ...(either.length === 0
      ? []
      : [
          `In the bench a client may also show its certificate on ${portsOf(either)}, and then needs no password. A
listener of Mosquitto 2.0 takes the one or the other: there it takes passwords only.
`,
        ]),
  ];
  return text.join('\n');
}

function trials({ listeners }: MosquittoSetup): string {
  const what = "-q 1 -t TOPIC -m '{}'";
  const tls = listeners.find(({ kind }) => kind === 'tls');
  const password = listeners.find(({ kind }) => KINDS[kind].passwords && !KINDS[kind].web);
  const certified = `Try it with a client certificate exported from the bench:

    mosquitto_pub -h localhost -p ${String(tls?.port)} --cafile certs/ca.crt --cert client.crt --key client.key ${what}
`;
  const ca = password !== undefined && KINDS[password.kind].secure ? '--cafile certs/ca.crt ' : '';
  const known = `Try it with a user and the password from the bench:

    mosquitto_pub -h localhost -p ${String(password?.port)} ${ca}-u USER -P PASSWORD ${what}
`;
  return [...(tls ? [certified] : []), ...(password ? [known] : [])].join('\n');
}

function advice(setup: MosquittoSetup): string[] {
  const { listeners, crlPem } = setup;
  const plain = listeners.filter(({ kind }) => !KINDS[kind].secure);
  return [
    ...(usesTls(setup)
      ? [
          `certs/server.key is a secret: give it to the user who runs Mosquitto and to nobody else
  (chmod 600). Started as root, Mosquitto becomes the user "mosquitto", who must be able to read it.`,
        ]
      : []),
    ...(takesPasswords(setup)
      ? [
          `passwd is to be kept like a key (chmod 600), and Mosquitto must be able to read it. It holds the
  bench's users with their passwords of today, hashed as mosquitto_passwd 2.0 does it: PBKDF2 with
  SHA-512 in 101 rounds, so that a short password can be guessed from it. Change one with
  "mosquitto_passwd passwd USER", then send Mosquitto a SIGHUP.`,
        ]
      : []),
    ...(plain.length > 0
      ? [`On ${portsOf(plain)} anybody on the way can read passwords and messages.`]
      : []),
    ...(listeners.some(({ kind }) => KINDS[kind].web)
      ? [
          `WebSockets need a Mosquitto built with libwebsockets, as Debian's is; with WebSocket listeners
  alone it does not start.`,
        ]
      : []),
    ...(asksForCertificates(setup)
      ? [
          crlPem === null
            ? 'There is no revocation list: a revoked certificate is still let in.'
            : 'certs/crl.pem names the revoked certificates. Export it again when it ends or one is revoked, then send Mosquitto a SIGHUP.',
        ]
      : []),
    'Mosquitto never refuses a SUBSCRIBE: what may not be read is not delivered.',
    'Nothing is kept over a restart until you add "persistence true" and a persistence_location.',
  ];
}

function portsOf(listeners: readonly ExportedListener[]): string {
  const ports = listeners.map(({ port }) => String(port));
  return `${ports.length > 1 ? 'ports' : 'port'} ${ports.join(' and ')}`;
}
