import { LinkError, type LinkErrorCode } from './errors.ts';
import { reasonWords, spoken } from './reasons.ts';
import type { BrokerAnswer } from './answer.ts';

type Story = readonly [code: LinkErrorCode, reason: string, next: string];

const CHECK_PASSWORD = 'Check the user name and password this role uses for the broker.';
const CHECK_VERSION = 'Choose MQTT 3.1.1 (or 5) for this link, as the broker supports.';
const CHECK_CLIENT_ID = 'Choose another client id, or allow this one at the broker.';
const WAIT = 'Nothing to do: the link tries again by itself. Look at the broker if it stays so.';
const ASK_ADMIN = "Look at the broker's log and access rules for this client.";

/** MQTT 3.1.1 table 3.1 and MQTT 5 section 3.2.2.2: what a CONNACK other than 0 says. */
const CONNACK: Readonly<Record<number, Story>> = {
  1: ['UNSUPPORTED_VERSION', 'the broker does not speak this version of MQTT', CHECK_VERSION],
  2: ['CLIENT_ID_REFUSED', 'the broker does not accept this client id', CHECK_CLIENT_ID],
  3: ['BROKER_UNAVAILABLE', 'the broker says it is unavailable', WAIT],
  4: ['BAD_CREDENTIALS', 'the broker does not accept this user name or password', CHECK_PASSWORD],
  5: ['NOT_AUTHORISED', 'the broker does not authorise this client', ASK_ADMIN],
  129: ['BROKER_UNAVAILABLE', 'the broker could not read our CONNECT packet', ASK_ADMIN],
  130: ['BROKER_UNAVAILABLE', 'the broker sees a protocol error in our CONNECT', CHECK_VERSION],
  132: ['UNSUPPORTED_VERSION', 'the broker does not speak this version of MQTT', CHECK_VERSION],
  133: ['CLIENT_ID_REFUSED', 'the broker does not accept this client id', CHECK_CLIENT_ID],
  134: ['BAD_CREDENTIALS', 'the broker does not accept this user name or password', CHECK_PASSWORD],
  135: ['NOT_AUTHORISED', 'the broker does not authorise this client', ASK_ADMIN],
  136: ['BROKER_UNAVAILABLE', 'the broker says it is unavailable', WAIT],
  137: ['BROKER_UNAVAILABLE', 'the broker is too busy', WAIT],
  138: ['NOT_AUTHORISED', 'the broker has banned this client', ASK_ADMIN],
  140: ['NOT_AUTHORISED', 'the broker wants another way of authenticating', ASK_ADMIN],
  144: ['NOT_AUTHORISED', 'the broker does not accept the topic of our last will', ASK_ADMIN],
  149: ['BROKER_UNAVAILABLE', 'our CONNECT is too large for the broker', ASK_ADMIN],
  151: ['BROKER_UNAVAILABLE', 'a quota of the broker is used up', ASK_ADMIN],
  153: ['BROKER_UNAVAILABLE', 'the broker does not accept the format of our last will', ASK_ADMIN],
  154: [
    'BROKER_UNAVAILABLE',
    'the broker keeps no retained messages, our last will is one',
    ASK_ADMIN,
  ],
  155: ['BROKER_UNAVAILABLE', 'the broker does not offer the QoS of our last will', ASK_ADMIN],
  156: ['BROKER_UNAVAILABLE', 'the broker sends us to another server', ASK_ADMIN],
  157: ['BROKER_UNAVAILABLE', 'the broker has moved', 'Ask for the new address of the broker.'],
  159: ['BROKER_UNAVAILABLE', 'the broker limits how often clients may connect', WAIT],
};

function connackRefusal(code: number, answer: BrokerAnswer | null): LinkError {
  const [kind, reason, next] = CONNACK[code] ?? [
    'BROKER_UNAVAILABLE' as const,
    `the broker refused the connection: ${reasonWords(code)}`,
    ASK_ADMIN,
  ];
  const says = answer?.reasonString ?? null;
  const more = says === null ? '' : `; it says ${JSON.stringify(says)}`;
  return new LinkError(kind, `${reason}${more}`, { next, answer });
}

/** MQTT 5 section 3.14.2.1: what a DISCONNECT from the broker says. */
export function disconnectReason(answer: BrokerAnswer): LinkError {
  const reason = `the broker closed: ${spoken(answer)}`;
  switch (answer.code) {
    case 142:
      return new LinkError(
        'TAKEN_OVER',
        `another client connected with the same client id: ${spoken(answer)}`,
        { next: 'Give each client its own id; look for a second instance of this role.', answer },
      );
    case 136:
    case 137:
    case 139:
      return new LinkError('CLOSED_BY_BROKER', reason, { next: WAIT, answer });
    default:
      return new LinkError('CLOSED_BY_BROKER', reason, { next: ASK_ADMIN, answer });
  }
}

