import type { DcuBundle } from './dcu-needs.ts';

export function dcuReadme(bundle: DcuBundle): string {
  const { vin, identity, brokerUrl, backendUrl, topics, passphrase, verifyKeys } = bundle;
  const broker = brokerUrl === null ? null : new URL(brokerUrl);
  const topic = topics.find(({ access }) => access === 'subscribe')?.topic ?? 'TOPIC';
  const key = passphrase === undefined ? '' : ', encrypted with the passphrase given at export';
  const rows = topics.map(
    ({ topic: name, access, qos, about }) => `| \`${name}\` | ${access} | ${qos} | ${about} |`,
  );
  return [
    `# What DCU ${vin} needs`,
    '',
    `Certificate of \`${identity.cn}\`, valid until ${identity.notAfter.slice(0, 10)}. Whoever holds the key is this vehicle: keep it off shared disks, and revoke the certificate in Trust when a copy is lost.`,
    '',
    '| file | what |',
    '|---|---|',
    '| `ca.crt` | trust this, and nothing else, for the broker and the backend |',
    '| `dcu.crt` | client certificate; its common name is the MQTT user |',
    `| \`dcu.key\` | its private key, PKCS #8 PEM${key} |`,
    ...(passphrase === undefined
      ? []
      : ['| `dcu.p12` | all three in one PKCS #12 file, same passphrase |']),
    '| `dcu.json` | addresses and topics, for a program to read |',
    ...(verifyKeys === undefined
      ? []
      : ['| `verify-keys.jwks.json` | public keys that messages and releases are signed with |']),
    '',
    '## Addresses',
    '',
    `- MQTT over TLS 1.2 or 1.3: ${brokerUrl ?? 'no broker was running at export; ask its owner'}`,
    `- Backend, HTTPS with the same certificate: ${backendUrl ?? 'no backend was running at export; use firmware blocks over MQTT'}`,
    '',
    '## Topics',
    '',
    '| topic | you | QoS | about |',
    '|---|---|---|---|',
    ...rows,
    '',
    '## Try it',
    '',
    ...(passphrase === undefined
      ? []
      : [
          'The tools ask for the passphrase; a program that cannot be asked needs the key in the clear:',
          '`openssl pkey -in dcu.key -out dcu-plain.key`.',
          '',
        ]),
    '```',
    'openssl verify -x509_strict -CAfile ca.crt dcu.crt',
    subscription(broker, identity.cn, topic),
    '```',
    '',
    'Certificates hold from and until a time: a device whose clock is wrong is refused.',
    ...(broker !== null && isLoopback(broker.hostname)
      ? [
          `The broker listens at ${broker.hostname} only, where no other machine reaches it: have its owner open it to the network and export again.`,
        ]
      : []),
    '',
  ].join('\n');
}

function subscription(broker: URL | null, cn: string, topic: string): string {
  // A URL keeps an IPv6 address in brackets, which are no part of it.
  const host = broker === null ? 'BROKER' : broker.hostname.replaceAll(/[[\]]/g, '');
  const port = broker === null || broker.port === '' ? '8883' : broker.port;
  const identity = '--cafile ca.crt --cert dcu.crt --key dcu.key';
  return `mosquitto_sub -h ${shellWord(host)} -p ${port} ${identity} -i ${shellWord(cn)} -q 1 -t ${shellWord(topic)} -v`;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127\..*|\[::1\])$/.test(hostname);
}

/** A name may hold spaces and quotes; the reader will paste this. */
function shellWord(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
