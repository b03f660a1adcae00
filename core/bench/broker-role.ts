import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { parseAcl } from '#core/acl';
import {
  type Broker,
  BrokerError,
  isLoopback,
  type ListenerOptions,
  startBroker,
} from '#core/broker';
import {
  LISTENER_LABELS,
  type ListenerName,
  type Listeners,
  type ListenerSetting,
} from '#core/contract';
import { type Identity } from '#core/pki';
import { type Context, type Running } from './context.ts';
import { isAny, LISTENER_NAMES } from './settings-check.ts';

export type RunningBroker = Running & {
  /** Where our own links go. */
  url: string;
  /** Null for an outside one. */
  embedded: Broker | null;
};

/** Ports that the last broker of this process had, so that links find the next one again. */
export type LastPorts = { [Name in ListenerName]?: number };

/** Who presents the broker's certificate, as people read it. */
export const BROKER = 'broker';

/** The embedded broker with the listeners of Settings. */
export async function startEmbeddedBroker(
  context: Context,
  last: LastPorts,
): Promise<RunningBroker> {
  const { traffic, refusals, identities } = context;
  const names = LISTENER_NAMES.filter((name) => context.settings().listeners[name].on);
  const server = await identities.take(BROKER, brokerCertificate(context));
  const broker = await listen(context, names, last, server).catch((error: unknown) => {
    identities.release(BROKER);
    throw error;
  });
  const undo = broker.onEvent((event) => {
    traffic.add({ ...event, source: 'broker' });
    if (event.kind !== 'refused') return;
    refusals.tell(event, () => broker.client(event.clientId)?.address ?? '');
  });
  const endpoints = names.flatMap((name, index) => {
    const endpoint = broker.endpoints[index];
    return endpoint ? [{ name, ...endpoint }] : [];
  });
  for (const { name, port } of endpoints) last[name] = port;
  return {
    role: 'broker',
    embedded: broker,
    url: reachable(endpoints[0]?.url ?? ''),
    detail: endpoints.map(({ url }) => url).join(', '),
    endpoints: endpoints.map(({ name, url }) => ({
      role: 'broker',
      label: LISTENER_LABELS[name],
      url,
    })),
    async close() {
      undo();
      await broker.close();
      identities.release(BROKER);
    },
  };
}

/** The server certificate that the listeners of Settings need. */
export function brokerCertificate({ settings }: Pick<Context, 'settings'>): {
  kind: 'server';
  cn: string;
  hosts: string[];
} {
  const on = Object.values(settings().listeners).filter((each) => each.on);
  const hosts = new Set(on.flatMap(({ host }) => (isAny(host) ? machineHosts() : host)));
  return { kind: 'server', cn: BROKER, hosts: [...hosts].filter((host) => !isLoopback(host)) };
}

/** One label or several (RFC 1123), as a certificate takes them. */
const HOST_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** By what other machines know this one. */
function machineHosts(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outer = addresses.filter(({ family, internal }) => family === 'IPv4' && !internal);
  return [...outer.map(({ address }) => address), hostname()].filter((host) =>
    HOST_NAME.test(host),
  );
}

async function listen(
  context: Context,
  names: readonly ListenerName[],
  last: LastPorts,
  server: Identity,
): Promise<Broker> {
  const { workspace, settings, users, ca, brokerLimits, clock, log } = context;
  const { listeners, subscriptions } = settings();
  const credentials = await users.credentials();
  const start = (remembered: LastPorts): Promise<Broker> =>
    startBroker({
      dir: workspace.path('broker'),
      listeners: names.map((name) =>
        listenerOptions(name, listeners[name], remembered[name] ?? 0, {
          key: server.keyPem,
          cert: server.certPem,
          ca: ca.certPem,
          crl: ca.crlPem(),
        }),
      ),
      credentials,
      acl: parseAcl(context.acl.text()),
      limits: brokerLimits,
      subscriptions: subscriptions === 'deliver-only' ? 'deliver-only' : 'refuse',
      clock,
      log,
    });
  try {
    return await start(last);
  } catch (error) {
    // Somebody took the port in between; where any would do, another is fine.
    const free = names.some((name) => listeners[name].port === 0 && last[name] !== undefined);
    if (!free || !(error instanceof BrokerError) || error.code !== 'PORT_IN_USE') throw error;
    return start({});
  }
}

function listenerOptions(
  name: ListenerName,
  { host, port, remote }: ListenerSetting,
  remembered: number,
  tls: { key: string; cert: string; ca: string; crl: string },
): ListenerOptions {
  const place = { host, port: port || remembered, allowRemote: remote };
  const either = { ...place, ...tls, clientCertificates: 'optional-with-password' } as const;
  switch (name) {
    case 'tls':
      return { kind: 'tls', ...place, ...tls, clientCertificates: 'required' };
    case 'tlsPassword':
      return { kind: 'tls', ...either };
    case 'wss':
      return { kind: 'wss', ...either };
    case 'tcp':
      return { kind: 'tcp', ...place };
    case 'ws':
      return { kind: 'ws', ...place };
  }
}

/** The address that another machine has to use; loopback stays what it is. */
export function urlFromOutside(url: string): string {
  const [host] = machineHosts();
  const any = /^(\w+:\/\/)(?:0\.0\.0\.0|\[::\])(:\d+)$/;
  return host === undefined ? reachable(url) : url.replace(any, `$1${host}$2`);
}

const SCHEMES: Readonly<Record<ListenerName, string>> = {
  ...{ tls: 'mqtts', tlsPassword: 'mqtts', wss: 'wss', tcp: 'mqtt', ws: 'ws' },
};

/** Where the embedded broker will be once it starts; null where its port is left to chance. */
export function settledUrl(listeners: Listeners): string | null {
  const name = LISTENER_NAMES.find((each) => listeners[each].on);
  if (name === undefined || listeners[name].port === 0) return null;
  const { host, port } = listeners[name];
  return `${SCHEMES[name]}://${isIPv6(host) ? `[${host}]` : host}:${String(port)}`;
}

/** Nobody can connect to "every address". */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

/** An outside broker counts as the role: nothing runs here, and everything connects there. */
export function useOutsideBroker(url: string): RunningBroker {
  return {
    role: 'broker',
    embedded: null,
    url,
    detail: `outside, ${url}`,
    endpoints: [{ role: 'broker', label: 'Outside broker', url }],
    close: async () => undefined,
  };
}