const UNTRUSTED = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What an error of the socket, of TLS or of mqtt.js means. `opened`: CONNACK had come. */
export function connectionError(
  error: Error,
  opened: boolean,
  answer: BrokerAnswer | null = null,
): LinkError {
  const code = codeOf(error);
  if (typeof code === 'number') {
    return connackRefusal(code, answer?.packet === 'CONNACK' ? answer : null);
  }
  return linkError(socketStory(code ?? '', error.message, opened), error);
}

function socketStory(code: string, message: string, opened: boolean): Story {
  if (UNTRUSTED.has(code)) {
    return [
      'TLS_UNTRUSTED',
      `the broker's certificate is not trusted: ${message}`,
      'Give this link the CA that issued it, and a URL whose host the certificate names.',
    ];
  }
  // OpenSSL names the alert the other side sent: certificate required, unknown ca, bad certificate.
  if (/ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERT|ACCESS)/.test(code)) {
    return [
      'TLS_CLIENT_REFUSED',
      `the broker does not accept our client certificate: ${message}`,
      'Give this link a certificate (and key) issued by a CA which the broker trusts.',
    ];
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_OSSL')) {
    return [
      'TLS_FAILED',
      `no TLS connection came about: ${message}`,
      'Check that the port speaks TLS and that certificate and key are PEM and belong together.',
    ];
  }
  switch (code) {
    case 'ECONNREFUSED':
      return [
        'CONNECTION_REFUSED',
        `nothing listens there: ${message}`,
        'Start the broker, or correct host and port.',
      ];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['HOST_NOT_FOUND', message, 'Correct the host name, or check the network.'];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return ['UNREACHABLE', message, 'Check the network between here and the broker.'];
    case 'ETIMEDOUT':
      return timeout(message);
    case 'ECONNRESET':
    case 'EPIPE':
      return opened ? hungUp(`the broker reset the connection: ${message}`) : closedEarly(message);
    default:
      return /timeout/i.test(message) ? timeout(message) : ['CONNECTION_LOST', message, WAIT];
  }
}

function timeout(message: string): Story {
  return ['TIMEOUT', `no answer from the broker: ${message}`, 'Check host, port and firewall.'];
}

function closedEarly(message: string): Story {
  return [
    'CLOSED_BY_BROKER',
    `the connection ended before CONNECT was answered: ${message}`,
    'Check that this port speaks MQTT, with or without TLS as in the URL.',
  ];
}

/** The socket ended without an error: the broker hung up. */
export function closedByBroker(opened: boolean): LinkError {
  if (!opened) return linkError(closedEarly('the broker closed it'));
  return linkError(hungUp('the broker closed the connection'));
}

function hungUp(reason: string): Story {
  return [
    'CLOSED_BY_BROKER',
    reason,
    'A broker does so after a denied publish, for a second client with the same id, or when it stops: see its log.',
  ];
}

export function linkError([code, reason, next]: Story, cause?: unknown): LinkError {
  return new LinkError(code, reason, cause === undefined ? { next } : { next, cause });
}

export function notConnected(cause?: unknown): LinkError {
  return linkError(
    ['NOT_CONNECTED', 'there is no connection to the broker', 'Wait until the link is up.'],
    cause,
  );
}

export function linkClosed(): LinkError {
  return linkError(['LINK_CLOSED', 'the link was closed', 'Open a new one.']);
}

/** What `Link.drop` says. */
export function dropped(): LinkError {
  return linkError(['CONNECTION_LOST', 'the connection was cut on this side', WAIT]);
}

/** Handlers fell behind; connecting again makes the broker deliver what was left out. */
export function backlog(): LinkError {
  return linkError(['BACKLOG', 'messages came faster than they were handled', WAIT]);
}

export function sessionGone(): LinkError {
  return linkError([
    'CONNECTION_LOST',
    'the broker no longer knows this session, a QoS 2 message was left half sent',
    'Send it again; the broker may or may not have passed it on.',
  ]);
}

function codeOf(error: Error): string | number | null {
  if (!('code' in error)) return null;
  return typeof error.code === 'string' || typeof error.code === 'number' ? error.code : null;
}
