import { defaultAcl, parseAcl } from '#core/acl';
import { type Broker, BrokerError, createCredentials, startBroker } from '#core/broker';
import { type Context, type Running } from './context.ts';

/** Loopback unless the user says otherwise; this build does not let them yet. */
const ADDRESS = '127.0.0.1';

export type RunningBroker = Running & { url: string };

/** Ports that the last broker of this process had, so that links find the next one again. */
export type LastPorts = { tcp: number; tls: number };

/** The embedded broker: a plain loopback listener with passwords, and one with TLS. */
export async function startEmbeddedBroker(
  context: Context,
  last: LastPorts,
): Promise<RunningBroker> {
  const { users, random, traffic, log } = context;
  const credentials = createCredentials(random);
  await Promise.all(users.all().map(({ user, password }) => credentials.set(user, password)));
  const broker = await listen(context, last, credentials);
  const undo = broker.onEvent((event) => {
    traffic.add(event);
    if (event.kind === 'refused') log('info', 'the broker refused', { detail: event.detail });
  });
  const tcp = broker.endpoints.find(({ kind }) => kind === 'tcp');
  const tls = broker.endpoints.find(({ kind }) => kind === 'tls');
  Object.assign(last, { tcp: tcp?.port ?? 0, tls: tls?.port ?? 0 });
  return {
    role: 'broker',
    url: tcp?.url ?? '',
    detail: broker.endpoints.map(({ url }) => url).join(', '),
    endpoints: broker.endpoints.map(({ kind, url }) => ({
      role: 'broker',
      label: kind === 'tls' ? 'MQTT over TLS' : 'MQTT',
      url,
    })),
    async close() {
      undo();
      await broker.close();
    },
  };
}

async function listen(
  context: Context,
  last: LastPorts,
  credentials: Parameters<typeof startBroker>[0]['credentials'],
): Promise<Broker> {
  const { workspace, settings, ca, clock, log } = context;
  const { brokerPort, brokerTlsPort, topicRoot } = settings();
  const { keyPem: key, certPem: cert } = await ca.issue({ kind: 'server', cn: 'broker' });
  const start = (tcp: number, tls: number): Promise<Broker> =>
    startBroker({
      dir: workspace.path('broker'),
      listeners: [
        { kind: 'tcp', host: ADDRESS, port: tcp },
        {
          kind: 'tls',
          host: ADDRESS,
          port: tls,
          key,
          cert,
          ca: ca.certPem,
          clientCertificates: 'required',
        },
      ],
      credentials,
      acl: parseAcl(defaultAcl(topicRoot)),
      clock,
      log,
    });
  try {
    return await start(brokerPort || last.tcp, brokerTlsPort || last.tls);
  } catch (error) {
    // Somebody took the port in between; where any would do, another is fine.
    const free = brokerPort === 0 && brokerTlsPort === 0 && (last.tcp !== 0 || last.tls !== 0);
    if (!free || !(error instanceof BrokerError) || error.code !== 'PORT_IN_USE') throw error;
    return start(0, 0);
  }
}

/** An outside broker counts as the role: nothing runs here, and everything connects there. */
export function useOutsideBroker(url: string): RunningBroker {
  return {
    role: 'broker',
    url,
    detail: `outside, ${url}`,
    endpoints: [{ role: 'broker', label: 'Outside broker', url }],
    close: async () => undefined,
  };
}
