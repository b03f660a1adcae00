import type { IClientOptions } from 'mqtt';
import { LinkError } from './errors.ts';
import { userWire } from './properties.ts';
import type { LinkAccess, LinkOptions } from './types.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** Two missed pings: a bench notices a pulled cable within a minute. */
const KEEPALIVE_S = 30;
const PROTOCOLS = ['mqtt', 'mqtts', 'ws', 'wss'] as const;
type Protocol = (typeof PROTOCOLS)[number];

/** Our options in mqtt.js's words. @throws LinkError URL_INVALID */
export function clientOptions(options: LinkOptions): IClientOptions {
  // What `access` leaves out is not there any more.
  const access: LinkAccess = options.access?.() ?? options;
  const { url, protocol } = parseUrl(access.url);
  const secure = protocol === 'mqtts' || protocol === 'wss';
  if (access.tls && !secure) {
    throw invalid(access.url, 'certificates were given for a connection without TLS');
  }
  return {
    protocol,
    // URL keeps the brackets of an IPv6 address; a socket wants none.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(protocol.startsWith('ws') ? { path: url.pathname === '/' ? '/mqtt' : url.pathname } : {}),
    clientId: options.clientId,
    clean: options.clean ?? false,
    protocolVersion: options.protocolVersion ?? 4,
    ...mqtt5(options),
    ...(access.username === undefined ? {} : { username: access.username }),
    ...(access.password === undefined ? {} : { password: access.password }),
    ...(options.will
      ? { will: { ...options.will, payload: Buffer.from(options.will.payload) } }
      : {}),
    ...(secure ? { ...tlsOptions(access), rejectUnauthorized: true } : {}),
    connectTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepalive: options.keepaliveSeconds ?? KEEPALIVE_S,
    reschedulePings: true,
    // A worker for timers is for browser tabs that sleep.
    timerVariant: 'native',
    // One client is one connection here: connecting again, subscribing again and sending again
    // are decided by link.ts and outbox.ts.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    log: () => undefined,
  };
}

/** Seconds. MQTT 5 forgets a session at once unless told otherwise; 3.1.1 keeps it. */
const SESSION_EXPIRY_S = 7 * 24 * 3_600;

function mqtt5(options: LinkOptions): IClientOptions {
  if (options.protocolVersion !== 5) return {};
  const { receiveMaximum, maximumPacketBytes, user, topicAliases } = options.mqtt5 ?? {};
  const expiry = options.mqtt5?.sessionExpirySeconds;
  const kept = expiry ?? (options.clean === true ? undefined : SESSION_EXPIRY_S);
  return {
    autoAssignTopicAlias: topicAliases ?? false,
    properties: {
      ...(kept === undefined ? {} : { sessionExpiryInterval: kept }),
      ...(receiveMaximum === undefined ? {} : { receiveMaximum }),
      ...(maximumPacketBytes === undefined ? {} : { maximumPacketSize: maximumPacketBytes }),
      ...(user === undefined ? {} : { userProperties: userWire(user) }),
    },
  };
}

function tlsOptions({ tls }: LinkAccess): IClientOptions {
  if (!tls) return {};
  return {
    ca: typeof tls.ca === 'string' ? tls.ca : [...tls.ca],
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
  };
}

function parseUrl(text: string): { url: URL; protocol: Protocol } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.hostname === '') throw invalid(text, 'it names no host');
  const protocol = PROTOCOLS.find((name) => `${name}:` === url.protocol);
  if (!protocol) throw invalid(text, `${url.protocol} is not one of ${PROTOCOLS.join(', ')}`);
  if (url.username !== '' || url.password !== '') {
    throw invalid(text, 'user and password do not belong in it');
  }
  return { url, protocol };
}

function invalid(text: string, why: string): LinkError {
  // Somebody's password may stand before the last "@"; this sentence is logged and shown.
  const shown = text.replace(/^([^:]*:\/{0,2}).*@/s, '$1…@');
  return new LinkError('URL_INVALID', `${shown} is no broker address: ${why}`, {
    next: 'Write it like mqtt://127.0.0.1:1883 or mqtts://broker.example:8883.',
  });
}
