import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { BrokerEvent, BrokerOptions, ListenerOptions, TlsMaterial } from '#core/broker';
import { startTestBroker, type TestBroker } from './broker.ts';
import type { OpensslPki } from './openssl-ca.ts';

/** The embedded broker behind TLS, with the programs that outside people reach it with. */
export type TlsSite = {
  readonly test: TestBroker;
  /** What the broker shows and trusts, from the files of the CA. */
  material(broker?: string, withList?: boolean): Promise<TlsMaterial & { crl: string | null }>;
  /** As `name`; with user and password instead, at the listener that takes those. */
  connect(name: string | null, options?: IClientOptions): Promise<MqttClient>;
  /** mosquitto_pub */
  publish(name: string | null, more?: readonly string[]): Promise<Ended>;
  /** openssl s_client, with a CONNECT unless other bytes are given. */
  sClient(name: string | null, more?: readonly string[], input?: Uint8Array): Promise<Ended>;
  refusals(): { code: string | undefined; detail: string }[];
  refused(code?: string): Promise<BrokerEvent>;
  gone(clientId: string): Promise<BrokerEvent>;
  close(): Promise<void>;
};

type Ended = { readonly code: number | null; readonly out: Buffer };

/** CONNECT, with a PUBLISH and a goodbye right behind it: a client in a hurry. */
export const HURRY = Buffer.from(
  '\x10\x10\0\x04MQTT\x04\x02\0\x3c\0\x04raw1' + '\x30\x09\0\x06VIN1/t!' + '\xe0\0',
  'latin1',
);
/** CONNACK with return code 0, and with 5. */
export const WELCOME = Buffer.from([0x20, 2, 0, 0]);
export const NOT_AUTHORIZED = Buffer.from([0x20, 2, 0, 5]);

/** One listener wants a certificate, the second takes a password instead. `ca` issued both. */
export async function openTlsSite(
  pki: OpensslPki,
  options: Partial<Pick<BrokerOptions, 'limits' | 'log' | 'clock' | 'subscriptions'>> & {
    acl?: string;
  } = {},
): Promise<TlsSite> {
  const material: TlsSite['material'] = async (broker = 'broker', withList = true) => ({
    key: await pki.text(`${broker}.key`),
    cert: await pki.text(`${broker}.pem`),
    ca: await pki.text('ca.pem'),
    crl: withList ? await pki.text('ca.crl') : null,
  });
  const tls = { kind: 'tls', host: '127.0.0.1', port: 0, ...(await material()) } as const;
  const other = { key: await pki.text('other.key'), cert: await pki.text('other.pem') };
  const listeners: ListenerOptions[] = [
    { ...tls, named: [{ host: 'Other.example', ...other }], clientCertificates: 'required' },
    { ...tls, clientCertificates: 'optional-with-password' },
  ];
  const { acl = 'user ann\ntopic #\npattern %u/#\n', ...rest } = options;
  const test = await startTestBroker({ users: ['ann'], acl, listeners, ...rest });
  const clients: MqttClient[] = [];
  const at = (name: string | null): string[] =>
    name ? ['--cert', pki.file(`${name}.pem`), '--key', pki.file(`${name}.key`)] : [];

  return {
    test,
    material,
    connect: async (name, given = {}) => {
      const url = given.username && !name ? test.broker.endpoints[1]!.url : test.url;
      const own = name
        ? { cert: await pki.text(`${name}.pem`), key: await pki.text(`${name}.key`) }
        : {};
      const ca = await pki.text('ca.pem');
      const client = await connectAsync(url, { ca, ...own, reconnectPeriod: 0, ...given }, false);
      clients.push(client);
      return client;
    },
    publish: (name, more = []) =>
      run('mosquitto_pub', [
        ...['-h', '127.0.0.1', '-p', String(test.port), '--cafile', pki.file('ca.pem')],
        ...at(name),
        ...['-t', `${name ?? 'x'}/t`, '-m', 'hello', '-q', '1', ...more],
      ]),
    sClient: (name, more = [], input = HURRY) =>
      run(
        'openssl',
        [
          ...['s_client', '-connect', `127.0.0.1:${String(test.port)}`],
          // Its input stays open then: it goes when the broker hangs up.
          ...(input.length > 0 ? ['-ign_eof'] : []),
          ...['-CAfile', pki.file('ca.pem')],
          ...at(name).map((word) => word.replace('--', '-')),
          ...more,
        ],
        input,
      ),
    refusals: () =>
      test.events.flatMap((event) =>
        event.kind === 'refused' ? [{ code: event.code, detail: event.detail }] : [],
      ),
    refused: (code) =>
      test.event((event) => event.kind === 'refused' && (code ?? event.code) === event.code),
    gone: (clientId) =>
      test.event((event) => event.kind === 'disconnect' && event.clientId === clientId),
    close: async () => {
      for (const client of clients) client.end(true);
      await test.close();
    },
  };
}

async function run(
  command: string,
  args: readonly string[],
  input: Uint8Array = Buffer.alloc(0),
): Promise<Ended> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => out.push(chunk));
  child.stdin.on('error', () => undefined);
  if (input.length > 0) child.stdin.write(input);
  else child.stdin.end();
  await once(child, 'close');
  return { code: child.exitCode, out: Buffer.concat(out) };
}
