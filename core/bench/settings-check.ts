import { isLoopback } from '#core/broker';
import { LISTENER_LABELS, type ListenerName, type Listeners, type Settings } from '#core/contract';
import { inspectCertificate } from '#core/pki';
import { createTopics } from '#core/protocol';
import { BenchError } from './errors.ts';

/** In the order in which our own links choose. */
export const LISTENER_NAMES = ['tls', 'tlsPassword', 'wss', 'tcp', 'ws'] as const;

/** @throws BenchError NO_LISTENER, LISTENER_EXPOSED, LISTENER_CLASH, BAD_INPUT; ProtocolError */
export function checkSettings(settings: Settings): Settings {
  createTopics(settings.topicRoot);
  checkListeners(settings.listeners);
  const { externalBroker } = settings;
  if (externalBroker) {
    checkBrokerUrl(externalBroker.url);
    if (externalBroker.caPem !== null) checkCa(externalBroker.caPem);
  }
  return settings;
}

function checkListeners(listeners: Listeners): void {
  const on = LISTENER_NAMES.filter((name) => listeners[name].on);
  if (on.length === 0) {
    throw new BenchError('NO_LISTENER', 'every listener of the broker is off', {
      next: 'switch at least one on, MQTT over TLS for instance',
    });
  }
  for (const name of on) {
    const { host, remote } = listeners[name];
    if (remote || isLoopback(host)) continue;
    throw new BenchError(
      'LISTENER_EXPOSED',
      `${LISTENER_LABELS[name]}: ${host} can be reached by other machines`,
      {
        next: 'use 127.0.0.1, or confirm that other machines may connect',
      },
    );
  }
  for (const [index, name] of on.entries()) {
    const other = on.slice(index + 1).find((each) => clash(listeners, name, each));
    if (other === undefined) continue;
    const { port } = listeners[name];
    throw new BenchError(
      'LISTENER_CLASH',
      `"${LISTENER_LABELS[name]}" and "${LISTENER_LABELS[other]}" both want port ${port}`,
      {
        next: 'give one of the two another port, or 0 for any free one',
      },
    );
  }
}

function clash(listeners: Listeners, one: ListenerName, other: ListenerName): boolean {
  const { host, port } = listeners[one];
  const second = listeners[other];
  if (port === 0 || port !== second.port) return false;
  return host === second.host || isAny(host) || isAny(second.host);
}

/** Every address of this machine. */
export function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export function checkCa(pem: string): void {
  const blocks = pem.match(CERTIFICATE_BLOCK) ?? [];
  try {
    for (const block of blocks) inspectCertificate(block);
    if (blocks.length > 0) return;
  } catch (cause) {
    throw caRefusal('a certificate in it cannot be read', cause);
  }
  throw caRefusal('there is no certificate in it');
}

function caRefusal(why: string, cause?: unknown): BenchError {
  return new BenchError('BAD_INPUT', `the broker’s CA: ${why}`, {
    next: 'give its certificate as PEM, with the BEGIN and END lines',
    cause,
  });
}

const SCHEMES = new Set(['mqtt:', 'mqtts:', 'ws:', 'wss:']);

export function checkBrokerUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const refuse = (reason: string, next: string): never => {
    throw new BenchError('BAD_INPUT', reason, { next });
  };
  if (!url || !SCHEMES.has(url.protocol) || url.hostname === '') {
    refuse(`"${text.slice(0, 200)}" is no broker address`, 'write it as mqtts://host:port');
  }
  // Settings are stored; a password in the address would be too.
  if (url?.username || url?.password) {
    refuse('the broker address carries a user or a password', 'give credentials separately');
  }
}
